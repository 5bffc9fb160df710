use cloud::clock;
use cloud::table::{Key, Table, TableError, types::TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Month, TenantId};
use uuid::Uuid;

use crate::usage::{Usage, read_usage};
use crate::{Allowance, Amounts, Metric};

/// How long events are kept, seconds: 400 days, so that a year's bill can be looked into. The monthly log is
/// written from them and is kept for good.
const KEPT_S: i64 = 400 * 24 * 3600;

/// Over how many partitions of the index a month's events are spread: each takes 1,000 writes a second.
pub(crate) const SHARDS: u128 = 8;

/// Counts what tenants use.
#[derive(Clone)]
pub struct UsageCounter {
    pub(crate) table: Table,
}

/// That a step of a job used something. There is one for each metric of a step, whichever attempt made it and
/// however often it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Event {
    metric: Metric,
    /// Counted units.
    amount: u64,
    at: Timestamp,
    /// The partition of the index `usage_log`: month and shard.
    log_shard: String,
    /// The order in it: time, then what makes it unique, so that a log written twice is the same.
    log_order: String,
    /// Seconds since 1970.
    expires_at: i64,
}

impl UsageCounter {
    /// Over the `metering` table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The writes that say what a step used, to stand in the transaction that ends the step: one for each
    /// metric used, and each fails its condition when the step has said so before. `accepted_at` is when
    /// the job was: its month is the one that is charged. What is stored is a level and no event.
    ///
    /// # Errors
    /// [`TableError`] when they cannot be put together.
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
                expires_at: at.as_second() + KEPT_S,
            };
            self.table.put_new(&Key::of(&tenant.partition(), format!("EVENT#{id}")), &event)
        });
        used.collect()
    }

    /// What a tenant uses now. Cost: two reads.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn usage(&self, tenant: &TenantId, allowance: &Allowance) -> Result<Usage, TableError> {
        read_usage(&self.table, tenant, allowance).await
    }
}

/// The partition of the index `usage_log` that holds a part of a month's events.
pub(crate) fn log_shard(month: Month, shard: u128) -> String {
    format!("{month}#{shard}")
}
