use cloud::clock;
use cloud::table::{Table, TableError, Update, types::TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Month, TenantId};
use uuid::Uuid;

use crate::counters::signed;
use crate::keys::{counter_key, hold_key};
use crate::usage::read_usage;
use crate::{Allowance, Amounts, Metric};

/// Sees to it that no tenant uses more than it may: work holds its worst case before it starts.
#[derive(Clone)]
pub struct QuotaManager {
    table: Table,
}

/// What a job has reserved. A late commit is charged to the month of the hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Which job.
    pub job: Uuid,
    /// In which month it was accepted.
    pub month: Month,
    /// Its worst case.
    pub amounts: Amounts,
}

/// Why work was not accepted: what it asked for does not fit into what is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which metric.
    pub metric: Metric,
    /// What the plan allows with its grants, counted units.
    pub limit: u64,
    /// Used and held already, counted units.
    pub used: u64,
    /// What was asked for, counted units.
    pub asked: u64,
    /// When counting begins again; none of a level, which falls when something is deleted.
    pub resets_at: Option<Timestamp>,
}

impl QuotaManager {
    /// Over the `metering` table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The writes that hold `amounts` for a job, to stand in the transaction that accepts the job. One of
    /// them fails its condition when the allowance does not suffice; a metric of which nothing is asked
    /// does not count, so that work which costs nothing is done also beyond a limit. Cost: up to three
    /// items.
    ///
    /// # Errors
    /// [`TableError`] when they cannot be put together.
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
                // Even an absent counter must refuse what is more than the whole limit.
                Some(limit) if asked > limit => update.when(metric.total_attribute(), "<", i64::MIN),
                Some(limit) => update.when_absent_or(metric.total_attribute(), "<=", signed(limit - asked)),
            }
        })?;
        writes.push(self.table.put_new(&hold_key(tenant, job), &hold)?);
        Ok(writes)
    }

    /// A job's hold, none when it has been settled. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn find_hold(&self, tenant: &TenantId, job: Uuid) -> Result<Option<Hold>, TableError> {
        self.table.get(&hold_key(tenant, job)).await
    }

    /// The writes that settle a hold, to stand in the transaction that ends its job: `used` is charged, at
    /// most what is held, and the rest is free again. They fail their condition when the hold was settled
    /// before, so that nothing is charged twice. Cost: up to three items.
    ///
    /// # Errors
    /// [`TableError`] when they cannot be put together.
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

    /// The writes that settle a hold of which nothing was used. As [`QuotaManager::commit`] of nothing.
    ///
    /// # Errors
    /// [`TableError`] when they cannot be put together.
    pub fn release(&self, tenant: &TenantId, hold: &Hold) -> Result<Vec<TransactWriteItem>, TableError> {
        self.commit(tenant, hold, Amounts::default())
    }

    /// The write that gives storage back, to stand in the transaction that forgets what was stored.
    ///
    /// # Errors
    /// [`TableError`] when it cannot be put together.
    pub fn freed(&self, tenant: &TenantId, bytes: u64) -> Result<TransactWriteItem, TableError> {
        let metric = Metric::StorageBytes;
        let update = self.table.update(&counter_key(tenant, Month::of(clock::now()), metric));
        let update = update.add(metric.total_attribute(), -signed(bytes));
        update.add(metric.used_attribute(), -signed(bytes)).add(REVISION, 1).build()
    }

    /// Which metric does not suffice for `amounts` now, if one does not. It promises nothing: only a
    /// [`QuotaManager::hold`] does. Cost: two reads.
    ///
    /// # Errors
    /// [`TableError`].
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

    /// One update of each item that counts what the hold is of.
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

/// Counts the changes of the stored level, so that a measurement notices those that it did not see.
pub(crate) const REVISION: &str = "revision";
