//! Kills a process of a function between the effect of one of its calls and the answer to it, so that a test can check
//! that the next process completes or cleans up what the killed one left.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use client::LocalStack;
use fault_proxy::{Call, FaultProxy, Phase};
use harness::kill;

use crate::caller_lookup::CallerLookup;

/// Whether the process that made this call is to be killed.
type KillCondition = Box<dyn FnMut(&Call) -> bool + Send>;

/// Watches the processes of one function, and kills one after a chosen call: when the service has answered the call and
/// the process has not yet received the answer.
#[derive(Clone)]
pub struct ProcessKiller(Arc<Mutex<State>>);

struct State {
    callers: CallerLookup,
    /// No process is killed while there is none.
    condition: Option<KillCondition>,
    /// The operation after which a process was killed since the condition was set.
    killed: Option<String>,
}

impl ProcessKiller {
    /// Watches the processes of a function whose calls pass these proxies.
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

    /// Kills a process after this many calls from now on, counted over all processes of the function.
    pub fn kill_after(&self, calls: usize) {
        let mut left = calls;
        self.kill_when(move |_| {
            left = left.saturating_sub(1);
            left == 0
        });
    }

    /// Kills the process that makes the first call for which `is_meant` is true.
    pub fn kill_when(&self, is_meant: impl FnMut(&Call) -> bool + Send + 'static) {
        let mut state = self.lock();
        state.condition = Some(Box::new(is_meant));
        state.killed = None;
    }

    /// The operation after which a process was killed since the condition was set.
    #[must_use]
    pub fn last_kill(&self) -> Option<String> {
        self.lock().killed.clone()
    }

    /// As [`ProcessKiller::last_kill`]; from now on no process is killed.
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
