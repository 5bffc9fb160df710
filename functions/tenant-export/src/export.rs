use std::cell::Cell;
use std::time::{Duration, Instant};

use cloud::bucket::{Bucket, UploadedPart};
use cloud::clock;
use cloud::queue::Queue;
use cloud::table::TableError;
use identity::{IdentityStore, Mail, MailQueue};
use protection::exports::{ExportMessage, file_name};
use protection::{Export, ExportState, Exports, Tables};
use tenancy::{ExportPart, ObjectKey, TenantId};

use crate::bucket_sink::{BucketSink, DIGEST_BYTES, from_bytes};
use crate::collect::collect;
use crate::error::ExportError;
use crate::pack::{StoredParts, pack};
use crate::size::archive_bytes;
use crate::snapshot::Snapshot;

/// The smallest size of a part in bytes, which is held in memory. S3 demands 5 MiB.
const MIN_PART_BYTES: u64 = 8 << 20;

/// The most parts of an archive; S3 takes 10,000.
const MAX_PARTS: u64 = 9_000;

/// How long a message waits for its export to be stored: longer than the request that sent it can take.
const REQUEST_GRACE: Duration = Duration::from_secs(60);

/// Makes exports.
pub struct Exporter {
    /// The state of exports.
    pub exports: Exports,
    /// The members who asked for exports.
    pub identity: IdentityStore,
    /// The tables that hold the tenant's items.
    pub tables: Tables,
    /// The bucket of the tenant's objects, in which the archive is stored too.
    pub bucket: Bucket,
    /// The queue of mail.
    pub mail_queue: MailQueue,
    /// The export queue, for the message to the process that goes on.
    pub queue: Queue,
    /// How long one invocation works on an archive before another goes on.
    pub run: Duration,
    /// The front end's origin, for the link in the mail.
    pub frontend_origin: String,
}

impl Exporter {
    /// Makes an export, or resumes it. Idempotent: after a crash it can be called again, and what is stored is not
    /// stored again. The caller must act for the message's tenant ([`cloud::tenant_role::acting_for`]).
    ///
    /// Reads: two items, the digests, every item of the tenant; the snapshot, every object of the tenant. Writes:
    /// one item for every part, and one for every fourth; the archive.
    ///
    /// # Errors
    /// [`ExportError::NotRequested`] when the export is not stored yet, [`ExportError::Gone`] when it was deleted
    /// meanwhile; any other [`ExportError`] when a service fails.
    pub async fn export(&self, message: &ExportMessage) -> Result<(), ExportError> {
        let deadline = Instant::now() + self.run;
        let ExportMessage { tenant, export: id, asked_at } = *message;
        let Some(export) = self.exports.get(&tenant, &id).await? else {
            let waited = clock::now().duration_since(asked_at).unsigned_abs();
            return if waited < REQUEST_GRACE { Err(ExportError::NotRequested) } else { Ok(()) };
        };
        let export = match export.state(clock::now()) {
            ExportState::Failed | ExportState::Expired => return Ok(()),
            ExportState::Ready => export,
            ExportState::Queued | ExportState::Running => {
                let snapshot = self.snapshot(&tenant, &export).await?;
                match self.make(&tenant, export, &snapshot, deadline).await? {
                    Some(export) => export,
                    None => {
                        tracing::info!(%tenant, export = %id, "another goes on with {id}");
                        return Ok(self.queue.send(message, &tenant.to_string(), Duration::ZERO).await?);
                    }
                }
            }
        };
        self.notify(&tenant, &export).await?;
        self.clean_up(&tenant, &export).await
    }

    /// The snapshot that the archive is made from: taken once, and read by later invocations. Of two invocations that
    /// take one at the same time, the first to record its version wins.
    async fn snapshot(&self, tenant: &TenantId, export: &Export) -> Result<Snapshot, ExportError> {
        let key = ObjectKey::export(tenant, &export.id, ExportPart::Snapshot);
        let version = match &export.snapshot {
            Some(version) => version.clone(),
            None => {
                let snapshot = collect(&self.tables, &self.bucket, *tenant, &export.id).await?;
                let bytes = serde_json::to_vec(&snapshot)?;
                let version = self.bucket.put_version(&key, bytes, "application/json").await?;
                let kept = self.exports.record_snapshot(tenant, &export.id, &version).await?;
                let kept = kept.and_then(|export| export.snapshot).ok_or(ExportError::Gone)?;
                if kept == version {
                    return Ok(snapshot);
                }
                kept
            }
        };
        let body = self.bucket.open_version_from(key.as_str(), &version, 0).await?;
        let bytes = body
            .collect()
            .await
            .map_err(|error| ExportError::BrokenOff { key: key.to_string(), reason: error.to_string() })?;
        Ok(serde_json::from_slice(&bytes.into_bytes())?)
    }

