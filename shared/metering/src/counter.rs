//! Records what steps used, as events and as counters.

use cloud::clock;
use cloud::table::{Key, Table, TableError, types::TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Month, TenantId};
use uuid::Uuid;

use crate::allowance::Allowance;
use crate::amounts::Amounts;
use crate::metric::Metric;
use crate::usage::{Usage, read_usage};

/// How long events are kept, in seconds: 400 days, so that the bills of a year can be checked. The monthly log, which is
/// written from the events, is kept forever.
const RETENTION_S: i64 = 400 * 24 * 3600;

/// The number of index partitions over which a month's events are spread. DynamoDB accepts 1,000 writes a second in each.
pub(crate) const SHARDS: u128 = 8;

/// Records and reads what tenants use.
#[derive(Clone)]
pub struct UsageCounter {
    pub(crate) table: Table,
}

/// What a step of a job used of one metric. There is one event for each metric of a step, whichever attempt made the
/// artefact and however often it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Event {
    metric: Metric,
    /// Counted units.
    amount: u64,
    at: Timestamp,
    /// The partition key of the index `usage_log`: month and shard.
    log_shard: String,
    /// The sort key of the index: the time, then what makes the event unique, so that a log that is written twice comes
    /// out the same.
    log_order: String,
    /// The table's TTL attribute, in seconds since 1970.
    expires_at: i64,
}

impl UsageCounter {
    /// A counter on the `metering` table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The writes that record what a step used, for the transaction that ends the step: one for each monthly metric used,
    /// with the condition that the step has not recorded it before. The month in which the job was accepted
    /// (`accepted_at`) is charged. Stored bytes are a level and have no event.
    ///
    /// # Errors
    /// [`TableError::Shape`] when a value cannot be serialised.
    pub fn record(
        &self,
        tenant: &TenantId,
        job: Uuid,
        step: &str,
        accepted_at: Timestamp,
        used: Amounts,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let (at, month) = (clock::now(), Month::of(accepted_at));
        let used = Metric::MONTHLY.into_iter().filter(|metric| used.of(*metric) > 0).map(|metric| {
            let id = format!("{}#{step}#{}", job.simple(), metric.as_str());
            let event = Event {
                metric,
                amount: used.of(metric),
                at,
                log_shard: log_shard(month, job.as_u128() % SHARDS),
                log_order: format!("{:015}#{id}", at.as_millisecond()),
                expires_at: at.as_second() + RETENTION_S,
            };
            self.table.put_new(&Key::of(&tenant.partition(), format!("EVENT#{id}")), &event)
        });
        used.collect()
    }

    /// What a tenant has used and holds this month. Cost: two reads.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn usage(&self, tenant: &TenantId, allowance: &Allowance) -> Result<Usage, TableError> {
        read_usage(&self.table, tenant, allowance).await
    }
}

/// The partition key of a shard of a month's events in the index `usage_log`.
pub(crate) fn log_shard(month: Month, shard: u128) -> String {
    format!("{month}#{shard}")
}
