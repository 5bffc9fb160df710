//! Which process of a function makes a call that passes the proxy.

use std::collections::HashMap;

use anyhow::Result;
use client::LocalStack;
use fault_proxy::Call;
use harness::{Caller, Process, find_caller};

/// How often a caller is searched for: `/proc` may leave out an entry that changes while it is read.
const ATTEMPTS: usize = 5;

/// Finds the process of one function that makes a call, by the call's TCP connection.
#[derive(Debug)]
pub struct CallerLookup {
    stack: LocalStack,
    function: &'static str,
    /// Callers by the proxy's connection number: a connection lasts for many calls.
    known: HashMap<u64, Caller>,
}

impl CallerLookup {
    /// The name of the function that runs the steps of render jobs.
    pub const RENDER_STEP: &'static str = "render-step";

    /// A lookup of the processes of this function in this stack.
    #[must_use]
    pub fn of(stack: &LocalStack, function: &'static str) -> Self {
        Self { stack: stack.clone(), function, known: HashMap::new() }
    }

    /// The process that makes this call; none when it belongs to another function or has ended.
    ///
    /// # Errors
    /// When the stack does not run.
    pub fn find(&mut self, call: &Call) -> Result<Option<Process>> {
        if !self.known.contains_key(&call.connection)
            && let Some(found) = self.look_for(call)?
        {
            self.known.insert(call.connection, found);
        }
        Ok(match self.known.get(&call.connection) {
            Some(Caller::Function(worker)) => Some(worker.clone()),
            // A process that is not found has ended.
            Some(Caller::Other) | None => None,
        })
    }

    fn look_for(&self, call: &Call) -> Result<Option<Caller>> {
        for _ in 0..ATTEMPTS {
            if let Some(found) = find_caller(&self.stack, self.function, call.ends)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
