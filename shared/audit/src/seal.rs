//! Documents with the heads of chains, which are stored in a bucket with object lock, where nobody can change them.

use cloud::clock;
use cloud::table::{Key, TableError};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, ObjectKey, Partition, TenantId};

use crate::entry::ChainPosition;
use crate::head::Head;
use crate::log::AuditLog;

/// How many minutes before the last seal reading begins again: the index follows its table with a delay of seconds,
/// so a head written just before that seal may have been missing in it.
const OVERLAP_MIN: i64 = 10;

/// How many heads one query returns at most.
const PAGE: i32 = 1000;

/// The last sequence number and hash of a tenant's chain, as sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedHead {
    /// The tenant that the chain belongs to.
    pub tenant: TenantId,
    /// The position of the last entry.
    #[serde(flatten)]
    pub position: ChainPosition,
}

/// The content of one document: the heads of all chains that grew in a period. Its key is `audit-heads/{until}.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The start of the period.
    pub from: Timestamp,
    /// The end of the period.
    pub until: Timestamp,
    /// The document before this one, so that removing or replacing a document shows; `None` in the first one.
    pub previous: Option<LockedDocument>,
    /// The heads of the chains that grew, sorted by tenant.
    pub heads: Vec<SealedHead>,
}

/// A reference to a document in the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedDocument {
    /// The object key of the document.
    pub key: String,
    /// SHA-256 of the document's bytes.
    pub sha256: ContentHash,
}

/// Up to when chains are sealed. The next [`Seal`] begins there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealCheckpoint {
    /// The end of the period of the last seal.
    pub until: Timestamp,
    /// The document of the last seal.
    pub last: LockedDocument,
}

impl Seal {
    /// The object key that the document is stored under.
    #[must_use]
    pub fn key(&self) -> ObjectKey {
        ObjectKey::audit_heads(self.until)
    }

    /// The checkpoint to save once the document is stored as `bytes`.
    #[must_use]
    pub fn checkpoint(&self, bytes: &[u8]) -> SealCheckpoint {
        let last = LockedDocument { key: self.key().to_string(), sha256: ContentHash::of(bytes) };
        SealCheckpoint { until: self.until, last }
    }
}

impl AuditLog {
    /// Collects the heads that changed since the last seal. Cost: one read, and eight queries, of one read unit for
    /// every 4 KB, which is about twenty heads.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
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

    /// Saves up to when chains are sealed. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time. The same heads are sealed again then, which
    /// does no harm.
    pub async fn save_checkpoint(&self, checkpoint: &SealCheckpoint) -> Result<(), TableError> {
        self.table.put(&checkpoint_key(), checkpoint).await
    }
}

fn checkpoint_key() -> Key {
    Key::of(&Partition::platform(), "SEAL")
}
