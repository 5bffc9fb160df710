//! The item that says where a tenant's chain ends.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use crate::entry::ChainPosition;

/// Number of partitions of the index `seals` that heads are spread over. Each takes about 1,000 writes a second, and
/// costs the sealer one query an hour.
const SHARDS: u64 = 8;

/// The end of a tenant's chain. It is rewritten with every entry, in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The tenant that the chain belongs to.
    pub tenant: TenantId,
    /// The number of the last entry, which is the number of entries.
    pub seq: u64,
    /// The hash of the last entry.
    pub hash: ContentHash,
    seal_shard: String,
    seal_at: i64,
}

impl Head {
    pub(crate) fn new(tenant: TenantId, position: ChainPosition, now: Timestamp) -> Self {
        let shard = ContentHash::of(tenant.to_string().as_bytes()).seed() % SHARDS;
        let (ChainPosition { seq, hash }, seal_at) = (position, now.as_millisecond());
        Self { tenant, seq, hash, seal_shard: shard.to_string(), seal_at }
    }

    /// The position of the last entry.
    #[must_use]
    pub const fn position(&self) -> ChainPosition {
        ChainPosition { seq: self.seq, hash: self.hash }
    }

    /// The partition keys of the index that together list all heads.
    pub(crate) fn shards() -> impl Iterator<Item = String> {
        (0..SHARDS).map(|shard| shard.to_string())
    }
}
