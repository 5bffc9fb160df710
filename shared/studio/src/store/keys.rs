//! The keys of the `studio` table's items.

use cloud::table::Key;
use storyboard::UploadId;
use tenancy::{ContentHash, TenantId};

use crate::ids::{JobId, VideoId};
use crate::project::ProjectId;
use crate::step_kind::StepId;

pub(super) fn project_key(tenant: &TenantId, project: &ProjectId) -> Key {
    Key::of(&tenant.partition(), format!("PROJECT#{project}"))
}

pub(super) fn manuscript_key(tenant: &TenantId, project: &ProjectId) -> Key {
    Key::of(&tenant.partition(), format!("MANUSCRIPT#{project}"))
}

/// The mark of a project that was deleted, and whose uploads are not released yet.
pub(super) fn deleted_project_key(tenant: &TenantId, project: &ProjectId) -> Key {
    Key::of(&tenant.partition(), format!("DELETED#{project}"))
}

pub(super) fn upload_key(tenant: &TenantId, upload: &UploadId) -> Key {
    Key::of(&tenant.partition(), format!("UPLOAD#{upload}"))
}

/// The entry of an upload in its project's list.
pub(super) fn asset_key(tenant: &TenantId, project: &ProjectId, upload: &UploadId) -> Key {
    Key::of(&tenant.partition(), format!("ASSET#{project}#{upload}"))
}

pub(super) fn job_key(tenant: &TenantId, job: &JobId) -> Key {
    Key::of(&tenant.partition(), format!("JOB#{job}"))
}

pub(super) fn step_key(tenant: &TenantId, job: &JobId, step: &StepId) -> Key {
    Key::of(&tenant.partition(), format!("STEP#{job}#{step}"))
}

pub(super) fn artefact_key(tenant: &TenantId, artefact: &ContentHash) -> Key {
    Key::of(&tenant.partition(), format!("ARTEFACT#{artefact}"))
}

pub(super) fn video_key(tenant: &TenantId, video: &VideoId) -> Key {
    Key::of(&tenant.partition(), format!("VIDEO#{video}"))
}

pub(super) fn lexicon_key(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "LEXICON")
}

pub(super) fn slots_key(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "LANE")
}

/// The record of an idempotency key, by its hash.
pub(super) fn idempotency_key(tenant: &TenantId, key: &ContentHash) -> Key {
    Key::of(&tenant.partition(), format!("IDEMPOTENCY#{key}"))
}
