//! The state of exports of a tenant's data: while an export is being made, and for a day after it is ready.
//!
//! In the tenant's partition of the `identity` table:
//!
//! | sort key | item |
//! |---|---|
//! | `EXPORT#{export}` | [`Export`] |
//! | `EXPORTING` | the id of the export that is being made |
//! | `EXPORT_DIGESTS#{export}#{first}` | digests of the files from the `first`th on, while it is being made |

use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, Table, TableError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ExportId, TenantId, UserId};

/// How long an export can be downloaded, from when it is ready.
const DOWNLOAD_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How long making an export may take: a terabyte at the speed of one function. After that it has failed, and another
/// can be asked for.
const MAX_DURATION: Duration = Duration::from_secs(6 * 60 * 60);

/// How long the item of an export that never became ready is kept.
const RECORD_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many exports are listed at most: more than anybody asks for in the week that they are kept.
const MAX_LISTED: i32 = 50;

/// An export of a tenant's data, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The export's id.
    pub id: ExportId,
    /// When the export was asked for.
    pub requested_at: Timestamp,
    /// The member who asked for it, and gets a mail when it is ready.
    pub requested_by: UserId,
    /// The S3 version id of the snapshot that it is made from, once the snapshot is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The id of the archive's multipart upload, once that has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// How many bytes of the archive are stored.
    #[serde(default)]
    pub bytes_done: u64,
    /// The size of the finished archive in bytes, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_total: Option<u64>,
    /// When the export became ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    /// Whether the mail to the member who asked is in the mail queue.
    #[serde(default)]
    pub is_told: bool,
    /// Until when a ready export can be downloaded, and until when the item of another is kept; seconds since 1970. It
    /// is also the table's TTL attribute.
    pub expires_at: i64,
}

/// The state of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// No worker has begun it.
    Queued,
    /// A worker is making it.
    Running,
    /// It can be downloaded.
    Ready,
    /// It was not ready within six hours.
    Failed,
    /// It was ready, and can no longer be downloaded.
    Expired,
}

impl Export {
    /// The export's state at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ExportState {
        match self.ready_at {
            Some(_) if now.as_second() >= self.expires_at => ExportState::Expired,
            Some(_) => ExportState::Ready,
            None if now.as_second() >= after(self.requested_at, MAX_DURATION) => ExportState::Failed,
            None if self.snapshot.is_some() => ExportState::Running,
            None => ExportState::Queued,
        }
    }
}

/// The message in the export queue. It is sent before the export is stored, so that no stored export is forgotten when
/// the process dies in between; the stored [`Export`] decides whether to make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportMessage {
    /// The tenant whose data is exported.
    pub tenant: TenantId,
    /// The export's id.
    pub export: ExportId,
    /// When the export was asked for.
    pub asked_at: Timestamp,
}

/// The file name under which an export is downloaded.
#[must_use]
pub fn file_name(export: &ExportId) -> String {
    format!("{export}.zip")
}

/// The export that is being made, so that there is one at a time.
#[derive(Serialize, Deserialize)]
struct RunningExport {
    export: ExportId,
    expires_at: i64,
}

/// Digests of consecutive files of an export.
#[derive(Serialize, Deserialize)]
struct Digests {
    first: usize,
    #[serde(with = "serde_bytes")]
    digests: Vec<u8>,
    expires_at: i64,
}

/// How many bytes of digests one item holds: DynamoDB allows items of 400 KB.
const MAX_DIGEST_BYTES: usize = 256 << 10;

/// The exports in the `identity` table.
#[derive(Clone)]
pub struct Exports {
    table: Table,
}

