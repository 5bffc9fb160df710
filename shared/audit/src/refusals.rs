//! Refused calls that get no entry of their own: they are counted, and once an hour the count becomes one entry.
//!
//! Who may call a route at all could otherwise make the log grow without end by calls that change nothing.

use cloud::clock;
use cloud::table::{Key, TableError};
use jiff::ToSpan as _;
use serde::Deserialize;
use tenancy::{ContentHash, Partition, TenantId};

use crate::call::{Actor, Call};
use crate::log::{AuditError, AuditLog};
use crate::pending::{PendingEntry, pending_key};

/// The partition of the index `seals` that lists all counters.
const SHARD: &str = "REFUSED";

/// For how many minutes a counter counts before the sealer moves it into the chain.
const COUNTED_FOR_MIN: i64 = 60;

/// How often a counter is read again that changes while it is moved into the chain.
const MAX_ATTEMPTS: usize = 5;

/// A counter whose time is over, as the index lists it.
#[derive(Clone, Debug, Deserialize)]
pub struct RefusalCounter {
    /// The tenant in whose chain the count belongs.
    pub tenant: TenantId,
    #[serde(rename = "sk")]
    key: String,
}

/// A counter as the table stores it.
#[derive(Debug, Deserialize)]
struct CounterItem {
    count: u64,
    /// The call that was counted last.
    last: Call,
    /// Its status.
    status: u16,
}

impl AuditLog {
    /// Counts a call that was refused, instead of moving its pending entry into the chain. Cost: two writes.
    ///
    /// # Errors
    /// [`AuditError::Table`] when the table does not answer. The entry stays pending then, and the hourly sealer moves
    /// it into the chain without a status.
    pub async fn count_refused(&self, entry: PendingEntry, status: u16) -> Result<(), AuditError> {
        let PendingEntry { tenant, call } = entry;
        let now = clock::now();
        let due_at = now.checked_add(COUNTED_FOR_MIN.minutes()).unwrap_or(now).as_millisecond();
        let counted = self
            .table
            .update(&counter_key(&tenant, call.actor, &call.action))
            .add("count", 1)
            .set("last", &call)
            .set("status", status)
            .set("tenant", tenant)
            .set_if_absent("seal_shard", SHARD)
            .set_if_absent("seal_at", due_at);
        counted.send::<CounterItem>().await?;
        Ok(self.table.delete(&pending_key(&tenant, &call.request)).await?)
    }

    /// The counters of all tenants whose time is over, the oldest first, at most 1,000. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn due_refusals(&self) -> Result<Vec<RefusalCounter>, TableError> {
        let now = clock::now().as_millisecond();
        self.table.query_index_until("seals", ("seal_shard", SHARD), ("seal_at", now), 1000).await
    }

    /// Moves a counter into its tenant's chain, as one entry. Does nothing when another run did so in the meantime.
    /// Cost: one read, and as [`AuditLog::end`]; again when a call is counted at the same moment.
    ///
    /// # Errors
    /// As [`AuditLog::end`]; the counter stays then, and the next run finds it.
    pub async fn chain_refusals(&self, counter: &RefusalCounter) -> Result<(), AuditError> {
        let RefusalCounter { tenant, key } = counter;
        let key = Key::of(&Partition::audit_pending(tenant), key);
        for _ in 0..MAX_ATTEMPTS {
            let Some(CounterItem { count, last, status }) = self.table.get(&key).await? else {
                return Ok(());
            };
            let unchanged = self.table.update(&key).when("count", "=", count);
            if self.append_to_chain(tenant, &last, Some(status), count, Some(unchanged)).await? {
                return Ok(());
            }
        }
        // More calls were counted at every attempt.
        Err(AuditError::Contended)
    }
}

/// One counter for each actor and action of a tenant.
fn counter_key(tenant: &TenantId, actor: Actor, action: &str) -> Key {
    let action = ContentHash::of(action.as_bytes());
    Key::of(&Partition::audit_pending(tenant), format!("{SHARD}#{actor}#{action}"))
}
