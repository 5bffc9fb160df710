//! Kills the workers of chosen steps between two of their calls.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fault_proxy::{Call, Phase};
use harness::{Process, is_alive, kill};

use crate::stack::ChaosStack;
use crate::worker_position::{StepName, WorkerEvent, WorkerPosition, WorkerTracker};

/// How long a killed process may take to end.
const KILL_TIMEOUT: Duration = Duration::from_secs(5);

/// Where in an attempt a worker is killed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KillPoint {
    /// After it has received the message and before it has claimed the step.
    BeforeClaim,
    /// After a call has taken effect and before the worker receives the answer.
    After {
        /// The call in short, as [`WorkerPosition::call`] has it.
        call: String,
        /// Which of the equal calls in the attempt, counted from 1.
        nth: usize,
    },
}

/// A worker that was killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kill {
    /// Where in the attempt it was killed.
    pub point: KillPoint,
    /// The step that it executed.
    pub step: StepName,
    /// The number of the step's attempt; 0 before the first claim.
    pub attempt: u32,
    /// How many calls it had made for the step; 0 before the claim.
    pub calls: usize,
}

/// Watches the workers of a stack, records their calls, and kills them where a plan says so.
#[derive(Debug)]
pub struct WorkerKiller(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    tracker: WorkerTracker,
    /// By tenant and step id: one kill point for each attempt to come.
    plans: HashMap<(String, String), VecDeque<KillPoint>>,
    killed: Vec<Kill>,
    calls: HashMap<(StepName, u32), Vec<String>>,
    failures: Vec<String>,
}

impl WorkerKiller {
    /// Watches the workers of this stack from now on.
    #[must_use]
    pub fn of(chaos: &ChaosStack) -> Self {
        let tracker = WorkerTracker::new(&chaos.stack);
        let (plans, killed, calls, failures) = Default::default();
        let state = Arc::new(Mutex::new(State { tracker, plans, killed, calls, failures }));
        let watching = state.clone();
        chaos.proxy.watch(move |phase, call| lock(&watching).observe(phase, call));
        Self(state)
    }

    /// Plans to kill the workers of a tenant's step: the first attempt at the first point, the second attempt at the
    /// second. A point that an attempt does not reach stays for the next attempt.
    pub fn plan(&self, tenant: &str, step: &str, points: impl IntoIterator<Item = KillPoint>) {
        let plan = points.into_iter().collect();
        lock(&self.0).plans.insert((tenant.to_owned(), step.to_owned()), plan);
    }

    /// The workers of a tenant's steps that were killed, in the order of time.
    #[must_use]
    pub fn killed(&self, tenant: &str) -> Vec<Kill> {
        lock(&self.0).killed.iter().filter(|killed| killed.step.tenant == tenant).cloned().collect()
    }

    /// The calls that were made for a tenant's steps, by step and attempt.
    #[must_use]
    pub fn calls(&self, tenant: &str) -> Vec<(StepName, u32, Vec<String>)> {
        let state = lock(&self.0);
        let of_tenant = state.calls.iter().filter(|((step, _), _)| step.tenant == tenant);
        of_tenant.map(|((step, attempt), calls)| (step.clone(), *attempt, calls.clone())).collect()
    }

    /// What went wrong with watching and killing: a test must find this empty.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        lock(&self.0).failures.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn observe(&mut self, phase: Phase, call: &Call) -> ControlFlow<()> {
        match self.tracker.observe(phase, call) {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some((worker, WorkerEvent::Claiming(step, attempt)))) => {
                self.meet(&worker, Kill { point: KillPoint::BeforeClaim, step, attempt, calls: 0 })
            }
            Ok(Some((worker, WorkerEvent::Called(WorkerPosition { step, attempt, call, .. })))) => {
                let calls = self.calls.entry((step.clone(), attempt)).or_default();
                calls.push(call.clone());
                let nth = calls.iter().filter(|made| **made == call).count();
                let calls = calls.len();
                self.meet(&worker, Kill { point: KillPoint::After { call, nth }, step, attempt, calls })
            }
            Ok(Some((_, WorkerEvent::LeaseRenewed(_)))) => ControlFlow::Continue(()),
            Err(error) => {
                self.failures.push(format!("{call:?}: {error:#}"));
                ControlFlow::Continue(())
            }
        }
    }

    /// Kills the worker if it has come to the next point of its step's plan.
    fn meet(&mut self, worker: &Process, here: Kill) -> ControlFlow<()> {
        let plan = self.plans.get_mut(&(here.step.tenant.clone(), here.step.step.clone()));
        let Some(plan) = plan.filter(|plan| plan.front() == Some(&here.point)) else {
            return ControlFlow::Continue(());
        };
        plan.pop_front();
        if let Err(error) = kill(worker).and_then(|()| gone(worker)) {
            self.failures.push(format!("{here}: {error:#}"));
            return ControlFlow::Continue(());
        }
        self.killed.push(here);
        ControlFlow::Break(())
    }
}

/// Waits until a killed process has ended: the answer to its last call must not reach it.
fn gone(worker: &Process) -> anyhow::Result<()> {
    let began = Instant::now();
    while is_alive(worker) {
        anyhow::ensure!(began.elapsed() < KILL_TIMEOUT, "the worker did not die");
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

impl fmt::Display for Kill {
    /// `clip, attempt 2, after 3 calls: GET audio json (2)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.step.kind())?;
        match &self.point {
            KillPoint::BeforeClaim => write!(f, "before claim {}", self.attempt + 1),
            KillPoint::After { call, nth } => {
                write!(f, "attempt {}, after {} calls: {call} ({nth})", self.attempt, self.calls)
            }
        }
    }
}
