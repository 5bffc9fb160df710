//! Kills a function's process when a call of its was answered.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use client::LocalStack;
use fault_proxy::{Call, FaultProxy, Phase};
use harness::kill;

use crate::caller_lookup::CallerLookup;

/// Whether this is the call after which somebody dies.
type KillCondition = Box<dyn FnMut(&Call) -> bool + Send>;

/// Watches the processes of one function, and kills the one that makes a certain call: when the call has taken
/// effect, and before the process learns so.
#[derive(Clone)]
pub struct ProcessKiller(Arc<Mutex<State>>);

struct State {
    callers: CallerLookup,
    /// Nobody dies without.
    condition: Option<KillCondition>,
    killed: Option<String>,
}

impl ProcessKiller {
    /// Watches a function whose calls pass these proxies.
    #[must_use]
    pub fn of(stack: &LocalStack, function: &'static str, proxies: &[&FaultProxy]) -> Self {
        let callers = CallerLookup::of(stack, function);
        let killer = Self(Arc::new(Mutex::new(State { callers, condition: None, killed: None })));
        for proxy in proxies {
            let watching = killer.clone();
            proxy.watch(move |phase, call| match phase {
                Phase::Received => ControlFlow::Continue(()),
                Phase::Answered(_) => watching.observe(call),
            });
        }
        killer
    }

    fn observe(&self, call: &Call) -> ControlFlow<()> {
        let mut state = self.lock();
        if state.condition.is_none() {
            return ControlFlow::Continue(());
        }
        let Ok(Some(process)) = state.callers.find(call) else { return ControlFlow::Continue(()) };
        if !state.condition.as_mut().is_some_and(|condition| condition(call)) || kill(&process).is_err() {
            return ControlFlow::Continue(());
        }
        (state.condition, state.killed) = (None, Some(call.operation.clone()));
        ControlFlow::Break(())
    }

    /// Somebody dies after so many calls from now on.
    pub fn kill_after(&self, calls: usize) {
        let mut left = calls;
        self.kill_when(move |_| {
            left = left.saturating_sub(1);
            left == 0
        });
    }

    /// Somebody dies after the first call that is meant.
    pub fn kill_when(&self, is_meant: impl FnMut(&Call) -> bool + Send + 'static) {
        let mut state = self.lock();
        state.condition = Some(Box::new(is_meant));
        state.killed = None;
    }

    /// After which call somebody died since it was planned.
    #[must_use]
    pub fn last_kill(&self) -> Option<String> {
        self.lock().killed.clone()
    }

    /// The same, and nobody dies any more.
    #[must_use]
    pub fn disarm(&self) -> Option<String> {
        let mut state = self.lock();
        state.condition = None;
        state.killed.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ProcessKiller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessKiller").finish_non_exhaustive()
    }
}
