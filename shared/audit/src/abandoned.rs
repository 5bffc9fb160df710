//! What was begun, and whose function died before it ended.

use cloud::clock;
use cloud::table::TableError;
use serde::Deserialize;
use tenancy::TenantId;

use crate::log::{AuditError, AuditLog};
use crate::pending::{PendingEntry, PendingItem, SHARD, pending_key};

/// The index's entry of something that nobody ended.
#[derive(Clone, Debug, Deserialize)]
pub struct AbandonedEntry {
    /// Whose.
    pub tenant: TenantId,
    #[serde(rename = "sk")]
    request: String,
}

impl AuditLog {
    /// What was begun and never ended, the oldest first, at most 1,000. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn abandoned(&self) -> Result<Vec<AbandonedEntry>, TableError> {
        let now = clock::now().as_millisecond();
        self.table.query_index_until("seals", ("seal_shard", SHARD), ("seal_at", now), 1000).await
    }

    /// Moves it into its tenant's chain, as of unknown outcome. Cost: one read, and as [`AuditLog::end`].
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn chain_abandoned(&self, abandoned: &AbandonedEntry) -> Result<(), AuditError> {
        let item: Option<PendingItem> =
            self.table.get(&pending_key(&abandoned.tenant, &abandoned.request)).await?;
        match item {
            Some(PendingItem { call, tenant, .. }) => self.end(PendingEntry { tenant, call }, None).await,
            // Somebody was faster than the index.
            None => Ok(()),
        }
    }
}
