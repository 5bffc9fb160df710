//! A step that a worker holds the lease of, and what it read when it claimed the step.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tenancy::{ArtefactVersion, AttemptId, ContentHash, TenantId};

use super::tenant_slots::TenantSlots;
use crate::artefact::Artefact;
use crate::job::Job;
use crate::step::Step;
use crate::step_message::StepMessage;

/// A step that a worker holds the lease of, with what the worker needs to run it.
#[derive(Clone, Debug)]
pub struct LeasedStep {
    /// The tenant that owns the job.
    pub tenant: TenantId,
    /// The step as the claim left it. Its fence is this worker's.
    pub step: Step,
    /// Names this attempt's objects.
    pub attempt: AttemptId,
    /// The job that the step belongs to, as it was when the step was claimed.
    pub job: Job,
    /// The artefact's record, if it has been made already: the step then reuses it.
    pub present: Option<Artefact>,
    /// The versions of the artefacts that the step is made from, by their hash.
    pub sources: HashMap<ContentHash, ArtefactVersion>,
    /// After this time a second worker should be asked to try as well; none while too few steps of the kind were
    /// measured.
    pub slow_after: Option<Duration>,
    /// Items that finishing the step changes besides the step itself, as they were when it was claimed.
    pub(super) context: ClaimContext,
}

/// The items besides the step and its job that finishing it changes, as they were read.
#[derive(Clone, Debug)]
pub(super) struct ClaimContext {
    /// The tenant's slots.
    pub(super) slots: TenantSlots,
    /// The steps that wait for this one; none when not all of them have been created yet.
    pub(super) dependents: Option<Vec<Step>>,
    /// When they were read.
    pub(super) read_at: Instant,
}

impl LeasedStep {
    /// The version under which this attempt stores its objects.
    #[must_use]
    pub const fn artefact_version(&self) -> ArtefactVersion {
        ArtefactVersion { made_from: self.step.artefact, attempt: self.attempt }
    }

    /// The attempts before this one, the latest first. A worker that died may have stored all objects and not yet
    /// written the record; its objects are then adopted instead of being made again.
    pub fn earlier_attempts(&self) -> impl Iterator<Item = AttemptId> {
        self.step.attempt_ids.iter().rev().copied().filter(|attempt| *attempt != self.attempt)
    }

    /// The message that asks a second worker to try beside this one.
    #[must_use]
    pub fn hedge_message(&self) -> StepMessage {
        let message = StepMessage::new(self.tenant, self.step.job, self.step.id.clone());
        StepMessage { hedge: Some(self.step.fence), ..message }
    }
}
