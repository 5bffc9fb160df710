//! Who uses an upload: storyboards show it, and jobs that run make pictures from it.

use cloud::table::TableError;
use storyboard::UploadId;
use tenancy::TenantId;

use super::keys::job_key;
use super::studio::Studio;
use crate::ids::JobId;
use crate::job::{Job, JobStatus};
use crate::project::ProjectId;
use crate::upload::Upload;

impl Studio {
    /// The projects whose storyboards show an upload, of those that may. Cost: one read for every 4 KB of their texts
    /// and storyboards.
    pub(crate) async fn shown_in(
        &self,
        tenant: &TenantId,
        upload: &Upload,
    ) -> Result<Vec<ProjectId>, TableError> {
        let mut candidates: Vec<ProjectId> = upload.shown_by.iter().copied().chain(upload.project).collect();
        candidates.sort();
        candidates.dedup();
        let mut shown = Vec::new();
        for project in candidates {
            let manuscript = self.manuscript(tenant, &project).await?;
            if manuscript.is_some_and(|manuscript| manuscript.storyboard.uploads().contains(&upload.id)) {
                shown.push(project);
            }
        }
        Ok(shown)
    }

    /// Whether a job that runs was planned with an upload. Cost: one query and one read for each hold; for each job
    /// that runs one query, which is one read for every 4 KB of its plan.
    pub(crate) async fn is_rendered(&self, tenant: &TenantId, upload: &UploadId) -> Result<bool, TableError> {
        // Every job that runs has a hold, also one that costs nothing.
        let holds = self.quotas.holds(tenant).await?;
        let keys: Vec<_> = holds.iter().map(|hold| job_key(tenant, &JobId::from_uuid(hold.job))).collect();
        let jobs: Vec<Option<Job>> = self.table.get_all(&keys).await?;
        for job in jobs.into_iter().flatten().filter(|job| job.status == JobStatus::Running) {
            match self.plan(tenant, &job.id).await? {
                Some(Ok(plan)) if !plan.shows(upload) => {}
                // A plan that is missing or cannot be read may name any upload.
                _ => return Ok(true),
            }
        }
        Ok(false)
    }
}
