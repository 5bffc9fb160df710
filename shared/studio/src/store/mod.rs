//! The `studio` table.
//!
//! | sort key | item |
//! |---|---|
//! | `PROJECT#{project}` | [`Project`](crate::Project) |
//! | `MANUSCRIPT#{project}` | [`Manuscript`](crate::Manuscript) |
//! | `JOB#{job}` | [`Job`](crate::Job) |
//! | `STEP#{job}#{step}` | [`Step`](crate::Step) |
//! | `LINE#{job}#{position}` | a step that may run and has no message yet |
//! | `LANE` | how many steps are queued or running, how many in line, how long they take |
//! | `ARTEFACT#{hash}` | [`Artefact`](crate::Artefact) |
//! | `VIDEO#{video}` | [`Video`](crate::Video) |
//! | `IDEMPOTENCY#{hash of key}` | which job an idempotency key stands for |
//!
//! All in the partition of their tenant. The sparse index `due` holds what somebody must look at: see
//! [`overdue`](Studio::overdue).
//!
//! # The life of a step
//!
//! ```text
//! waiting ─► ready ─► queued ─► running ─► done
//!                       ▲          │  ├──► failed, and the job with it
//!                       └──────────┘  └──► cancelled, when its job has ended
//! ```
//!
//! | function | from → to | in the same transaction |
//! |---|---|---|
//! | `lay_out` | → waiting, ready | the line |
//! | `pump` | ready → queued | a place of the lane is taken, the line is shorter |
//! | `claim` | queued → running | |
//! | `finish` | running → done | artefact, counters, usage, those that waited, the place; with the last one the film and the settlement |
//! | `give_back` | running → queued | |
//! | `fail_job` | running → failed | the job's end, the settlement, the place |
//! | `withdraw` | running → cancelled | the place |
//!
//! Whatever must be done after a write (a message to be sent, a lease to be kept) stands in the index
//! `due` by that same write, so that a process may die after any call.

mod artefacts;
mod claim;
mod ending;
mod finish;
mod jobs;
mod lane;
mod layout;
mod pace;
mod projects;
mod retry;
mod settings;
mod sweep;
mod videos;

use cloud::SdkConfig;
use cloud::settings::{SettingError, TableName};
use cloud::table::{Key, Table};
use metering::{QuotaManager, UsageCounter};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use crate::{JobId, ProjectId, StepId, VideoId};

pub use claim::{Claim, Held};
pub use finish::Finished;
pub use jobs::{Accepted, IdempotencyKey};
pub use retry::Verdict;
pub use settings::StudioSettings;
pub use sweep::{Entry, Overdue};

/// The `studio` table, and what of the `metering` table must change with it.
#[derive(Clone)]
pub struct Studio {
    table: Table,
    quotas: QuotaManager,
    counter: UsageCounter,
    settings: StudioSettings,
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

impl Studio {
    /// Over the tables `studio` and `metering`.
    #[must_use]
    pub fn new(studio: Table, metering: &Table, settings: StudioSettings) -> Self {
        let (quotas, counter) = (QuotaManager::new(metering.clone()), UsageCounter::new(metering.clone()));
        Self { table: studio, quotas, counter, settings }
    }

    /// Over the deployment's tables, reached with the credentials of `config`.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `STUDIO_TABLE` or `METERING_TABLE` is not set, [`SettingError::Invalid`] as
    /// [`StudioSettings::from_settings`].
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        let metering = Table::from_settings(config, TableName::Metering)?;
        let studio = Table::from_settings(config, TableName::Studio)?;
        Ok(Self::new(studio, &metering, StudioSettings::from_settings()?))
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
