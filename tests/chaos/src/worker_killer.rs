//! Kills workers between two of their calls.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fault_proxy::{Call, Phase};
use harness::{Process, is_alive, kill};

use crate::stack::ChaosStack;
use crate::worker_position::{StepName, WorkerEvent, WorkerPosition, WorkerTracker};

/// How long a killed process may take to be gone.
const DEATH: Duration = Duration::from_secs(5);

/// Where a worker dies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KillPoint {
    /// With the message in its hands, and before the step is its own.
    BeforeClaim,
    /// When a call has taken effect, and before the worker learns so.
    After {
        /// The call in short, as [`WorkerPosition::call`] has it.
        call: String,
        /// Of the calls of this kind in the attempt, which one: 1 is the first.
        nth: usize,
    },
}

/// A worker that was killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kill {
    /// Where.
    pub point: KillPoint,
    /// At which step.
    pub step: StepName,
    /// In the step's how manieth attempt; 0 before its first claim.
    pub attempt: u32,
    /// How many calls it had made for the step; none before the claim.
    pub calls: usize,
}

/// Watches the workers of a stack, notes what they call, and kills them where it is told to.
#[derive(Debug)]
pub struct WorkerKiller(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    tracker: WorkerTracker,
    /// By tenant and step: one point for each attempt to come.
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

    /// Kills the workers of a tenant's step at these points: the first attempt at the first, the second
    /// at the second. A point that an attempt does not reach stays for the next.
    pub fn plan(&self, tenant: &str, step: &str, points: impl IntoIterator<Item = KillPoint>) {
        let plan = points.into_iter().collect();
        lock(&self.0).plans.insert((tenant.to_owned(), step.to_owned()), plan);
    }

    /// The workers of a tenant's steps that were killed, in order.
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

    /// What the killer itself could not do.
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

/// Waits until a killed process is gone: nothing may reach it any more.
fn gone(worker: &Process) -> anyhow::Result<()> {
    let began = Instant::now();
    while is_alive(worker) {
        anyhow::ensure!(began.elapsed() < DEATH, "the worker did not die");
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
