//! The `studio` table.
//!
//! | sort key | item |
//! |---|---|
//! | `PROJECT#{project}` | [`Project`](crate::Project) |
//! | `MANUSCRIPT#{project}` | [`Manuscript`](crate::Manuscript) |
//! | `JOB#{job}` | [`Job`](crate::Job) |
//! | `STEP#{job}#{step}` | [`Step`](crate::Step) |
//! | `ARTEFACT#{hash}` | [`Artefact`](crate::Artefact) |
//! | `VIDEO#{video}` | [`Video`](crate::Video) |
//! | `IDEMPOTENCY#{hash of key}` | which job an idempotency key stands for |
//!
//! All in the partition of their tenant. The sparse index `due` holds what somebody must look at: see
//! [`sweep`](Studio::overdue).

mod jobs;
mod projects;
mod steps;
mod sweep;
mod videos;

use cloud::table::{Key, Table};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use crate::{JobId, ProjectId, StepId, VideoId};

pub use jobs::{Accepted, IdempotencyKey};
pub use steps::{Claim, Finished, StepFailure, Verdict};
pub use sweep::{Entry, Overdue};

/// The `studio` table.
#[derive(Clone)]
pub struct Studio {
    table: Table,
}

/// What goes through the queue of steps: only who and which. It is a hint; the table says what is true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMessage {
    /// Whose.
    pub tenant: TenantId,
    /// Which job.
    pub job: JobId,
    /// Which of its steps.
    pub step: StepId,
}

impl Studio {
    /// Over the `studio` table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self { table }
    }
}

fn project_key(tenant: &TenantId, project: &ProjectId) -> Key {
    Key::of(&tenant.partition(), format!("PROJECT#{project}"))
}

fn manuscript_key(tenant: &TenantId, project: &ProjectId) -> Key {
    Key::of(&tenant.partition(), format!("MANUSCRIPT#{project}"))
}

fn job_key(tenant: &TenantId, job: &JobId) -> Key {
    Key::of(&tenant.partition(), format!("JOB#{job}"))
}

fn step_key(tenant: &TenantId, job: &JobId, step: &StepId) -> Key {
    Key::of(&tenant.partition(), format!("STEP#{job}#{step}"))
}

fn artefact_key(tenant: &TenantId, artefact: &ContentHash) -> Key {
    Key::of(&tenant.partition(), format!("ARTEFACT#{artefact}"))
}

fn video_key(tenant: &TenantId, video: &VideoId) -> Key {
    Key::of(&tenant.partition(), format!("VIDEO#{video}"))
}
