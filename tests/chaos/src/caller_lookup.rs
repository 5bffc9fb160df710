use std::collections::HashMap;

use anyhow::Result;
use client::LocalStack;
use fault_proxy::Call;
use harness::{Caller, Process, find_caller};

/// How often a caller is looked for.
const LOOKS: usize = 5;

/// Tells which process of a function makes a call.
#[derive(Debug)]
pub struct CallerLookup {
    stack: LocalStack,
    function: &'static str,
    /// By their connections, each of which lasts for many calls.
    known: HashMap<u64, Caller>,
}

impl CallerLookup {
    /// The function that runs steps.
    pub const RENDER_STEP: &'static str = "render-step";

    /// Tells the processes of this function of this stack.
    #[must_use]
    pub fn of(stack: &LocalStack, function: &'static str) -> Self {
        Self { stack: stack.clone(), function, known: HashMap::new() }
    }

    /// The process that makes this call; none when it belongs to another function.
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
            // Whoever is not found has gone.
            Some(Caller::Other) | None => None,
        })
    }

    fn look_for(&self, call: &Call) -> Result<Option<Caller>> {
        for _ in 0..LOOKS {
            if let Some(found) = find_caller(&self.stack, self.function, call.ends)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