    /// Makes the archive. Gives the export when it is ready; none when another invocation has to go on.
    async fn make(
        &self,
        tenant: &TenantId,
        export: Export,
        snapshot: &Snapshot,
        deadline: Instant,
    ) -> Result<Option<Export>, ExportError> {
        let archive = ObjectKey::export(tenant, &export.id, ExportPart::Archive);
        let bytes_total = archive_bytes(snapshot)?;
        let part_bytes = part_bytes(bytes_total);
        let export = self.with_upload(tenant, export, &archive, bytes_total).await?;
        let upload = export.upload.clone().ok_or(ExportError::Gone)?;
        if let Some(parts) = self.bucket.uploaded_parts(&archive, &upload).await? {
            let digests = self.exports.digests(tenant, &export.id, DIGEST_BYTES).await?;
            let kept =
                StoredParts { digests: from_bytes(&digests), parts: complete_parts(&parts, part_bytes) };
            tracing::info!(%tenant, export = %export.id, parts = kept.parts, "{} parts are stored", kept.parts);
            let sink = BucketSink {
                bucket: &self.bucket,
                exports: &self.exports,
                tenant: *tenant,
                export: export.id,
                archive: archive.clone(),
                upload: upload.clone(),
                part_bytes: usize::try_from(part_bytes).unwrap_or(usize::MAX),
                bytes_total,
                deadline,
                read: Cell::new(0),
            };
            let is_done = pack(snapshot, kept, sink.part_bytes, &sink).await?;
            tracing::info!(%tenant, export = %export.id, read = sink.read.get(), "{} bytes read", sink.read.get());
            if !is_done {
                return Ok(None);
            }
            let parts = self.bucket.uploaded_parts(&archive, &upload).await?.unwrap_or_default();
            let found = parts.iter().map(|part| part.bytes).sum();
            if found != bytes_total {
                return Err(ExportError::Incomplete { expected: bytes_total, found });
            }
            self.bucket.complete_upload(&archive, &upload, &parts).await?;
        } else {
            // An earlier invocation completed the upload and died before it recorded that.
            let versions = self.bucket.versions(archive.as_str(), None).await?.versions;
            let stored = versions.iter().find(|version| version.is_latest);
            let found = stored.and_then(|version| version.bytes).unwrap_or(0);
            if found != bytes_total {
                return Err(ExportError::Incomplete { expected: bytes_total, found });
            }
        }
        match self.exports.finish(tenant, &export).await {
            Ok(()) | Err(TableError::Condition { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let files = snapshot.files.len();
        tracing::info!(%tenant, export = %export.id, files, bytes = bytes_total, "{} is ready", export.id);
        self.exports.get(tenant, &export.id).await?.map(Some).ok_or(ExportError::Gone)
    }

    /// The export with its multipart upload, which is begun now if it was not before.
    async fn with_upload(
        &self,
        tenant: &TenantId,
        export: Export,
        archive: &ObjectKey,
        bytes_total: u64,
    ) -> Result<Export, ExportError> {
        if export.upload.is_some() {
            return Ok(export);
        }
        // An upload that is begun and not recorded is removed by the bucket's lifecycle rule.
        let upload = self.bucket.create_upload(archive, "application/zip").await?;
        let kept = self.exports.record_upload(tenant, &export.id, &upload, bytes_total).await?;
        kept.ok_or(ExportError::Gone)
    }

    /// Sends the mail to the member who asked, if they still belong to the tenant.
    async fn notify(&self, tenant: &TenantId, export: &Export) -> Result<(), ExportError> {
        if export.is_told {
            return Ok(());
        }
        if let Some(member) = self.identity.member(tenant, &export.requested_by).await? {
            let mail = Mail::ExportReady {
                to: member.email,
                link: format!("{}/account/exports", self.frontend_origin),
                file_name: file_name(&export.id),
            };
            self.mail_queue.send(&mail, &tenant.to_string(), Duration::ZERO).await?;
        }
        Ok(self.exports.record_notified(tenant, &export.id).await?)
    }

    /// Deletes the objects and digests that were only needed to make the archive.
    async fn clean_up(&self, tenant: &TenantId, export: &Export) -> Result<(), ExportError> {
        let parts = ObjectKey::export_folder(tenant, &export.id);
        let left = self.bucket.versions(&parts, None).await?;
        self.bucket.delete_versions(&left.versions).await?;
        Ok(self.exports.delete_digests(tenant, &export.id).await?)
    }
}

/// The size of an archive's parts in bytes, in whole MiB: a function of the archive's size alone, so that every
/// invocation cuts the same parts.
fn part_bytes(total: u64) -> u64 {
    total.div_ceil(MAX_PARTS).next_multiple_of(1 << 20).max(MIN_PART_BYTES)
}

/// How many parts are stored from the first one on, without a gap and each of full size.
fn complete_parts(parts: &[UploadedPart], part_bytes: u64) -> u32 {
    let in_order = parts.iter().zip(1..).take_while(|(part, number)| part.number == *number);
    let complete_parts = in_order.take_while(|(part, _)| part.bytes == part_bytes);
    u32::try_from(complete_parts.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_long_as_it_takes() {
        assert_eq!(part_bytes(0), MIN_PART_BYTES);
        assert_eq!(part_bytes(10 << 30), MIN_PART_BYTES);
        for total in [78_u64 << 30, 1 << 40, 5 << 40] {
            assert!(total.div_ceil(part_bytes(total)) <= 10_000 && part_bytes(total).is_multiple_of(1 << 20));
        }
    }

    #[test]
    fn only_parts_without_a_gap_are_gone_on_from() {
        let part = |number, bytes| UploadedPart { number, bytes, etag: String::new() };
        assert_eq!(complete_parts(&[part(1, 8), part(2, 8), part(4, 8)], 8), 2);
        assert_eq!(complete_parts(&[part(1, 8), part(2, 3)], 8), 1);
        assert_eq!(complete_parts(&[part(2, 8)], 8), 0);
        assert_eq!(complete_parts(&[], 8), 0);
    }
}
