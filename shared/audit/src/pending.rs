//! Calls that are written down and have not ended yet.

use cloud::table::Key;
use serde::{Deserialize, Serialize};
use tenancy::{Partition, TenantId};

use crate::call::Call;

/// Functions behind the API run for 29 s; what is older than this has none that could end it.
const ABANDONED_AFTER_MS: i64 = 5 * 60 * 1000;

/// In which partition of the index what was begun is found.
pub(crate) const SHARD: &str = "BEGUN";

/// A call that is written down, and whose outcome is to come.
#[derive(Clone, Debug)]
#[must_use]
pub struct PendingEntry {
    pub(crate) tenant: TenantId,
    pub(crate) call: Call,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PendingItem {
    #[serde(flatten)]
    pub(crate) call: Call,
    pub(crate) tenant: TenantId,
    seal_shard: String,
    seal_at: i64,
}

impl PendingItem {
    pub(crate) fn new(tenant: TenantId, call: Call) -> Self {
        let seal_at = call.at.as_millisecond().saturating_add(ABANDONED_AFTER_MS);
        Self { call, tenant, seal_shard: SHARD.to_owned(), seal_at }
    }
}

pub(crate) fn pending_key(tenant: &TenantId, request: &str) -> Key {
    Key::of(&Partition::begun(tenant), request)
}
