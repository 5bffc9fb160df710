use std::collections::HashMap;

use anyhow::Result;
use client::LocalStack;
use fault_proxy::Call;
use journeys::{Worker, worker_behind};

/// Tells which process of a function makes a call.
#[derive(Debug)]
pub struct Callers {
    stack: LocalStack,
    function: &'static str,
    /// By their connections, each of which lasts for many calls; none for those of other functions.
    known: HashMap<u64, Option<Worker>>,
}

impl Callers {
    /// The function that runs steps.
    pub const WORKER: &'static str = "render-step";

    /// Tells the processes of this function of this stack.
    #[must_use]
    pub fn of(stack: &LocalStack, function: &'static str) -> Self {
        Self { stack: stack.clone(), function, known: HashMap::new() }
    }

    /// The process that makes this call; none when it belongs to another function.
    ///
    /// # Errors
    /// When the stack does not run.
    pub fn find(&mut self, call: &Call) -> Result<Option<Worker>> {
        if let Some(known) = self.known.get(&call.connection) {
            return Ok(known.clone());
        }
        let found = worker_behind(&self.stack, self.function, call.client)?;
        self.known.insert(call.connection, found.clone());
        Ok(found)
    }
}
