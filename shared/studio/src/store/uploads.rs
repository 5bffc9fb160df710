//! The records of uploaded files, and how each of their states follows another.
//!
//! | function | from → to | in the same transaction |
//! |---|---|---|
//! | `accept_upload` | → pending | the project's list, the count of pending uploads, the hold on the quota |
//! | `settle_upload` | pending → stored | the count, the hold becomes a charge |
//! | `discard_upload` | pending, stored → deleting | the project's list |
//! | `forget_upload` | deleting, pending → none | the list, the hold or the charge is released, the count |

use std::time::Duration;

use cloud::clock;
use cloud::table::{Attempt, Page, TableError, Update, conflict_backoff, types::TransactWriteItem};
use jiff::Timestamp;
use metering::{Allowance, Amounts};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use storyboard::UploadId;
use tenancy::TenantId;

use super::due_index;
use super::keys::{asset_key, deleted_project_key, upload_key};
use super::studio::Studio;
use crate::due::Due;
use crate::project::ProjectId;
use crate::upload::{Upload, UploadState, kept_from};

/// How many uploads a project's deletion makes due in one go.
const WOKEN_AT_ONCE: i32 = 100;

/// The outcome of [`Studio::accept_upload`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AcceptedUpload {
    /// It was accepted.
    New,
    /// It was accepted before. Nothing was written.
    Before,
    /// As many uploads are pending as the plan allows. Nothing was written.
    TooMany,
    /// The storage quota does not suffice. Nothing was written.
    OverQuota,
}

/// The entry of an upload in the list of its project.
#[derive(Debug, Serialize, Deserialize)]
struct AssetEntry {
    id: UploadId,
}

/// The record as it is written first: with the time at which the sweeper looks at it.
#[derive(Serialize)]
struct NewUpload<'a> {
    #[serde(flatten)]
    upload: &'a Upload,
    #[serde(flatten)]
    due: Due,
}