impl Exports {
    /// Over the `identity` table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// The export that is being made, if there is one. Cost: one read; two when there is one.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn running(&self, tenant: &TenantId) -> Result<Option<Export>, TableError> {
        let running: Option<RunningExport> = self.table.get(&running_key(tenant)).await?;
        match running.filter(|running| clock::now().as_second() < running.expires_at) {
            Some(running) => self.get(tenant, &running.export).await,
            None => Ok(None),
        }
    }

    /// Stores a new export; none when another is being made. Cost: one transaction of two items.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn begin(
        &self,
        tenant: &TenantId,
        id: ExportId,
        requested_by: UserId,
    ) -> Result<Option<Export>, TableError> {
        let requested_at = clock::now();
        let export = Export {
            id,
            requested_at,
            requested_by,
            snapshot: None,
            upload: None,
            bytes_done: 0,
            bytes_total: None,
            ready_at: None,
            is_told: false,
            expires_at: after(requested_at, RECORD_LIFETIME),
        };
        let running = RunningExport { export: id, expires_at: after(requested_at, MAX_DURATION) };
        let now = requested_at.as_second();
        let writes = vec![
            self.table.put_unless_live(&running_key(tenant), &running, now)?,
            self.table.put_new(&export_key(tenant, &id), &export)?,
        ];
        match self.table.transact(writes).await {
            Ok(()) => Ok(Some(export)),
            Err(TableError::Condition { .. } | TableError::Conflict) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An export; none when it never existed or its item has expired. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn get(&self, tenant: &TenantId, export: &ExportId) -> Result<Option<Export>, TableError> {
        self.table.get(&export_key(tenant, export)).await
    }

    /// The latest 50 exports, the newest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<Export>, TableError> {
        Ok(self.table.query(&tenant.partition(), EXPORTS, true, MAX_LISTED, None).await?.items)
    }

    /// Records the version of the snapshot from which an export is made, unless one is recorded already, and gives the
    /// export as it is then; none when it no longer exists. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn record_snapshot(
        &self,
        tenant: &TenantId,
        export: &ExportId,
        version: &str,
    ) -> Result<Option<Export>, TableError> {
        let update = self.table.update(&export_key(tenant, export)).when_present();
        there(update.set_if_absent("snapshot", version).send().await)
    }

    /// Records the archive's upload id, unless one is recorded already, and its size, and gives the export as it is
    /// then; none when it no longer exists. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn record_upload(
        &self,
        tenant: &TenantId,
        export: &ExportId,
        upload: &str,
        bytes_total: u64,
    ) -> Result<Option<Export>, TableError> {
        let update = self.table.update(&export_key(tenant, export)).when_present();
        there(update.set_if_absent("upload", upload).set("bytes_total", bytes_total).send().await)
    }

    /// Records how many bytes of the archive are stored; false when the export no longer exists. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn record_progress(
        &self,
        tenant: &TenantId,
        export: &ExportId,
        bytes_done: u64,
    ) -> Result<bool, TableError> {
        let update = self.table.update(&export_key(tenant, export)).when_present();
        Ok(there::<Export>(update.set("bytes_done", bytes_done).send().await)?.is_some())
    }

    /// Marks an export as ready, to be downloaded for a day, and allows another to be made. Cost: one transaction of
    /// two items.
    ///
    /// # Errors
    /// [`TableError::Condition`] when the export no longer exists or was ready before; else as [`Table::transact`].
    pub async fn finish(&self, tenant: &TenantId, export: &Export) -> Result<(), TableError> {
        let now = clock::now();
        let ready = self.table.update(&export_key(tenant, &export.id)).when_present().when_absent("ready_at");
        let ready = ready.set("ready_at", now).set("expires_at", after(now, DOWNLOAD_LIFETIME));
        let ready = ready.set("bytes_done", export.bytes_total.unwrap_or(export.bytes_done));
        let running = self.table.update(&running_key(tenant)).when_absent_or("export", "=", export.id);
        self.table.transact(vec![ready.build()?, running.build_delete()?]).await
    }

    /// Records that the mail about a ready export was sent. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn record_notified(&self, tenant: &TenantId, export: &ExportId) -> Result<(), TableError> {
        let update = self.table.update(&export_key(tenant, export)).when_present();
        there::<Export>(update.set("is_told", true).send().await).map(drop)
    }

    /// Stores digests of files from the `first`th on, `bytes_each` bytes each. Cost: one write for every KB.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn keep_digests(
        &self,
        tenant: &TenantId,
        export: &ExportId,
        first: usize,
        digests: &[u8],
        bytes_each: usize,
    ) -> Result<(), TableError> {
        let at_once = (MAX_DIGEST_BYTES / bytes_each).max(1);
        for (index, chunk) in digests.chunks(at_once * bytes_each).enumerate() {
            let first = first + index * at_once;
            let key = Key::of(&tenant.partition(), format!("{}{first:09}", digests_of(export)));
            let expires_at = after(clock::now(), RECORD_LIFETIME);
            self.table.put(&key, &Digests { first, digests: chunk.to_vec(), expires_at }).await?;
        }
        Ok(())
    }

    /// The digests of an export's first files, as far as they are stored without a gap. Cost: one query, one read for
    /// every 4 KB.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn digests(
        &self,
        tenant: &TenantId,
        export: &ExportId,
        bytes_each: usize,
    ) -> Result<Vec<u8>, TableError> {
        let kept: Vec<Digests> = self.table.query_all(&tenant.partition(), &digests_of(export)).await?;
        let mut all: Vec<u8> = Vec::new();
        for Digests { first, digests, .. } in kept {
            let begin = first * bytes_each;
            if begin > all.len() {
                break;
            }
            // A worker that resumed the export stored digests of some of the same files again.
            all.truncate(begin);
            all.extend(digests);
        }
        Ok(all)
    }

    /// Deletes the digests of an export. Cost: one query, one write for each item.
    ///
    /// # Errors
    /// [`TableError`] when a call of the table fails.
    pub async fn delete_digests(&self, tenant: &TenantId, export: &ExportId) -> Result<(), TableError> {
        let kept: Vec<Digests> = self.table.query_all(&tenant.partition(), &digests_of(export)).await?;
        for Digests { first, .. } in kept {
            let key = Key::of(&tenant.partition(), format!("{}{first:09}", digests_of(export)));
            self.table.delete(&key).await?;
        }
        Ok(())
    }
}

