//! Where workers are: which step each of them does, and how many calls it has made for it.

use std::collections::HashMap;

use anyhow::Result;
use client::LocalStack;
use fault_proxy::{Call, Phase};
use harness::Process;

use crate::caller_lookup::CallerLookup;

/// One step of one job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepName {
    /// Whose.
    pub tenant: String,
    /// Which job.
    pub job: String,
    /// Which of its steps: `clip-0001`.
    pub step: String,
}

impl StepName {
    /// What it makes: `clip`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.step.split_once('-').map_or(&self.step, |(kind, _)| kind)
    }

    /// The only item that the call is about, if that is a step.
    fn updated_by(call: &Call) -> Option<Self> {
        let [key] = call.keys.as_slice() else { return None };
        if call.operation != "UpdateItem" {
            return None;
        }
        Self::of(&key.pk, &key.sk)
    }

    fn of(pk: &str, sk: &str) -> Option<Self> {
        let (job, step) = sk.strip_prefix("STEP#")?.split_once('#')?;
        let tenant = pk.strip_prefix("TENANT#")?;
        Some(Self { tenant: tenant.to_owned(), job: job.to_owned(), step: step.to_owned() })
    }
}

/// How far a worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerPosition {
    /// The step that it does.
    pub step: StepName,
    /// How often the step has been claimed so far.
    pub attempt: u32,
    /// How many calls the worker has made for the step in this attempt. The first is the claim; renewals of
    /// the lease are not counted, because how many there are is a matter of time.
    pub calls: usize,
    /// The last of these calls in short: `UpdateItem STEP`, `PUT audio wav`.
    pub call: String,
    /// Whether the step's result is kept.
    pub committed: bool,
}

/// What a call of a worker means.
#[derive(Clone, Debug)]
pub enum WorkerEvent {
    /// The worker is about to claim this step, which has been claimed so often before.
    Claiming(StepName, u32),
    /// A call for the step was done.
    Called(WorkerPosition),
    /// The lease was renewed.
    LeaseRenewed(WorkerPosition),
}

/// Follows the workers of one stack by their calls.
#[derive(Debug)]
pub struct WorkerTracker {
    workers: CallerLookup,
    /// By the number of the worker's process.
    positions: HashMap<u32, WorkerPosition>,
    attempts: HashMap<StepName, u32>,
}

impl WorkerTracker {
    /// Follows the workers of this stack.
    #[must_use]
    pub fn new(stack: &LocalStack) -> Self {
        let (positions, attempts) = Default::default();
        Self { workers: CallerLookup::of(stack, CallerLookup::RENDER_STEP), positions, attempts }
    }

    /// What a call means, and which worker made it; none when it was no worker, or has nothing to do with a
    /// step that the worker holds or is about to hold.
    ///
    /// # Errors
    /// When the stack does not run.
    pub fn observe(&mut self, phase: Phase, call: &Call) -> Result<Option<(Process, WorkerEvent)>> {
        let Some(worker) = self.workers.find(call)? else { return Ok(None) };
        let position = self.positions.get(&worker.pid());
        let named = StepName::updated_by(call);
        let claimed = named.filter(|step| position.is_none_or(|at| at.committed || at.step != *step));
        let event = match (phase, claimed) {
            (Phase::Received, claimed) => claimed.map(|step| {
                let attempts = self.attempts.get(&step).copied().unwrap_or(0);
                WorkerEvent::Claiming(step, attempts)
            }),
            (Phase::Answered(status), Some(step)) => {
                status.is_success().then(|| WorkerEvent::Called(self.claim(&worker, step, call)))
            }
            (Phase::Answered(status), None) => self.count(&worker, call, status.is_success()),
        };
        Ok(event.map(|event| (worker, event)))
    }

    fn claim(&mut self, worker: &Process, step: StepName, call: &Call) -> WorkerPosition {
        let attempt = self.attempts.entry(step.clone()).or_default();
        *attempt += 1;
        let position =
            WorkerPosition { step, attempt: *attempt, calls: 1, call: in_short(call), committed: false };
        self.positions.insert(worker.pid(), position.clone());
        position
    }

    fn count(&mut self, worker: &Process, call: &Call, succeeded: bool) -> Option<WorkerEvent> {
        let position = self.positions.get_mut(&worker.pid())?;
        if StepName::updated_by(call).is_some() {
            return Some(WorkerEvent::LeaseRenewed(position.clone()));
        }
        // What a worker asks when it is done with one step is for the next.
        if position.committed && !matches!(call.operation.as_str(), "SendMessage" | "TransactWriteItems") {
            self.positions.remove(&worker.pid());
            return None;
        }
        position.calls += 1;
        position.call = in_short(call);
        let is_own =
            |key: &fault_proxy::ItemKey| StepName::of(&key.pk, &key.sk).as_ref() == Some(&position.step);
        position.committed |=
            succeeded && call.operation == "TransactWriteItems" && call.keys.iter().any(is_own);
        Some(WorkerEvent::Called(position.clone()))
    }
}

/// `UpdateItem STEP`, `PUT audio wav`, `SendMessage`. Of a transaction only its first item is named: what
/// else is in it depends on who waits.
fn in_short(call: &Call) -> String {
    if let Some((method, path)) = call.operation.split_once(' ') {
        // `/bucket/tenants/tenant_…/audio/….wav`
        let folder = path.split('/').nth(4).unwrap_or_default();
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        return format!("{method} {folder} {ending}").trim_end().to_owned();
    }
    let kind = call.keys.first().and_then(|key| key.sk.split('#').next()).unwrap_or_default();
    format!("{} {kind}", call.operation).trim_end().to_owned()
}
