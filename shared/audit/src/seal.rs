//! The heads of chains, written where nobody can change them.

use cloud::clock;
use cloud::table::{Key, TableError};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, ObjectKey, Partition, TenantId};

use crate::{AuditLog, Head, Link};

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
    pub link: Link,
}

/// The document that is locked: `audit-heads/{until}.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Since when chains have grown that are in it.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// The document before it, so that none can be left out.
    pub previous: Option<Document>,
    /// The heads of the chains that have grown, by tenant.
    pub heads: Vec<SealedHead>,
}

/// A locked document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its key.
    pub key: String,
    /// SHA-256 of its bytes.
    pub sha256: ContentHash,
}

/// How far chains are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Until when.
    pub until: Timestamp,
    /// In which document at last.
    pub last: Document,
}

impl Seal {
    /// Where it is kept.
    #[must_use]
    pub fn key(&self) -> ObjectKey {
        ObjectKey::audit_heads(self.until)
    }

    /// What to remember when it is kept: it, as these bytes.
    #[must_use]
    pub fn sealed(&self, bytes: &[u8]) -> Sealed {
        let last = Document { key: self.key().to_string(), sha256: ContentHash::of(bytes) };
        Sealed { until: self.until, last }
    }
}

impl AuditLog {
    /// The heads that have changed since the last seal. Cost: one read; eight queries, and one read for every 4 KB
    /// found: some twenty heads.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn seal(&self) -> Result<Seal, TableError> {
        let sealed: Option<Sealed> = self.table.get(&sealed_key()).await?;
        let until = clock::now();
        let from = sealed.as_ref().map_or(Timestamp::UNIX_EPOCH, |sealed| {
            sealed.until.checked_sub(OVERLAP_MIN.minutes()).unwrap_or(Timestamp::UNIX_EPOCH)
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
        Ok(Seal { from, until, previous: sealed.map(|sealed| sealed.last), heads })
    }

    /// Remembers how far chains are sealed. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn keep(&self, sealed: &Sealed) -> Result<(), TableError> {
        self.table.put(&sealed_key(), sealed).await
    }
}

fn sealed_key() -> Key {
    Key::of(&Partition::platform(), "SEAL")
}
