//! Who uses an upload: storyboards show it, and jobs that run make pictures from it.

use std::collections::{BTreeSet, HashMap};

use cloud::clock;
use cloud::table::TableError;
use jiff::Timestamp;
use storyboard::UploadId;
use tenancy::TenantId;

use super::keys::job_key;
use super::studio::Studio;
use crate::ids::JobId;
use crate::job::{Job, JobStatus};
use crate::plan::Plan;
use crate::project::ProjectId;
use crate::upload::Upload;

/// Which uploads are used by jobs that run, as one sweep finds it out: a tenant's jobs are read once, however many of
/// its uploads are due.
#[derive(Debug, Default)]
pub struct UploadsInUse {
    of_tenants: HashMap<TenantId, UsedUploads>,
}

impl UploadsInUse {
    /// Whether a job that runs was planned with an upload that is to be deleted. Cost: nothing, or what
    /// [`Studio::used_uploads`] costs: for the first upload of a tenant, and for one that can be deleted only since the
    /// tenant's jobs were read.
    pub(crate) async fn has(
        &mut self,
        studio: &Studio,
        tenant: &TenantId,
        upload: &Upload,
    ) -> Result<bool, TableError> {
        let is_known = self.of_tenants.get(tenant).is_some_and(|used| used.is_final_for(upload));
        if !is_known {
            self.of_tenants.insert(*tenant, studio.used_uploads(tenant).await?);
        }
        Ok(self.of_tenants.get(tenant).is_none_or(|used| used.has(&upload.id)))
    }
}

/// The uploads that the jobs of a tenant were planned with which ran at a time.
#[derive(Debug)]
pub(crate) struct UsedUploads {
    /// When the jobs began to be read.
    read_at: Timestamp,
    /// Those that the plans name; none where a plan is missing or cannot be read, because it may name any upload.
    named: Option<BTreeSet<UploadId>>,
}

impl UsedUploads {
    fn none(read_at: Timestamp) -> Self {
        Self { read_at, named: Some(BTreeSet::new()) }
    }

    fn add(&mut self, plan: Option<std::io::Result<Plan>>) {
        match plan {
            Some(Ok(plan)) => {
                if let Some(named) = &mut self.named {
                    named.extend(plan.uploads());
                }
            }
            _ => self.named = None,
        }
    }

    fn has(&self, upload: &UploadId) -> bool {
        self.named.as_ref().is_none_or(|named| named.contains(upload))
    }

    /// Whether no job that uses the upload can have been accepted since.
    fn is_final_for(&self, upload: &Upload) -> bool {
        upload.deleted_from() <= self.read_at
    }
}

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

    /// The uploads that a tenant's jobs which run were planned with. Cost: one query and one read for each hold; for
    /// each job that runs one query, which is one read for every 4 KB of its plan.
    pub(crate) async fn used_uploads(&self, tenant: &TenantId) -> Result<UsedUploads, TableError> {
        let mut used = UsedUploads::none(clock::now());
        // Every job that runs has a hold, also one that costs nothing.
        let holds = self.quotas.holds(tenant).await?;
        let keys: Vec<_> = holds.iter().map(|hold| job_key(tenant, &JobId::from_uuid(hold.job))).collect();
        let jobs: Vec<Option<Job>> = self.table.get_all(&keys).await?;
        for job in jobs.into_iter().flatten().filter(|job| job.status == JobStatus::Running) {
            used.add(self.plan(tenant, &job.id).await?);
        }
        Ok(used)
    }
}

#[cfg(test)]
mod tests {
    use metering::Amounts;

    use super::*;
    use crate::plan::PlannedStep;
    use crate::step_input::{ImageInput, StepInput};
    use crate::step_kind::{StepId, StepKind};
    use crate::upload::UploadState;

    fn plan(upload: UploadId) -> Plan {
        let input = StepInput::Image(ImageInput { upload: Some(upload), ..ImageInput::default() });
        let step = PlannedStep {
            id: StepId::new(StepKind::Image, 0),
            artefact: input.artefact(),
            input,
            after: Vec::new(),
            estimate_ms: 0,
            allowance: Amounts::default(),
        };
        Plan { steps: vec![step] }
    }

    #[test]
    fn what_no_plan_names_is_in_no_use_unless_a_plan_cannot_be_read() {
        let (named, other) = (UploadId::new(), UploadId::new());
        let used = |plans: Vec<Option<std::io::Result<Plan>>>| {
            let mut used = UsedUploads::none(clock::now());
            plans.into_iter().for_each(|plan| used.add(plan));
            used
        };
        assert!(!used(Vec::new()).has(&named), "no job runs");
        let readable = used(vec![Some(Ok(plan(other))), Some(Ok(plan(named)))]);
        assert!(readable.has(&named) && readable.has(&other) && !readable.has(&UploadId::new()));
        let missing = used(vec![None, Some(Ok(plan(named)))]);
        let broken = used(vec![Some(Ok(plan(named))), Some(Err(std::io::Error::other("cut off")))]);
        assert!(missing.has(&other) && broken.has(&other), "it may be named there");
    }

    #[test]
    fn jobs_that_were_read_before_an_upload_could_be_deleted_are_read_again() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let upload = Upload::asked_for(UploadId::new(), ProjectId::new(), "image/png", 1);
        let upload = Upload { writable_until: at(1_000), kept_until: Timestamp::MIN, ..upload }.discarded();
        assert_eq!((upload.state, upload.deleted_from()), (UploadState::Deleting, at(1_000)));
        for (read_at, is_final) in [(999, false), (1_000, true), (1_001, true)] {
            assert_eq!(UsedUploads::none(at(read_at)).is_final_for(&upload), is_final);
        }
    }
}
