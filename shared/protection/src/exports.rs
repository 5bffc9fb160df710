//! Exports of all that is kept of a tenant, as they are being made, and for a day.
//!
//! In the tenant's partition of the `identity` table:
//!
//! | sort key | item |
//! |---|---|
//! | `EXPORT#{export}` | [`Export`] |
//! | `EXPORTING` | which one is being made |
//! | `EXPORT_DIGESTS#{export}#{first}` | digests of some of its files, while it is being made |

use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, Table, TableError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ExportId, TenantId, UserId};

/// How long an export can be fetched, from when it is ready.
const DOWNLOAD_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How long making one may take: a terabyte at the speed of one function. Then another can be asked for.
const MAX_DURATION: Duration = Duration::from_secs(6 * 60 * 60);

/// How long it is told of an export that was never ready.
const RECORD_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many are listed: one a day is more than anybody asks for.
const MAX_LISTED: i32 = 50;

/// An export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// By whom: they are told when it is ready.
    pub requested_by: UserId,
    /// Which version of its snapshot it is made from, once that is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// S3's name for the upload of the archive, once it has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// How much of the archive is stored.
    #[serde(default)]
    pub bytes_done: u64,
    /// How long the archive will be, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_total: Option<u64>,
    /// When it was ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    /// Whether whoever asked was told so.
    #[serde(default)]
    pub is_told: bool,
    /// Until when it can be fetched; before it is ready, until when it is told of. Also the table's time to live,
    /// seconds since 1970.
    pub expires_at: i64,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// Nobody has begun.
    Queued,
    /// It is being made.
    Running,
    /// It can be fetched.
    Ready,
    /// It was not made in time.
    Failed,
    /// It can be fetched no more.
    Expired,
}

impl Export {
    /// How far it is at `now`.
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

/// What the queue of exports carries: only who and which. It comes before the export is kept, so that none is
/// kept of which nobody hears; the table says what is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportMessage {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub export: ExportId,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// Under which name an export is fetched.
#[must_use]
pub fn file_name(export: &ExportId) -> String {
    format!("{export}.zip")
}

/// Which export is being made.
#[derive(Serialize, Deserialize)]
struct RunningExport {
    export: ExportId,
    expires_at: i64,
}

/// Digests of files of an export, one behind the other.
#[derive(Serialize, Deserialize)]
struct Digests {
    first: usize,
    #[serde(with = "serde_bytes")]
    digests: Vec<u8>,
    expires_at: i64,
}

/// How many bytes of digests an item takes: DynamoDB allows 400 KB.
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

    /// The export that is being made. Cost: one read; two where there is one.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn running(&self, tenant: &TenantId) -> Result<Option<Export>, TableError> {
        let running: Option<RunningExport> = self.table.get(&running_key(tenant)).await?;
        match running.filter(|running| clock::now().as_second() < running.expires_at) {
            Some(running) => self.get(tenant, &running.export).await,
            None => Ok(None),
        }
    }

    /// Keeps that an export was asked for; none where another is being made. Cost: one transaction of two items.
    ///
    /// # Errors
    /// [`TableError`].
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

    /// An export, if it is still told of. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn get(&self, tenant: &TenantId, export: &ExportId) -> Result<Option<Export>, TableError> {
        self.table.get(&export_key(tenant, export)).await
    }

    /// The latest exports, the newest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<Export>, TableError> {
        Ok(self.table.query(&tenant.partition(), EXPORTS, true, MAX_LISTED, None).await?.items)
    }

    /// Says from which version of its snapshot an export is made, and how long it will be. The first word
    /// counts. None where the export is gone. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn record_snapshot(
        &self,
        tenant: &TenantId,
        export: &ExportId,
        version: &str,
    ) -> Result<Option<Export>, TableError> {
        let update = self.table.update(&export_key(tenant, export)).when_present();
        there(update.set_if_absent("snapshot", version).send().await)
    }

    /// Says which upload the archive is, and how long it will be. The first word counts. None where the export is
    /// gone. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
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

    /// Says how much of the archive is stored; whether there still is an export to be made. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn record_progress(
        &self,
        tenant: &TenantId,
        export: &ExportId,
        bytes_done: u64,
    ) -> Result<bool, TableError> {
        let update = self.table.update(&export_key(tenant, export)).when_present();
        Ok(there::<Export>(update.set("bytes_done", bytes_done).send().await)?.is_some())
    }

    /// Says that an export is ready, from now for a day, and lets another be made. Cost: one transaction of two
    /// items.
    ///
    /// # Errors
    /// [`TableError`]; [`TableError::Condition`] where the export is gone, or was ready before.
    pub async fn finish(&self, tenant: &TenantId, export: &Export) -> Result<(), TableError> {
        let now = clock::now();
        let ready = self.table.update(&export_key(tenant, &export.id)).when_present().when_absent("ready_at");
        let ready = ready.set("ready_at", now).set("expires_at", after(now, DOWNLOAD_LIFETIME));
        let ready = ready.set("bytes_done", export.bytes_total.unwrap_or(export.bytes_done));
        let running = self.table.update(&running_key(tenant)).when_absent_or("export", "=", export.id);
        self.table.transact(vec![ready.build()?, running.build_delete()?]).await
    }

    /// Says that whoever asked for an export was told that it is ready. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn record_notified(&self, tenant: &TenantId, export: &ExportId) -> Result<(), TableError> {
        let update = self.table.update(&export_key(tenant, export)).when_present();
        there::<Export>(update.set("is_told", true).send().await).map(drop)
    }

    /// Keeps digests of files, the first of which is the `first`th; each has `bytes_each` bytes. Cost: one write
    /// for every KB.
    ///
    /// # Errors
    /// [`TableError`].
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

    /// The digests of an export's first files, as far as they were kept without a gap. Cost: one query, one read
    /// for every 4 KB.
    ///
    /// # Errors
    /// [`TableError`].
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
            // Whoever went on kept some of the same files' again.
            all.truncate(begin);
            all.extend(digests);
        }
        Ok(all)
    }

    /// Forgets the digests of an export. Cost: one query, one write for each item.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn delete_digests(&self, tenant: &TenantId, export: &ExportId) -> Result<(), TableError> {
        let kept: Vec<Digests> = self.table.query_all(&tenant.partition(), &digests_of(export)).await?;
        for Digests { first, .. } in kept {
            let key = Key::of(&tenant.partition(), format!("{}{first:09}", digests_of(export)));
            self.table.delete(&key).await?;
        }
        Ok(())
    }
}

/// None where the item is gone.
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
