//! What the sweeper does about uploads: each is looked at when its URL has expired, and when it may be unused.

use cloud::clock;
use jiff::Timestamp;
use storyboard::UploadId;
use tenancy::{ObjectKey, TenantId};

use super::Uploads;
use super::error::UploadError;
use crate::project::ProjectId;
use crate::upload::{Upload, UploadState};

impl Uploads {
    /// Looks at an upload whose time has come. One that never arrived is forgotten and its hold released; one that
    /// arrived is charged; one that no storyboard has shown for a week, or whose project is gone, is deleted with all
    /// of its versions, once no job that runs makes a picture from it. Can be repeated after a crash at any point.
    /// Cost: up to five reads, and one for every 4 KB of the texts of projects that may show it; what finding the jobs
    /// that run costs; two requests to the bucket; up to three transactions.
    ///
    /// # Errors
    /// [`UploadError::Table`] or [`UploadError::Bucket`].
    pub async fn sweep(&self, tenant: &TenantId, id: &UploadId) -> Result<(), UploadError> {
        let Some(upload) = self.studio.upload(tenant, id).await? else { return Ok(()) };
        let now = clock::now();
        match upload.state {
            UploadState::Pending if upload.is_writable(now) => {
                self.put_off(tenant, &upload, upload.writable_until).await
            }
            UploadState::Deleting if now < upload.deleted_from() => {
                self.put_off(tenant, &upload, upload.deleted_from()).await
            }
            UploadState::Pending => match self.bucket.head(&ObjectKey::upload(tenant, id.uuid())).await? {
                Some(_) => self.settle(tenant, &upload).await,
                None => Ok(self.studio.forget_upload(tenant, &upload).await?),
            },
            UploadState::Stored => self.collect(tenant, &upload).await,
            UploadState::Deleting => self.delete(tenant, &upload).await,
        }
    }

    /// Looks at an upload again at `at`, and leaves all else as it is.
    async fn put_off(&self, tenant: &TenantId, upload: &Upload, at: Timestamp) -> Result<(), UploadError> {
        Ok(self.studio.record_shown(tenant, upload, &upload.shown_by, Some(at)).await?)
    }

    /// Charges an upload that has arrived, and deletes it if its project was deleted meanwhile: nobody else would look
    /// at it before its week is over.
    async fn settle(&self, tenant: &TenantId, upload: &Upload) -> Result<(), UploadError> {
        self.studio.settle_upload(tenant, upload).await?;
        match self.studio.upload(tenant, &upload.id).await? {
            Some(stored) if stored.state == UploadState::Stored => self.collect(tenant, &stored).await,
            _ => Ok(()),
        }
    }

    /// Makes the uploads of a deleted project due. Can be repeated after a crash at any point. Cost: one query for
    /// every 100 uploads, two writes for each, one write.
    ///
    /// # Errors
    /// [`UploadError::Table`] when DynamoDB does not answer.
    pub async fn sweep_deleted_project(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
    ) -> Result<(), UploadError> {
        Ok(self.studio.release_uploads(tenant, project).await?)
    }

    /// Deletes an upload that nothing shows any more, unless it may yet be shown again. One that a storyboard is about
    /// to show is left as it is until that storyboard can be read.
    async fn collect(&self, tenant: &TenantId, upload: &Upload) -> Result<(), UploadError> {
        if let Some(until) = upload.being_shown_until(clock::now()) {
            return self.put_off(tenant, upload, until).await;
        }
        let shown_by = self.studio.shown_in(tenant, upload).await?;
        if !shown_by.is_empty() {
            return Ok(self.studio.record_shown(tenant, upload, &shown_by, None).await?);
        }
        let has_project = match &upload.project {
            Some(project) => self.studio.project(tenant, project).await?.is_some(),
            None => true,
        };
        if has_project && clock::now() < upload.kept_until {
            return Ok(self.studio.record_shown(tenant, upload, &[], Some(upload.kept_until)).await?);
        }
        self.discard(tenant, upload).await.map(drop)
    }

    /// Takes an upload out of its project's list, and deletes it at once if it can be; else the sweeper does. False
    /// when it changed meanwhile.
    pub(super) async fn discard(&self, tenant: &TenantId, upload: &Upload) -> Result<bool, UploadError> {
        if !self.studio.discard_upload(tenant, upload).await? {
            return Ok(false);
        }
        if upload.deleted_from() <= clock::now() {
            let discarded = Upload { state: UploadState::Deleting, ..upload.clone() };
            self.delete(tenant, &discarded).await?;
        }
        Ok(true)
    }

    /// Deletes every version of an upload, and then its record. Does nothing while a job that runs makes a picture from
    /// it: it stays due, and the sweeper looks again after five minutes.
    async fn delete(&self, tenant: &TenantId, upload: &Upload) -> Result<(), UploadError> {
        if self.studio.is_rendered(tenant, &upload.id).await? {
            tracing::info!(upload = %upload.id, "{} is kept for a film that is being rendered", upload.id);
            return Ok(());
        }
        let key = ObjectKey::upload(tenant, upload.id.uuid());
        let versions = self.bucket.versions(key.as_str(), None).await?.versions;
        self.bucket.delete_versions(&versions).await?;
        self.studio.forget_upload(tenant, upload).await?;
        tracing::info!(upload = %upload.id, bytes = upload.bytes, "{} is deleted", upload.id);
        Ok(())
    }
}
