use std::time::{Duration, Instant};

use cloud::bucket::Bucket;
use cloud::{clock, tenant_role};
use studio::{Job, JobId, Overdue, OverdueEntry, StepDispatcher, Studio, Uploads, UploadsInUse};
use tenancy::TenantId;

use crate::error::SweepError;
use crate::job_action::JobAction;

/// When a sweep stops taking more: before the function's timeout of 55 s, and before the next one starts.
const LONGEST_SWEEP: Duration = Duration::from_secs(45);

/// Takes care of what is overdue.
pub struct Sweeper {
    /// With the function's own credentials: reads which entries are overdue for all tenants, by keys alone.
    pub index: Studio,
    /// With credentials of one tenant at a time, as everything below.
    pub studio: Studio,
    /// Where the artefacts are that nobody uses any more.
    pub bucket: Bucket,
    /// The files that people uploaded.
    pub uploads: Uploads,
    /// Creates steps and sends their messages.
    pub dispatcher: StepDispatcher,
}

impl Sweeper {
    /// Takes care of every entry whose time has come, for 45 s at most; what is left then is the next sweep's. Uploads
    /// come last: a person may have thousands of them, and no film waits for one. An entry that fails is logged, and
    /// its time comes again five minutes later. Cost: one query a shard, and one more for every 1,000 entries; for each
    /// overdue step one write and one message; for each job without its steps what creating them costs.
    ///
    /// # Errors
    /// [`SweepError::Table`] when the index cannot be read.
    pub async fn sweep(&self) -> Result<(), SweepError> {
        let begun = Instant::now();
        let (mut sent, mut failed) = (0, 0);
        let mut entries = Vec::new();
        for shard in 0..Studio::SHARDS {
            entries.extend(self.index.overdue(shard).await?);
        }
        entries.sort_by_key(OverdueEntry::is_of_upload);
        let mut in_use = UploadsInUse::default();
        for entry in entries {
            if begun.elapsed() > LONGEST_SWEEP {
                tracing::warn!(sent, failed, "more is overdue than one sweep can send");
                return Ok(());
            }
            let Some(tenant) = entry.tenant() else { continue };
            match tenant_role::acting_for(tenant, self.take(&entry, &mut in_use)).await {
                Ok(taken) => sent += u32::from(taken),
                Err(error) => {
                    failed += 1;
                    tracing::error!(entry = ?entry, error = %error, "not sent again: {error}");
                }
            }
        }
        tracing::info!(sent, failed, "swept {sent}");
        Ok(())
    }

    /// Takes care of one entry. False when somebody else did meanwhile.
    async fn take(&self, entry: &OverdueEntry, in_use: &mut UploadsInUse) -> Result<bool, SweepError> {
        match self.studio.take_overdue(entry).await? {
            None => return Ok(false),
            Some(Overdue::Step(message)) => self.dispatcher.send([message]).await?,
            Some(Overdue::Job(tenant, job)) => self.take_job(&tenant, job).await?,
            Some(Overdue::Backlog(tenant)) => {
                self.dispatcher.dispatch_backlog(&tenant).await?;
                self.studio.unwatch_backlog(&tenant).await?;
            }
            Some(Overdue::Upload(tenant, upload)) => self.uploads.sweep(&tenant, &upload, in_use).await?,
            Some(Overdue::DeletedProject(tenant, project)) => {
                self.uploads.sweep_deleted_project(&tenant, &project).await?;
            }
        }
        Ok(true)
    }

    async fn take_job(&self, tenant: &TenantId, job: JobId) -> Result<(), SweepError> {
        let Some(job) = self.studio.job(tenant, &job).await? else { return Ok(()) };
        match JobAction::of(&job, clock::now()) {
            JobAction::Resume => self.dispatcher.resume(tenant, &job).await?,
            JobAction::TimeOut => self.studio.time_out_job(tenant, &job.id).await?,
            JobAction::ClearBacklog(look_again_at) => {
                self.studio.clear_backlog(tenant, &job.id).await?;
                self.studio.set_job_due(tenant, &job, look_again_at).await?;
            }
            JobAction::ReleaseArtefacts => {
                self.studio.clear_backlog(tenant, &job.id).await?;
                self.release_artefacts(tenant, &job).await?;
            }
        }
        Ok(())
    }

    /// Deletes what only this job used: first the records, then the objects. The job stays due until all are gone.
    async fn release_artefacts(&self, tenant: &TenantId, job: &Job) -> Result<(), SweepError> {
        for object in self.studio.release_artefacts(tenant, &job.id).await? {
            self.bucket.delete(&object).await?;
        }
        Ok(self.studio.set_job_due(tenant, job, None).await?)
    }
}
