use serde::{Deserialize, Serialize};
use tenancy::TenantId;

use crate::ids::JobId;
use crate::step_kind::StepId;

/// What goes through the queue of steps: only who and which. It is a hint; the table says what is true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMessage {
    /// Whose.
    pub tenant: TenantId,
    /// Which job.
    pub job: JobId,
    /// Which of its steps.
    pub step: StepId,
    /// The fence of a worker that asks for another one to try beside it, because it is slow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hedge: Option<u64>,
}

impl StepMessage {
    /// That a step may be run.
    #[must_use]
    pub const fn new(tenant: TenantId, job: JobId, step: StepId) -> Self {
        Self { tenant, job, step, hedge: None }
    }
}
