//! What was begun, and whose function died before it ended.

use cloud::clock;
use cloud::table::{Key, TableError};
use serde::{Deserialize, Serialize};
use tenancy::{Partition, TenantId};

use crate::{AuditError, AuditLog, Begun, Call};

/// Functions behind the API run for 29 s; what is older than this has none that could end it.
const GIVEN_UP_AFTER_MS: i64 = 5 * 60 * 1000;

/// In which partition of the index what was begun is found.
const SHARD: &str = "BEGUN";

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BegunItem {
    #[serde(flatten)]
    call: Call,
    tenant: TenantId,
    seal_shard: String,
    seal_at: i64,
}

/// The index's entry of something that nobody ended.
#[derive(Clone, Debug, Deserialize)]
pub struct GivenUp {
    /// Whose.
    pub tenant: TenantId,
    #[serde(rename = "sk")]
    request: String,
}

impl BegunItem {
    pub(crate) fn new(tenant: TenantId, call: Call) -> Self {
        let seal_at = call.at.as_millisecond().saturating_add(GIVEN_UP_AFTER_MS);
        Self { call, tenant, seal_shard: SHARD.to_owned(), seal_at }
    }
}

impl AuditLog {
    /// What was begun and never ended, the oldest first, at most 1,000. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn given_up(&self) -> Result<Vec<GivenUp>, TableError> {
        let now = clock::now().as_millisecond();
        self.table.query_index_until("seals", ("seal_shard", SHARD), ("seal_at", now), 1000).await
    }

    /// Moves it into its tenant's chain, as of unknown outcome. Cost: one read, and as [`AuditLog::end`].
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn give_up(&self, given_up: &GivenUp) -> Result<(), AuditError> {
        let item: Option<BegunItem> = self.table.get(&begun_key(&given_up.tenant, &given_up.request)).await?;
        match item {
            Some(BegunItem { call, tenant, .. }) => self.end(Begun { tenant, call }, None).await,
            // Somebody was faster than the index.
            None => Ok(()),
        }
    }
}

pub(crate) fn begun_key(tenant: &TenantId, request: &str) -> Key {
    Key::of(&Partition::begun(tenant), request)
}
