//! The heads of chains, written where nobody can change them.

use cloud::clock;
use cloud::table::{Key, TableError};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, ObjectKey, Partition, TenantId};

use crate::entry::ChainPosition;
use crate::head::Head;
use crate::log::AuditLog;

/// Indexes follow their table, later by seconds; what was written then is looked at again.
const OVERLAP_MIN: i64 = 10;

/// How many heads are read at once.
const PAGE: i32 = 1000;

/// The head of a tenant's chain at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedHead {
    /// Whose chain.
    pub tenant: TenantId,
    /// Its last entry, and the hash there.
    #[serde(flatten)]
    pub position: ChainPosition,
}

/// The document that is locked: `audit-heads/{until}.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Since when chains have grown that are in it.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// The document before it, so that none can be left out.
    pub previous: Option<LockedDocument>,
    /// The heads of the chains that have grown, by tenant.
    pub heads: Vec<SealedHead>,
}

/// A locked document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedDocument {
    /// Its key.
    pub key: String,
    /// SHA-256 of its bytes.
    pub sha256: ContentHash,
}

/// How far chains are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealCheckpoint {
    /// Until when.
    pub until: Timestamp,
    /// In which document at last.
    pub last: LockedDocument,
}

impl Seal {
    /// Where it is kept.
    #[must_use]
    pub fn key(&self) -> ObjectKey {
        ObjectKey::audit_heads(self.until)
    }

    /// What to remember when it is kept: it, as these bytes.
    #[must_use]
    pub fn checkpoint(&self, bytes: &[u8]) -> SealCheckpoint {
        let last = LockedDocument { key: self.key().to_string(), sha256: ContentHash::of(bytes) };
        SealCheckpoint { until: self.until, last }
    }
}

impl AuditLog {
    /// The heads that have changed since the last seal. Cost: one read; eight queries, and one read for every 4 KB
    /// found: some twenty heads.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn prepare_seal(&self) -> Result<Seal, TableError> {
        let checkpoint: Option<SealCheckpoint> = self.table.get(&checkpoint_key()).await?;
        let until = clock::now();
        let from = checkpoint.as_ref().map_or(Timestamp::UNIX_EPOCH, |checkpoint| {
            checkpoint.until.checked_sub(OVERLAP_MIN.minutes()).unwrap_or(Timestamp::UNIX_EPOCH)
        });
        let mut heads = Vec::new();
        for shard in Head::shards() {
            let mut after = None;
            loop {
                let (partition, sort) = (("seal_shard", shard.as_str()), ("seal_at", from.as_millisecond()));
                let asked = self.table.query_index_from("seals", partition, sort, PAGE, after);
                let (page, next): (Vec<SealedHead>, _) = asked.await?;
                heads.extend(page);
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
        heads.sort_by_key(|head| head.tenant);
        Ok(Seal { from, until, previous: checkpoint.map(|checkpoint| checkpoint.last), heads })
    }

    /// Remembers how far chains are sealed. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn save_checkpoint(&self, checkpoint: &SealCheckpoint) -> Result<(), TableError> {
        self.table.put(&checkpoint_key(), checkpoint).await
    }
}

fn checkpoint_key() -> Key {
    Key::of(&Partition::platform(), "SEAL")
}
