//! Kills a function's process when a call of its was answered.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use client::LocalStack;
use fault_proxy::{Call, FaultProxy, Moment};
use harness::kill;

use crate::workers::Callers;

/// Whether this is the call after which somebody dies.
type Hour = Box<dyn FnMut(&Call) -> bool + Send>;

/// Watches the processes of one function, and kills the one that makes a certain call: when the call has taken
/// effect, and before the process learns so.
#[derive(Clone)]
pub struct Reaper(Arc<Mutex<State>>);

struct State {
    callers: Callers,
    /// Nobody dies without.
    hour: Option<Hour>,
    killed: Option<String>,
}

impl Reaper {
    /// Watches a function whose calls pass these proxies.
    #[must_use]
    pub fn of(stack: &LocalStack, function: &'static str, proxies: &[&FaultProxy]) -> Self {
        let callers = Callers::of(stack, function);
        let reaper = Self(Arc::new(Mutex::new(State { callers, hour: None, killed: None })));
        for proxy in proxies {
            let watching = reaper.clone();
            proxy.watch(move |moment, call| match moment {
                Moment::Coming => ControlFlow::Continue(()),
                Moment::Answered(_) => watching.see(call),
            });
        }
        reaper
    }

    fn see(&self, call: &Call) -> ControlFlow<()> {
        let mut state = self.lock();
        if state.hour.is_none() {
            return ControlFlow::Continue(());
        }
        let Ok(Some(process)) = state.callers.find(call) else { return ControlFlow::Continue(()) };
        if !state.hour.as_mut().is_some_and(|hour| hour(call)) || kill(&process).is_err() {
            return ControlFlow::Continue(());
        }
        (state.hour, state.killed) = (None, Some(call.operation.clone()));
        ControlFlow::Break(())
    }

    /// Somebody dies after so many calls from now on.
    pub fn after(&self, calls: usize) {
        let mut left = calls;
        self.when(move |_| {
            left = left.saturating_sub(1);
            left == 0
        });
    }

    /// Somebody dies after the first call that is meant.
    pub fn when(&self, is_meant: impl FnMut(&Call) -> bool + Send + 'static) {
        let mut state = self.lock();
        state.hour = Some(Box::new(is_meant));
        state.killed = None;
    }

    /// After which call somebody died since it was planned.
    #[must_use]
    pub fn has_killed(&self) -> Option<String> {
        self.lock().killed.clone()
    }

    /// The same, and nobody dies any more.
    #[must_use]
    pub fn killed(&self) -> Option<String> {
        let mut state = self.lock();
        state.hour = None;
        state.killed.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Reaper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reaper").finish_non_exhaustive()
    }
}
