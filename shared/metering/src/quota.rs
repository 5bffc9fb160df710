//! Reserves quota for jobs and settles it when they end.

use cloud::clock;
use cloud::table::{Page, Table, TableError, Update, types::TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Month, TenantId};
use uuid::Uuid;

use crate::allowance::Allowance;
use crate::amounts::Amounts;
use crate::counter_item::{REVISION, signed};
use crate::keys::{HOLDS, counter_key, hold_key};
use crate::metric::Metric;
use crate::usage::read_usage;

/// Keeps tenants within their limits: a job holds its worst case before it starts.
#[derive(Clone)]
pub struct QuotaManager {
    table: Table,
}

/// What a job has reserved. What it used is charged to the month of the hold, however late it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The job that holds it.
    pub job: Uuid,
    /// The month in which the job was accepted.
    pub month: Month,
    /// The most that the job can use.
    pub amounts: Amounts,
}

/// A job was not accepted, because it asks for more of a metric than is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The metric of which too little is left.
    pub metric: Metric,
    /// The limit with grants, in counted units.
    pub limit: u64,
    /// What is used and held already, in counted units.
    pub used: u64,
    /// What the job asked for, in counted units.
    pub asked: u64,
    /// When the metric starts at zero again; none for storage, which falls when something is deleted.
    pub resets_at: Option<Timestamp>,
}

impl QuotaManager {
    /// A manager on the `metering` table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The writes that hold `amounts` for a job, for the transaction that accepts the job. The condition of one of them
    /// fails when the allowance does not suffice. A metric of which nothing is asked is not checked, so that a job that
    /// costs nothing is accepted even beyond a limit. Cost: up to three items.
    ///
    /// # Errors
    /// [`TableError::Shape`] when a value cannot be serialised.
    pub fn hold(
        &self,
        tenant: &TenantId,
        allowance: &Allowance,
        job: Uuid,
        accepted_at: Timestamp,
        amounts: Amounts,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let hold = Hold { job, month: Month::of(accepted_at), amounts };
        let mut writes = self.count(tenant, &hold, |update, metric| {
            let asked = amounts.of(metric);
            let update = update.add(metric.total_attribute(), signed(asked));
            match allowance.limit(metric) {
                None => update,
                // More than the whole limit must fail even while there is no counter yet: no number is below
                // `i64::MIN`.
                Some(limit) if asked > limit => update.when(metric.total_attribute(), "<", i64::MIN),
                Some(limit) => update.when_absent_or(metric.total_attribute(), "<=", signed(limit - asked)),
            }
        })?;
        writes.push(self.table.put_new(&hold_key(tenant, job), &hold)?);
        Ok(writes)
    }

    /// A job's hold; none when it has been settled. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn find_hold(&self, tenant: &TenantId, job: Uuid) -> Result<Option<Hold>, TableError> {
        self.table.get(&hold_key(tenant, job)).await
    }

    /// The holds of a tenant that have not been settled: one for each job that runs, also where it holds nothing, and
    /// one for each upload that is not charged yet. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn holds(&self, tenant: &TenantId) -> Result<Vec<Hold>, TableError> {
        self.table.query_all(&tenant.partition(), HOLDS).await
    }

    /// Whether a tenant has a hold that has not been settled: a job that runs, or an upload that is not charged yet.
    /// Cost: one query of two items.
    ///
    /// # Errors
    /// As [`QuotaManager::holds`].
    pub async fn has_holds(&self, tenant: &TenantId) -> Result<bool, TableError> {
        let first: Page<Hold> = self.table.query(&tenant.partition(), HOLDS, false, 1, None).await?;
        Ok(!first.items.is_empty())
    }

    /// The writes that settle a hold, for the transaction that ends its job: `used` is charged, at most what is held,
    /// and the rest is free again. Their condition fails when the hold was settled before, so that nothing is charged
    /// twice. Cost: up to three items.
    ///
    /// # Errors
    /// [`TableError::Shape`] when a value cannot be serialised.
    pub fn commit(
        &self,
        tenant: &TenantId,
        hold: &Hold,
        used: Amounts,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let used = used.min(hold.amounts);
        let mut writes = self.count(tenant, hold, |update, metric| {
            let (held, used) = (signed(hold.amounts.of(metric)), signed(used.of(metric)));
            update.add(metric.total_attribute(), used - held).add(metric.used_attribute(), used)
        })?;
        writes.push(self.table.update(&hold_key(tenant, hold.job)).when_present().build_delete()?);
        Ok(writes)
    }

    /// The write that subtracts `bytes` from what is stored, for the transaction that deletes the record of the
    /// objects.
    ///
    /// # Errors
    /// [`TableError::Shape`] when a value cannot be serialised.
    pub fn freed(&self, tenant: &TenantId, bytes: u64) -> Result<TransactWriteItem, TableError> {
        let metric = Metric::StorageBytes;
        let update = self.table.update(&counter_key(tenant, Month::of(clock::now()), metric));
        let update = update.add(metric.total_attribute(), -signed(bytes));
        update.add(metric.used_attribute(), -signed(bytes)).add(REVISION, 1).build()
    }

    /// Checks `amounts` against what is left now: the first metric that does not suffice, or none. It reserves nothing;
    /// only [`QuotaManager::hold`] does. Cost: two reads.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn enforce(
        &self,
        tenant: &TenantId,
        allowance: &Allowance,
        amounts: Amounts,
    ) -> Result<Option<Refusal>, TableError> {
        let usage = read_usage(&self.table, tenant, allowance).await?;
        Ok(usage.metrics.iter().find_map(|m| {
            let (limit, used, asked) = (m.limit?, m.used + m.held, amounts.of(m.metric));
            let (metric, resets_at) = (m.metric, m.resets_at);
            let fits = asked == 0 || used.saturating_add(asked) <= limit;
            (!fits).then_some(Refusal { metric, limit, used, asked, resets_at })
        }))
    }

    /// One update for each counter item that the metrics of the hold are in.
    fn count(
        &self,
        tenant: &TenantId,
        hold: &Hold,
        change: impl Fn(Update, Metric) -> Update,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let held = |metrics: &[Metric]| -> Vec<Metric> {
            metrics.iter().copied().filter(|metric| hold.amounts.of(*metric) > 0).collect()
        };
        let (monthly, level) = (held(&Metric::MONTHLY), held(&[Metric::StorageBytes]));
        let mut writes = Vec::new();
        for (metrics, is_level) in [(monthly, false), (level, true)] {
            let Some(first) = metrics.first() else { continue };
            let mut update = self.table.update(&counter_key(tenant, hold.month, *first));
            if is_level {
                update = update.add(REVISION, 1);
            }
            writes.push(metrics.into_iter().fold(update, &change).build()?);
        }
        Ok(writes)
    }
}
