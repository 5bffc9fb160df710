use serde::{Deserialize, Serialize};
use tenancy::TenantId;

use crate::ids::JobId;
use crate::step_kind::StepId;

/// The body of a message in the queue of steps. It only names a step; the step's state is in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMessage {
    /// The tenant that owns the job.
    pub tenant: TenantId,
    /// The job that the step belongs to.
    pub job: JobId,
    /// The step that may run.
    pub step: StepId,
    /// The fence of a slow worker beside which a second one should try (a hedged request); none for an ordinary
    /// message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hedge: Option<u64>,
}

impl StepMessage {
    /// The message that says that a step may run.
    #[must_use]
    pub const fn new(tenant: TenantId, job: JobId, step: StepId) -> Self {
        Self { tenant, job, step, hedge: None }
    }
}
