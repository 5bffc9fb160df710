//! Entries of calls that are being carried out and have no outcome yet.

use cloud::table::Key;
use serde::{Deserialize, Serialize};
use tenancy::{Partition, TenantId};

use crate::call::Call;

/// An entry that is pending for longer than this is abandoned: functions behind the API run for 29 s at most.
const ABANDONED_AFTER_MS: i64 = 5 * 60 * 1000;

/// The partition of the index `seals` that lists all pending entries.
pub(crate) const SHARD: &str = "BEGUN";

/// A call that [`AuditLog::begin`](crate::AuditLog::begin) has written down and that has no outcome yet.
#[derive(Clone, Debug)]
#[must_use]
pub struct PendingEntry {
    pub(crate) tenant: TenantId,
    pub(crate) call: Call,
}

/// A pending entry as the table stores it.
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
    Key::of(&Partition::audit_pending(tenant), request)
}
