//! Refused calls that get no entry of their own: they are counted, and once an hour the count becomes one entry.
//!
//! Who may call a route at all could otherwise make the log grow without end by calls that change nothing.

use cloud::clock;
use cloud::table::{IndexCursor, Key, TableError};
use jiff::ToSpan as _;
use serde::Deserialize;
use tenancy::{ContentHash, Partition, TenantId};

use crate::call::Call;
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
            .update(&counter_key(&tenant, &call))
            .add("count", 1)
            .set("last", &call)
            .set("status", status)
            .set("tenant", tenant)
            .set_if_absent("seal_shard", SHARD)
            .set_if_absent("seal_at", due_at);
        counted.send::<CounterItem>().await?;
        Ok(self.table.delete(&pending_key(&tenant, &call.request)).await?)
    }

    /// A page of the counters of all tenants whose time is over, the oldest first, at most 1,000; `after` is where the
    /// page before it ended. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn due_refusals(
        &self,
        after: Option<IndexCursor>,
    ) -> Result<(Vec<RefusalCounter>, Option<IndexCursor>), TableError> {
        let until = ("seal_at", clock::now().as_millisecond());
        self.table.query_index_until("seals", ("seal_shard", SHARD), until, 1000, after).await
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

/// One counter for each actor, credential and action of a tenant, so that the refusals of a key that leaked do not
/// hide in the count of its owner's. There are as many as the tenant has sessions, keys and routes.
fn counter_key(tenant: &TenantId, call: &Call) -> Key {
    let Call { actor, credential, action, .. } = call;
    let kind = ContentHash::of(serde_json::json!([credential, action]).to_string().as_bytes());
    Key::of(&Partition::audit_pending(tenant), format!("{SHARD}#{actor}#{kind}"))
}

#[cfg(test)]
mod tests {
    use tenancy::UserId;

    use super::*;
    use crate::call::Actor;

    #[test]
    fn every_credential_has_a_counter_of_its_own() {
        let (tenant, user) = (TenantId::new(), UserId::new());
        let call = Call {
            at: clock::now(),
            actor: Actor::User(user),
            credential: Some("session_1".into()),
            action: "PATCH /api/account".into(),
            subjects: vec![],
            request: "r-1".into(),
        };
        let key = counter_key(&tenant, &call);
        let later =
            Call { at: clock::now(), subjects: vec!["a".into()], request: "r-2".into(), ..call.clone() };
        assert_eq!(key, counter_key(&tenant, &later));
        for other in [
            counter_key(&TenantId::new(), &call),
            counter_key(&tenant, &Call { actor: Actor::User(UserId::new()), ..call.clone() }),
            counter_key(&tenant, &Call { credential: Some("key_1".into()), ..call.clone() }),
            counter_key(&tenant, &Call { credential: None, ..call.clone() }),
            counter_key(&tenant, &Call { action: "DELETE /api/account".into(), ..call.clone() }),
        ] {
            assert_ne!(key, other);
        }
    }
}
