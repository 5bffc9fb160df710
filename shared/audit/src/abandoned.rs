//! Pending entries whose function died before it could complete them.

use cloud::clock;
use cloud::table::{IndexCursor, TableError};
use serde::Deserialize;
use tenancy::TenantId;

use crate::log::{AuditError, AuditLog};
use crate::pending::{PendingEntry, PendingItem, SHARD, pending_key};

/// A pending entry that no function will complete any more, as the index lists it.
#[derive(Clone, Debug, Deserialize)]
pub struct AbandonedEntry {
    /// The tenant whose chain the entry belongs to.
    pub tenant: TenantId,
    #[serde(rename = "sk")]
    request: String,
}

impl AuditLog {
    /// A page of the abandoned entries of all tenants, the oldest first, at most 1,000; `after` is where the page
    /// before it ended. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn abandoned(
        &self,
        after: Option<IndexCursor>,
    ) -> Result<(Vec<AbandonedEntry>, Option<IndexCursor>), TableError> {
        let until = ("seal_at", clock::now().as_millisecond());
        self.table.query_index_until("seals", ("seal_shard", SHARD), until, 1000, after).await
    }

    /// Moves an abandoned entry into its tenant's chain, without a status. Does nothing when the entry was completed
    /// in the meantime. Cost: one read, and as [`AuditLog::end`].
    ///
    /// # Errors
    /// As [`AuditLog::end`]; the entry stays pending then.
    pub async fn chain_abandoned(&self, abandoned: &AbandonedEntry) -> Result<(), AuditError> {
        let item: Option<PendingItem> =
            self.table.get(&pending_key(&abandoned.tenant, &abandoned.request)).await?;
        match item {
            Some(PendingItem { call, tenant, .. }) => self.end(PendingEntry { tenant, call }, None).await,
            // The index follows its table with a delay: the entry was completed already.
            None => Ok(()),
        }
    }
}
