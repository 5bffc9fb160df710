//! Files that people upload: asked for, shown, listed, deleted.
//!
//! ```text
//! asked for (bytes held, URL signed) ─► arrived (bytes charged) ─► shown by storyboards
//!         └─► never arrived: released            └─► not shown for a week: deleted
//! ```
//!
//! Whether a storyboard shows an upload stands in the storyboards alone. A record only knows which storyboards may,
//! and when the sweeper has to look. Before a storyboard changes what it shows, the records of those uploads are made
//! due in a week; so a process may die at any point, and nothing stays unless it is shown.

mod error;
mod sweep;

use std::collections::BTreeSet;

use cloud::bucket::{Bucket, PresignedPut};
use cloud::clock;
use cloud::table::Page;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use metering::{Allowance, Amounts, QuotaManager, max_pending_uploads};
use storyboard::UploadId;
use tenancy::{ObjectKey, TenantId};

pub use error::UploadError;

use crate::project::ProjectId;
use crate::store::studio::Studio;
use crate::store::uploads::AcceptedUpload;
use crate::upload::{Upload, UploadState};

/// How many uploads are looked at concurrently.
const AT_ONCE: usize = 16;

/// Uploads: their records in the `studio` table, their bytes in the quota, and the files in the bucket.
#[derive(Clone)]
pub struct Uploads {
    studio: Studio,
    bucket: Bucket,
    quotas: QuotaManager,
}

impl Uploads {
    /// Over the `studio` table, and the bucket that holds the files.
    #[must_use]
    pub fn new(studio: Studio, bucket: Bucket) -> Self {
        let quotas = studio.quotas.clone();
        Self { studio, bucket, quotas }
    }

    /// Accepts an upload, and signs the URL for it. Its bytes are held against the storage quota at once. One that was
    /// accepted before and is still pending gets another URL. When as many uploads are pending as the plan allows,
    /// those are looked for that have arrived. Cost: one transaction of five items; at the plan's limit one query, one
    /// request to the bucket for each pending upload and, for each that has arrived, one read and a transaction of four
    /// items.
    ///
    /// # Errors
    /// [`UploadError::AskedBefore`], [`UploadError::TooManyPending`], [`UploadError::QuotaExceeded`],
    /// [`UploadError::Changed`], [`UploadError::Table`] or [`UploadError::Bucket`]. Nothing was written then.
    pub async fn ask_for(
        &self,
        tenant: &TenantId,
        allowance: &Allowance,
        upload: &Upload,
    ) -> Result<PresignedPut, UploadError> {
        let key = ObjectKey::upload(tenant, upload.id.uuid());
        let presigned = self.bucket.presign_put(&key, &upload.content_type, upload.bytes).await?;
        let most = max_pending_uploads(allowance.plan());
        let accept = || self.studio.accept_upload(tenant, upload, allowance, most);
        let mut outcome = accept().await?;
        if outcome == AcceptedUpload::TooMany && self.settle_arrived(tenant).await? {
            outcome = accept().await?;
        }
        match outcome {
            AcceptedUpload::New => Ok(presigned),
            AcceptedUpload::Before => {
                let before = self.studio.upload(tenant, &upload.id).await?;
                let is_usable = before.is_some_and(|before| before.takes_another_url(clock::now()));
                if is_usable { Ok(presigned) } else { Err(UploadError::AskedBefore) }
            }
            AcceptedUpload::TooMany => Err(UploadError::TooManyPending(most)),
            AcceptedUpload::OverQuota => {
                let asked = Amounts { stored_bytes: upload.bytes, ..Amounts::default() };
                let refusal = self.quotas.enforce(tenant, allowance, asked).await?;
                Err(refusal.map_or(UploadError::Changed, UploadError::QuotaExceeded))
            }
        }
    }

    /// Uploads of a project, newest first. Those that are pending are looked for, and shown as stored when they have
    /// arrived. Cost: one query, one read for each, one request to the bucket for each that is pending.
    ///
    /// # Errors
    /// [`UploadError::Table`] or [`UploadError::Bucket`].
    pub async fn list(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
        limit: i32,
        after: Option<UploadId>,
    ) -> Result<Page<Upload>, UploadError> {
        let Page { items, next } = self.studio.project_uploads(tenant, project, limit, after).await?;
        let seen = stream::iter(items).map(async |upload| {
            let has_arrived =
                upload.state == UploadState::Pending && self.has_arrived(tenant, &upload).await?;
            let state = if has_arrived { UploadState::Stored } else { upload.state };
            Ok::<_, UploadError>(Upload { state, ..upload })
        });
        Ok(Page { items: seen.buffered(AT_ONCE).try_collect().await?, next })
    }

