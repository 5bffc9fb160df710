//! Kills workers between two of their calls.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fault_proxy::{Call, Moment};
use harness::{Worker, kill, lives};

use crate::ChaosStack;
use crate::place::{Follower, Place, Sight, StepName};

/// How long a killed process may take to be gone.
const DEATH: Duration = Duration::from_secs(5);

/// Where a worker dies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// With the message in its hands, and before the step is its own.
    BeforeClaim,
    /// When a call has taken effect, and before the worker learns so.
    After {
        /// The call in short, as [`Place::call`] has it.
        call: String,
        /// Of the calls of this kind in the attempt, which one: 1 is the first.
        nth: usize,
    },
}

/// A worker that was killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Killed {
    /// Where.
    pub point: Point,
    /// At which step.
    pub step: StepName,
    /// In the step's how manieth attempt; 0 before its first claim.
    pub attempt: u32,
    /// How many calls it had made for the step; none before the claim.
    pub calls: usize,
}

/// Watches the workers of a stack, notes what they call, and kills them where it is told to.
#[derive(Debug)]
pub struct Killer(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    follower: Follower,
    /// By tenant and step: one point for each attempt to come.
    plans: HashMap<(String, String), VecDeque<Point>>,
    killed: Vec<Killed>,
    calls: HashMap<(StepName, u32), Vec<String>>,
    failures: Vec<String>,
}

impl Killer {
    /// Watches the workers of this stack from now on.
    #[must_use]
    pub fn of(chaos: &ChaosStack) -> Self {
        let follower = Follower::new(&chaos.stack);
        let (plans, killed, calls, failures) = Default::default();
        let state = Arc::new(Mutex::new(State { follower, plans, killed, calls, failures }));
        let watching = state.clone();
        chaos.proxy.watch(move |moment, call| lock(&watching).see(moment, call));
        Self(state)
    }

    /// Kills the workers of a tenant's step at these points: the first attempt at the first, the second
    /// at the second. A point that an attempt does not reach stays for the next.
    pub fn plan(&self, tenant: &str, step: &str, points: impl IntoIterator<Item = Point>) {
        let plan = points.into_iter().collect();
        lock(&self.0).plans.insert((tenant.to_owned(), step.to_owned()), plan);
    }

    /// The workers of a tenant's steps that were killed, in order.
    #[must_use]
    pub fn killed(&self, tenant: &str) -> Vec<Killed> {
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
    fn see(&mut self, moment: Moment, call: &Call) -> ControlFlow<()> {
        match self.follower.see(moment, call) {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some((worker, Sight::Claiming(step, attempt)))) => {
                self.meet(&worker, Killed { point: Point::BeforeClaim, step, attempt, calls: 0 })
            }
            Ok(Some((worker, Sight::Done(Place { step, attempt, call, .. })))) => {
                let calls = self.calls.entry((step.clone(), attempt)).or_default();
                calls.push(call.clone());
                let nth = calls.iter().filter(|made| **made == call).count();
                let calls = calls.len();
                self.meet(&worker, Killed { point: Point::After { call, nth }, step, attempt, calls })
            }
            Ok(Some((_, Sight::Renewed(_)))) => ControlFlow::Continue(()),
            Err(error) => {
                self.failures.push(format!("{call:?}: {error:#}"));
                ControlFlow::Continue(())
            }
        }
    }

    /// Kills the worker if it has come to the next point of its step's plan.
    fn meet(&mut self, worker: &Worker, here: Killed) -> ControlFlow<()> {
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
fn gone(worker: &Worker) -> anyhow::Result<()> {
    let began = Instant::now();
    while lives(worker) {
        anyhow::ensure!(began.elapsed() < DEATH, "the worker did not die");
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

impl fmt::Display for Killed {
    /// `clip, attempt 2, after 3 calls: GET audio json (2)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.step.kind())?;
        match &self.point {
            Point::BeforeClaim => write!(f, "before claim {}", self.attempt + 1),
            Point::After { call, nth } => {
                write!(f, "attempt {}, after {} calls: {call} ({nth})", self.attempt, self.calls)
            }
        }
    }
}