/// None when the update's condition failed because the item no longer exists.
fn there<T>(updated: Result<T, TableError>) -> Result<Option<T>, TableError> {
    match updated {
        Ok(item) => Ok(Some(item)),
        Err(TableError::Condition { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Seconds since 1970.
fn after(time: Timestamp, lifetime: Duration) -> i64 {
    time.as_second().saturating_add_unsigned(lifetime.as_secs())
}

const EXPORTS: &str = "EXPORT#";

fn export_key(tenant: &TenantId, export: &ExportId) -> Key {
    Key::of(&tenant.partition(), format!("{EXPORTS}{export}"))
}

fn running_key(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "EXPORTING")
}

fn digests_of(export: &ExportId) -> String {
    format!("EXPORT_DIGESTS#{export}#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_can_be_fetched_for_a_day() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let mut export = Export {
            id: ExportId::new(),
            requested_at: at(0),
            requested_by: UserId::new(),
            snapshot: None,
            upload: None,
            bytes_done: 0,
            bytes_total: None,
            ready_at: None,
            is_told: false,
            expires_at: after(at(0), RECORD_LIFETIME),
        };
        assert_eq!(export.state(at(1)), ExportState::Queued);
        export.snapshot = Some("v".into());
        assert_eq!(export.state(at(6 * 3600 - 1)), ExportState::Running);
        assert_eq!(export.state(at(6 * 3600)), ExportState::Failed);
        export.ready_at = Some(at(60));
        export.expires_at = after(at(60), DOWNLOAD_LIFETIME);
        assert_eq!(export.state(at(60 + 86_399)), ExportState::Ready);
        assert_eq!(export.state(at(60 + 86_400)), ExportState::Expired);
    }
}
