//! A step that a worker holds the lease of, and what it read when it claimed the step.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tenancy::{ArtefactVersion, AttemptId, ContentHash, TenantId};

use super::tenant_slots::TenantSlots;
use crate::artefact::Artefact;
use crate::job::Job;
use crate::step::Step;
use crate::step_message::StepMessage;

/// A step in a worker's hands, and what it needs to know to run it.
#[derive(Clone, Debug)]
pub struct LeasedStep {
    /// Whose.
    pub tenant: TenantId,
    /// The step, as this worker took it.
    pub step: Step,
    /// This attempt.
    pub attempt: AttemptId,
    /// Its job.
    pub job: Job,
    /// Its artefact, where it is there already.
    pub present: Option<Artefact>,
    /// Where the artefacts lie that it is made from.
    pub sources: HashMap<ContentHash, ArtefactVersion>,
    /// After which time another worker should try beside this one; none while too few were seen to tell.
    pub slow_after: Option<Duration>,
    /// What stood around the step when it was claimed.
    pub(super) context: ClaimContext,
}

/// What a step's end changes beside the step, as it was read.
#[derive(Clone, Debug)]
pub(super) struct ClaimContext {
    /// The tenant's lane.
    pub(super) slots: TenantSlots,
    /// The steps that wait for it; none before they are laid out.
    pub(super) dependents: Option<Vec<Step>>,
    /// When it was read.
    pub(super) read_at: Instant,
}

impl LeasedStep {
    /// Under which name this attempt stores its objects.
    #[must_use]
    pub const fn artefact_version(&self) -> ArtefactVersion {
        ArtefactVersion { made_from: self.step.artefact, attempt: self.attempt }
    }

    /// The attempts before this one, the latest first: a worker that fell silent may have stored everything
    /// but its record.
    pub fn earlier_attempts(&self) -> impl Iterator<Item = AttemptId> {
        self.step.attempt_ids.iter().rev().copied().filter(|attempt| *attempt != self.attempt)
    }

    /// The message that asks for another worker beside this one.
    #[must_use]
    pub fn hedge_message(&self) -> StepMessage {
        let message = StepMessage::new(self.tenant, self.step.job, self.step.id.clone());
        StepMessage { hedge: Some(self.step.fence), ..message }
    }
}
