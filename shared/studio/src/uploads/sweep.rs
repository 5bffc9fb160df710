//! What the sweeper does about uploads: each is looked at when its URL has expired, and when it may be unused.

use std::time::Duration;

use cloud::clock;
use jiff::Timestamp;
use storyboard::UploadId;
use tenancy::{ObjectKey, TenantId};

use super::Uploads;
use super::error::UploadError;
use crate::project::ProjectId;
use crate::store::UploadsInUse;
use crate::upload::{Upload, UploadState};

/// When an upload is looked at again that a job still uses: often enough for jobs of some minutes to a day, and seldom
/// enough that thousands of them do not keep the sweeper from its other work.
const IN_USE: Duration = Duration::from_secs(3600);

impl Uploads {
    /// Looks at an upload whose time has come. One that never arrived is forgotten and its hold released; one that
    /// arrived is charged; one that no storyboard has shown for a week, or whose project is gone, is deleted with all
    /// of its versions, once no job that runs makes a picture from it; while one does, it is looked at once an hour.
    /// `in_use` is kept for one sweep. Can be repeated after a crash at any point. Cost: up to five reads, and one for
    /// every 4 KB of the texts of projects that may show it; once for each tenant of a sweep what finding the uploads
    /// of its jobs costs; two requests to the bucket; up to three transactions.
    ///
    /// # Errors
    /// [`UploadError::Table`] or [`UploadError::Bucket`].
    pub async fn sweep(
        &self,
        tenant: &TenantId,
        id: &UploadId,
        in_use: &mut UploadsInUse,
    ) -> Result<(), UploadError> {
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
                Some(_) => self.settle(tenant, &upload, in_use).await,
                None => Ok(self.studio.forget_upload(tenant, &upload).await?),
            },
            UploadState::Stored => self.collect(tenant, &upload, in_use).await,
            UploadState::Deleting => self.delete(tenant, &upload, in_use).await,
        }
    }

    /// Looks at an upload again at `at`, and leaves all else as it is.
    async fn put_off(&self, tenant: &TenantId, upload: &Upload, at: Timestamp) -> Result<(), UploadError> {
        Ok(self.studio.record_shown(tenant, upload, &upload.shown_by, Some(at)).await?)
    }

    /// Charges an upload that has arrived, and deletes it if its project was deleted meanwhile: nobody else would look
    /// at it before its week is over.
    async fn settle(
        &self,
        tenant: &TenantId,
        upload: &Upload,
        in_use: &mut UploadsInUse,
    ) -> Result<(), UploadError> {
        self.studio.settle_upload(tenant, upload).await?;
        match self.studio.upload(tenant, &upload.id).await? {
            Some(stored) if stored.state == UploadState::Stored => {
                self.collect(tenant, &stored, in_use).await
            }
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
    async fn collect(
        &self,
        tenant: &TenantId,
        upload: &Upload,
        in_use: &mut UploadsInUse,
    ) -> Result<(), UploadError> {
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
        let is_discarded = self.studio.discard_upload(tenant, upload).await?;
        if is_discarded && upload.deleted_from() <= clock::now() {
            return self.delete(tenant, &upload.discarded(), in_use).await;
        }
        Ok(())
    }

    /// Deletes a discarded upload, unless a job that runs makes a picture from it: then in an hour or later.
    async fn delete(
        &self,
        tenant: &TenantId,
        upload: &Upload,
        in_use: &mut UploadsInUse,
    ) -> Result<(), UploadError> {
        if in_use.has(&self.studio, tenant, upload).await? {
            tracing::info!(upload = %upload.id, "{} is kept for a film that is being rendered", upload.id);
            let at = clock::now().checked_add(IN_USE).unwrap_or(Timestamp::MAX);
            return self.put_off(tenant, upload, at).await;
        }
        self.erase(tenant, upload).await
    }

    /// Deletes every version of a discarded upload that nobody uses, and then its record.
    pub(super) async fn erase(&self, tenant: &TenantId, upload: &Upload) -> Result<(), UploadError> {
        let key = ObjectKey::upload(tenant, upload.id.uuid());
        let versions = self.bucket.versions(key.as_str(), None).await?.versions;
        self.bucket.delete_versions(&versions).await?;
        self.studio.forget_upload(tenant, upload).await?;
        tracing::info!(upload = %upload.id, bytes = upload.bytes, "{} is deleted", upload.id);
        Ok(())
    }
}
