use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use crate::entry::ChainPosition;

/// Partitions of the index `seals`: each takes some 1,000 writes a second, and costs a query an hour.
const SHARDS: u64 = 8;

/// Where a tenant's chain ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose chain.
    pub tenant: TenantId,
    /// How many entries there are.
    pub seq: u64,
    /// The hash of the last one.
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

    /// The last entry's place and hash.
    #[must_use]
    pub const fn position(&self) -> ChainPosition {
        ChainPosition { seq: self.seq, hash: self.hash }
    }

    /// The partitions of the index in which heads are found.
    pub(crate) fn shards() -> impl Iterator<Item = String> {
        (0..SHARDS).map(|shard| shard.to_string())
    }
}
