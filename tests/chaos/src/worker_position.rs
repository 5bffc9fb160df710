//! The position of each worker: which step it executes, and how many calls it has made for it.

use std::collections::HashMap;

use anyhow::Result;
use client::LocalStack;
use fault_proxy::{Call, Phase};
use harness::Process;

use crate::caller_lookup::CallerLookup;

/// The identity of one step of one job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepName {
    /// The id of the tenant that owns the job.
    pub tenant: String,
    /// The id of the job.
    pub job: String,
    /// The id of the step within the job: `clip-0001`.
    pub step: String,
}

impl StepName {
    /// The kind of step: `clip`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.step.split_once('-').map_or(&self.step, |(kind, _)| kind)
    }

    /// The step that a call updates, if the call is an `UpdateItem` of a step: a claim or the renewal of a lease.
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

/// How far a worker has come with a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerPosition {
    /// The step that it executes.
    pub step: StepName,
    /// How often the step has been claimed so far, this claim included.
    pub attempt: u32,
    /// How many calls the worker has made for the step in this attempt. The first is the claim; renewals of the
    /// lease are not counted, because their number depends on the time that the work takes.
    pub calls: usize,
    /// The last of these calls in short: `UpdateItem STEP`, `PUT audio wav`.
    pub call: String,
    /// Whether the transaction that records the step's result has succeeded.
    pub committed: bool,
}

/// What a call of a worker means.
#[derive(Clone, Debug)]
pub enum WorkerEvent {
    /// The worker is about to claim this step, which was claimed this many times before.
    Claiming(StepName, u32),
    /// A call for the step was answered.
    Called(WorkerPosition),
    /// The lease of the step was renewed.
    LeaseRenewed(WorkerPosition),
}

/// Follows the positions of one stack's workers by their calls.
#[derive(Debug)]
pub struct WorkerTracker {
    workers: CallerLookup,
    /// Positions by the worker's pid.
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

    /// The worker that makes a call, and what the call means; none when no worker makes it, or when it does not belong
    /// to a step that the worker has claimed or is about to claim.
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
        // After the commit only messages and further transactions belong to the step; any other call is for the next
        // message.
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

/// A call in short: `UpdateItem STEP`, `PUT audio wav`, `SendMessage`. Of a transaction only the first item is named:
/// which others there are depends on the steps that wait for this one.
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