impl Studio {
    /// Accepts an upload: writes its record, its entry in the project's list, the count of pending uploads and the hold
    /// of its bytes. It is due when its URL has expired. Cost: one transaction of five items.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn accept_upload(
        &self,
        tenant: &TenantId,
        upload: &Upload,
        allowance: &Allowance,
        most_pending: u64,
    ) -> Result<AcceptedUpload, TableError> {
        let record = NewUpload { upload, due: due_at(tenant, upload.writable_until) };
        let mut writes = vec![
            self.table.put_new(&upload_key(tenant, &upload.id), &record)?,
            self.one_upload_more(tenant, most_pending).build()?,
        ];
        if let Some(project) = &upload.project {
            let entry = asset_key(tenant, project, &upload.id);
            writes.push(self.table.put_new(&entry, &AssetEntry { id: upload.id })?);
        }
        let amounts = bytes(upload.bytes);
        writes.extend(self.quotas.hold(tenant, allowance, upload.id.uuid(), upload.created_at, amounts)?);
        loop {
            match self.table.transact(writes.clone()).await {
                Ok(()) => return Ok(AcceptedUpload::New),
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(TableError::Condition { failed }) => {
                    return Ok(match failed.as_slice() {
                        [true, ..] => AcceptedUpload::Before,
                        [_, true, ..] => AcceptedUpload::TooMany,
                        _ => AcceptedUpload::OverQuota,
                    });
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The record of an upload. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn upload(&self, tenant: &TenantId, upload: &UploadId) -> Result<Option<Upload>, TableError> {
        self.table.get(&upload_key(tenant, upload)).await
    }

    /// The records of uploads, in the order of `ids`. Cost: one read for each.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn uploads(
        &self,
        tenant: &TenantId,
        ids: &[UploadId],
    ) -> Result<Vec<Option<Upload>>, TableError> {
        let keys: Vec<_> = ids.iter().map(|id| upload_key(tenant, id)).collect();
        self.table.get_all(&keys).await
    }

    /// The uploads of a project, newest first. Cost: one query, and one read for each.
    pub(crate) async fn project_uploads(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
        limit: i32,
        after: Option<UploadId>,
    ) -> Result<Page<Upload>, TableError> {
        let prefix = asset_prefix(project);
        let after = after.map(|upload| format!("{prefix}{upload}"));
        let page: Page<AssetEntry> =
            self.table.query(&tenant.partition(), &prefix, true, limit, after.as_deref()).await?;
        let ids: Vec<UploadId> = page.items.iter().map(|entry| entry.id).collect();
        let items = self.uploads(tenant, &ids).await?.into_iter().flatten();
        let listed = items.filter(|upload| upload.state != UploadState::Deleting).collect();
        // As the sort key of a record, so that the cursor is the upload's id alone.
        let next = page.next.and_then(|key| Some(format!("UPLOAD#{}", key.strip_prefix(&prefix)?)));
        Ok(Page { items: listed, next })
    }

    /// The tenant's pending uploads, newest first, of those that may still be written. Cost: one query for every 1,000
    /// uploads of the last quarter of an hour.
    pub(crate) async fn pending_uploads(&self, tenant: &TenantId) -> Result<Vec<Upload>, TableError> {
        let (now, mut pending, mut after) = (clock::now(), Vec::new(), None::<String>);
        loop {
            let page: Page<Upload> =
                self.table.query(&tenant.partition(), "UPLOAD#", true, 1000, after.as_deref()).await?;
            let is_last = page.items.last().is_none_or(|oldest| !oldest.is_writable(now));
            pending.extend(page.items.into_iter().filter(|upload| upload.state == UploadState::Pending));
            after = page.next;
            if is_last || after.is_none() {
                return Ok(pending);
            }
        }
    }

    /// Records that a pending upload has arrived: its hold becomes a charge. Does nothing when that was recorded
    /// before, or when it is being deleted. Cost: one read, one transaction of four items.
    pub(crate) async fn settle_upload(&self, tenant: &TenantId, upload: &Upload) -> Result<(), TableError> {
        let due = due_at(tenant, upload.kept_until);
        let record = self.table.update(&upload_key(tenant, &upload.id)).set("state", UploadState::Stored);
        let record = record.set("due_shard", due.due_shard).set("due_at", due.due_at).add("version", 1);
        let record = record.when("state", "=", UploadState::Pending);
        let Some(hold) = self.quotas.find_hold(tenant, upload.id.uuid()).await? else { return Ok(()) };
        let mut writes = vec![record.build()?, self.one_upload_less(tenant).build()?];
        writes.extend(self.quotas.commit(tenant, &hold, bytes(upload.bytes))?);
        self.transact_once(writes).await.map(drop)
    }

    /// Writes the record of a file that was found without one. Does nothing when there is one meanwhile. Cost: one
    /// write.
    pub(crate) async fn adopt_upload(&self, tenant: &TenantId, upload: &Upload) -> Result<(), TableError> {
        let record = NewUpload { upload, due: due_at(tenant, upload.kept_until) };
        let write = self.table.put_new(&upload_key(tenant, &upload.id), &record)?;
        self.transact_once(vec![write]).await.map(drop)
    }

    /// Records that a storyboard of `project` is about to show an upload. False when it is gone or being deleted.
    /// Whether the project has to be added is decided by the write itself, because the sweeper may take it out at any
    /// time. Cost: one write; two where the project is there already.
    pub(crate) async fn show_upload(
        &self,
        tenant: &TenantId,
        upload: &UploadId,
        project: &ProjectId,
    ) -> Result<bool, TableError> {
        let mut is_there = false;
        loop {
            let record = self.keep_upload(tenant, upload).set("shown_at", clock::now());
            let record = match is_there {
                true => record.when_contains("shown_by", *project),
                false => record.append("shown_by", *project).when_lacks("shown_by", *project),
            };
            match record.when("state", "<>", UploadState::Deleting).attempt::<Upload>().await {
                Ok(Attempt::Done(_)) => return Ok(true),
                Ok(Attempt::Refused(Some(found))) if found.state != UploadState::Deleting => {
                    is_there = found.shown_by.contains(project);
                }
                Ok(Attempt::Refused(_)) => return Ok(false),
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Records that the storyboard of `project` is about to show an upload no longer, whose record is as it was read.
    /// If nothing has begun to show it since the project was edited last, at `edited_at` as the request read it, it is
    /// not about to be shown any more either, and can be deleted at once. Cost: one write; two when a storyboard began
    /// to show it since it was read.
    pub(crate) async fn hide_upload(
        &self,
        tenant: &TenantId,
        upload: &Upload,
        project: &ProjectId,
        edited_at: Timestamp,
    ) -> Result<(), TableError> {
        let record = self.keep_upload(tenant, &upload.id).when("state", "=", UploadState::Stored);
        if let Some(shown_at) = upload.shown_at_before(project, edited_at) {
            let hidden = record.clone().remove("shown_at").when("shown_at", "=", shown_at);
            if applied(hidden.send::<IgnoredAny>().await)? {
                return Ok(());
            }
        }
        applied(record.send::<IgnoredAny>().await).map(drop)
    }

    /// Keeps an upload for a week from now, when the sweeper looks whether a storyboard shows it.
    fn keep_upload(&self, tenant: &TenantId, upload: &UploadId) -> Update {
        let kept_until = kept_from(clock::now());
        let due = due_at(tenant, kept_until);
        let record = self.table.update(&upload_key(tenant, upload)).when_present().add("version", 1);
        let record = record.set("kept_until", kept_until);
        record.set("due_shard", due.due_shard).set("due_at", due.due_at)
    }

    /// Records what the sweeper found: the projects that show an upload, and when it looks again; none for never. Does
    /// nothing when the upload changed meanwhile, which made it due again. Cost: one write.
    pub(crate) async fn record_shown(
        &self,
        tenant: &TenantId,
        upload: &Upload,
        shown_by: &[ProjectId],
        look_again_at: Option<Timestamp>,
    ) -> Result<(), TableError> {
        let record = self.table.update(&upload_key(tenant, &upload.id)).set("shown_by", shown_by);
        let record = match look_again_at {
            Some(at) => record.set("due_at", at.as_millisecond()),
            None => record.remove("due_at").remove("due_shard"),
        };
        applied(record.when("version", "=", upload.version).send::<IgnoredAny>().await).map(drop)
    }

    /// Takes an upload out of its project's list, to be deleted at [`Upload::deleted_from`]. False when it changed
    /// meanwhile. Cost: one transaction of two items.
    pub(crate) async fn discard_upload(
        &self,
        tenant: &TenantId,
        upload: &Upload,
    ) -> Result<bool, TableError> {
        let due = due_at(tenant, upload.deleted_from());
        let record = self.table.update(&upload_key(tenant, &upload.id)).set("state", UploadState::Deleting);
        let record = record.set("due_shard", due.due_shard).set("due_at", due.due_at).add("version", 1);
        let mut writes = vec![record.when("version", "=", upload.version).build()?];
        writes.extend(self.unlist(tenant, upload)?);
        self.transact_once(writes).await
    }

    /// Deletes the record of an upload whose objects are gone or never came, and releases its bytes: those that it
    /// still holds, or else those that are charged. Does nothing when that was done before, or when it has arrived
    /// meanwhile. Cost: one read, one transaction of three to five items.
    pub(crate) async fn forget_upload(&self, tenant: &TenantId, upload: &Upload) -> Result<(), TableError> {
        let record = self.table.update(&upload_key(tenant, &upload.id)).when("state", "=", upload.state);
        let mut writes = vec![record.build_delete()?];
        writes.extend(self.unlist(tenant, upload)?);
        match self.quotas.find_hold(tenant, upload.id.uuid()).await? {
            Some(hold) => {
                writes.push(self.one_upload_less(tenant).build()?);
                writes.extend(self.quotas.commit(tenant, &hold, Amounts::default())?);
            }
            None => writes.push(self.quotas.freed(tenant, upload.bytes)?),
        }
        self.transact_once(writes).await.map(drop)
    }

    fn unlist(&self, tenant: &TenantId, upload: &Upload) -> Result<Option<TransactWriteItem>, TableError> {
        let entry = upload.project.map(|project| asset_key(tenant, &project, &upload.id));
        entry.map(|entry| self.table.update(&entry).build_delete()).transpose()
    }

    /// Makes the uploads of a project due that was deleted, then forgets the project. Can be repeated after a crash at
    /// any point. Cost: one query for every 100 uploads, two writes for each, one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn release_uploads(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
    ) -> Result<(), TableError> {
        loop {
            let prefix = asset_prefix(project);
            let page: Page<AssetEntry> =
                self.table.query(&tenant.partition(), &prefix, false, WOKEN_AT_ONCE, None).await?;
            if page.items.is_empty() {
                return self.table.delete(&deleted_project_key(tenant, project)).await;
            }
            for entry in page.items {
                let due = due_index::due_after(tenant, Duration::ZERO);
                let record = self.table.update(&upload_key(tenant, &entry.id)).when_present();
                let record = record.set("due_shard", due.due_shard).set("due_at", due.due_at);
                applied(record.send::<IgnoredAny>().await)?;
                self.table.delete(&asset_key(tenant, project, &entry.id)).await?;
            }
        }
    }

    /// Carries out a transaction unless one of its conditions fails; then false.
    async fn transact_once(&self, writes: Vec<TransactWriteItem>) -> Result<bool, TableError> {
        loop {
            match self.table.transact(writes.clone()).await {
                Err(TableError::Conflict) => conflict_backoff().await,
                outcome => return applied(outcome),
            }
        }
    }
}

/// Whether an update was carried out: false when its condition failed.
fn applied<T>(outcome: Result<T, TableError>) -> Result<bool, TableError> {
    match outcome {
        Ok(_) => Ok(true),
        Err(TableError::Condition { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn asset_prefix(project: &ProjectId) -> String {
    format!("ASSET#{project}#")
}

fn due_at(tenant: &TenantId, at: Timestamp) -> Due {
    Due { due_at: at.as_millisecond(), ..due_index::due_after(tenant, Duration::ZERO) }
}

fn bytes(stored_bytes: u64) -> Amounts {
    Amounts { stored_bytes, ..Amounts::default() }
}