    /// Deletes an upload of a project that no storyboard shows. It is off the list at once; the file and its bytes in
    /// the quota go at once too, where the tenant has no job and no pending upload. Otherwise the sweeper deletes them:
    /// when the URL that wrote it has expired, a minute after a storyboard has dropped it, and when the jobs have ended
    /// that make pictures from it. Cost: one read, one for every 4 KB of the texts of projects that may show it, one
    /// transaction of two items, one query; then two requests to the bucket, one read and one transaction of three
    /// items.
    ///
    /// # Errors
    /// [`UploadError::NotFound`], [`UploadError::Shown`], [`UploadError::Changed`], [`UploadError::Table`] or
    /// [`UploadError::Bucket`].
    pub async fn remove(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
        id: &UploadId,
    ) -> Result<(), UploadError> {
        let found = self.studio.upload(tenant, id).await?;
        let own = found.filter(|upload| upload.project == Some(*project));
        let upload = own.filter(|upload| upload.state != UploadState::Deleting);
        let upload = upload.ok_or(UploadError::NotFound(*id))?;
        let shown_by = self.studio.shown_in(tenant, &upload).await?;
        if !shown_by.is_empty() {
            return Err(UploadError::Shown(shown_by));
        }
        if upload.being_shown_until(clock::now()).is_some() {
            return Err(UploadError::Changed);
        }
        if !self.studio.discard_upload(tenant, &upload).await? {
            return Err(UploadError::Changed);
        }
        // Every job that runs has a hold. Whether one of them uses the upload, the sweeper finds out for all uploads
        // together: a request for each would read the plans of all jobs each time.
        if upload.deleted_from() <= clock::now() && !self.quotas.has_holds(tenant).await? {
            self.erase(tenant, &upload.discarded()).await?;
        }
        Ok(())
    }

    /// To be called before a storyboard is written that shows other uploads than the one `before` it: from now on those
    /// that it adds cannot be deleted unnoticed, and those that it drops are deleted in a week. `edited_at` is when the
    /// project was edited last as the request read it: what other requests have begun to show since stays shown. An
    /// upload that is added is charged. Cost: for each that is added one read, one request to the bucket, one or two
    /// writes and, the first time, one read and one transaction of four items; for each that is dropped one read and
    /// one or two writes.
    ///
    /// # Errors
    /// [`UploadError::NotFound`] for one that is not there; [`UploadError::Table`] or [`UploadError::Bucket`]. Others
    /// may be kept a week longer by then.
    pub async fn show(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
        edited_at: Timestamp,
        before: &BTreeSet<UploadId>,
        shown: &BTreeSet<UploadId>,
    ) -> Result<(), UploadError> {
        let added: Vec<UploadId> = shown.difference(before).copied().collect();
        let records = self.studio.uploads(tenant, &added).await?;
        let adding = added.into_iter().zip(records).map(|(id, record)| self.add(tenant, project, id, record));
        stream::iter(adding).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        let dropped: Vec<UploadId> = before.difference(shown).copied().collect();
        let records = self.studio.uploads(tenant, &dropped).await?;
        let dropping = records
            .into_iter()
            .flatten()
            .map(async |upload| self.studio.hide_upload(tenant, &upload, project, edited_at).await);
        Ok(stream::iter(dropping).buffer_unordered(AT_ONCE).try_collect::<()>().await?)
    }

    /// Makes an upload one that a project's storyboard shows.
    async fn add(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
        id: UploadId,
        record: Option<Upload>,
    ) -> Result<(), UploadError> {
        let head = self.bucket.head(&ObjectKey::upload(tenant, id.uuid())).await?;
        let head = head.ok_or(UploadError::NotFound(id))?;
        match record {
            Some(upload) if upload.state == UploadState::Pending => {
                self.studio.settle_upload(tenant, &upload).await?;
            }
            Some(_) => {}
            // It was uploaded before there were records.
            None => {
                let found = Upload::found(id, &head.content_type, head.bytes, Vec::new());
                self.studio.adopt_upload(tenant, &found).await?;
            }
        }
        let is_shown = self.studio.show_upload(tenant, &id, project).await?;
        if is_shown { Ok(()) } else { Err(UploadError::NotFound(id)) }
    }

    /// Charges the pending uploads that have arrived. False when none has.
    async fn settle_arrived(&self, tenant: &TenantId) -> Result<bool, UploadError> {
        let pending = stream::iter(self.studio.pending_uploads(tenant).await?);
        let looked_for = pending.map(async |upload| {
            Ok::<_, UploadError>(self.has_arrived(tenant, &upload).await?.then_some(upload))
        });
        let arrived: Vec<Option<Upload>> = looked_for.buffer_unordered(AT_ONCE).try_collect().await?;
        let mut settled = false;
        for upload in arrived.into_iter().flatten() {
            self.studio.settle_upload(tenant, &upload).await?;
            settled = true;
        }
        Ok(settled)
    }

    async fn has_arrived(&self, tenant: &TenantId, upload: &Upload) -> Result<bool, UploadError> {
        Ok(self.bucket.head(&ObjectKey::upload(tenant, upload.id.uuid())).await?.is_some())
    }
}
