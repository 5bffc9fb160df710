use cloud::clock;
use cloud::table::{Key, Table, TableError, types::TransactWriteItem};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use tenancy::{Plan, TenantId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Amounts, Metric, limit};

/// The `metering` table.
#[derive(Clone)]
pub struct Meter {
    table: Table,
}

/// What a job has reserved. A late commit is charged to the month of the hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Which job.
    pub job: Uuid,
    /// `2026-11`.
    pub month: String,
    /// Its worst case.
    pub amounts: Amounts,
}

/// Why work was not accepted: what it asked for does not fit into what is left of the month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which metric.
    pub metric: Metric,
    /// What the plan allows in a month, counted units.
    pub limit: u64,
    /// Used and held already, counted units.
    pub used: u64,
    /// What was asked for, counted units.
    pub asked: u64,
    /// When the next month begins.
    pub resets_at: Timestamp,
}

/// A month's usage.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Usage {
    /// `2026-11`.
    pub month: String,
    /// When the next month begins.
    pub resets_at: Timestamp,
    /// Metric by metric.
    pub metrics: Vec<MetricUsage>,
}

/// A month's usage of one metric, in counted units.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MetricUsage {
    /// Which metric.
    pub metric: Metric,
    /// Used.
    pub used: u64,
    /// Held by running jobs.
    pub held: u64,
    /// What the plan allows, none is without limit.
    pub limit: Option<u64>,
}

impl Meter {
    /// Over the `metering` table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The writes that hold `amounts` for a job, to stand in the transaction that accepts the job: two
    /// items, of which the first fails its condition when the month's quota does not suffice.
    ///
    /// # Errors
    /// [`TableError`] when they cannot be put together.
    pub fn hold(
        &self,
        tenant: &TenantId,
        plan: Plan,
        job: Uuid,
        amounts: Amounts,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let hold = Hold { job, month: month_of(clock::now()), amounts };
        let mut usage = self.table.update(&usage_key(tenant, &hold.month));
        for metric in Metric::ALL {
            let asked = amounts.of(metric);
            usage = usage.add(metric.total_attribute(), signed(asked));
            if let Some(limit) = limit(plan, metric) {
                // Even an absent counter must refuse what is more than the whole limit.
                let room = signed(limit).saturating_sub(signed(asked));
                usage = if room < 0 {
                    usage.when(metric.total_attribute(), "<", -1)
                } else {
                    usage.when_absent_or(metric.total_attribute(), "<=", room)
                };
            }
        }
        Ok(vec![usage.build()?, self.table.put_new(&hold_key(tenant, job), &hold)?])
    }

    /// Which metric does not suffice for `amounts`, if one does not. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn refusal(
        &self,
        tenant: &TenantId,
        plan: Plan,
        amounts: Amounts,
    ) -> Result<Option<Refusal>, TableError> {
        let usage = self.usage(tenant, plan).await?;
        Ok(usage.metrics.iter().find_map(|m| {
            let (limit, used, asked) = (m.limit?, m.used + m.held, amounts.of(m.metric));
            (used + asked > limit).then_some(Refusal {
                metric: m.metric,
                limit,
                used,
                asked,
                resets_at: usage.resets_at,
            })
        }))
    }

    /// A job's hold, none when it has been settled. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn find_hold(&self, tenant: &TenantId, job: Uuid) -> Result<Option<Hold>, TableError> {
        self.table.get(&hold_key(tenant, job)).await
    }

    /// The writes that end a hold, to stand in the transaction that ends its job: `used` is charged, the
    /// rest is free again. They fail their condition when the hold was settled before, so that nothing
    /// is charged twice.
    ///
    /// # Errors
    /// [`TableError`] when they cannot be put together.
    pub fn settle(
        &self,
        tenant: &TenantId,
        hold: &Hold,
        used: Amounts,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let mut usage = self.table.update(&usage_key(tenant, &hold.month));
        for metric in Metric::ALL {
            let (held, used) = (signed(hold.amounts.of(metric)), signed(used.of(metric)));
            usage = usage.add(metric.total_attribute(), used - held).add(metric.used_attribute(), used);
        }
        let release = self.table.update(&hold_key(tenant, hold.job)).when_present().build_delete()?;
        Ok(vec![release, usage.build()?])
    }

    /// This month's usage. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn usage(&self, tenant: &TenantId, plan: Plan) -> Result<Usage, TableError> {
        let now = clock::now();
        let month = month_of(now);
        let counters: Counters = self.table.get(&usage_key(tenant, &month)).await?.unwrap_or_default();
        let metrics = Metric::ALL.map(|metric| {
            let (total, used) = counters.of(metric);
            MetricUsage { metric, used, held: total.saturating_sub(used), limit: limit(plan, metric) }
        });
        Ok(Usage { month, resets_at: next_month(now), metrics: metrics.to_vec() })
    }
}

/// The item of a month.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Counters {
    images_total: u64,
    images_used: u64,
    speech_ms_total: u64,
    speech_ms_used: u64,
    render_ms_total: u64,
    render_ms_used: u64,
}

impl Counters {
    /// Used + held, and used.
    fn of(&self, metric: Metric) -> (u64, u64) {
        match metric {
            Metric::ImagesCount => (self.images_total, self.images_used),
            Metric::TtsSeconds => (self.speech_ms_total, self.speech_ms_used),
            Metric::RenderMinutes => (self.render_ms_total, self.render_ms_used),
        }
    }
}

fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

fn usage_key(tenant: &TenantId, month: &str) -> Key {
    Key::of(&tenant.partition(), format!("USAGE#{month}"))
}

fn hold_key(tenant: &TenantId, job: Uuid) -> Key {
    Key::of(&tenant.partition(), format!("HOLD#{}", job.simple()))
}

fn month_of(at: Timestamp) -> String {
    at.strftime("%Y-%m").to_string()
}

fn next_month(at: Timestamp) -> Timestamp {
    let first: Date = at.to_zoned(TimeZone::UTC).date().first_of_month();
    let next = first.checked_add(1.month()).ok().and_then(|d| d.to_zoned(TimeZone::UTC).ok());
    next.map_or(at, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let at: Timestamp = "2026-12-31T23:59:59.999Z".parse().unwrap();
        assert_eq!(month_of(at), "2026-12");
        assert_eq!(next_month(at).to_string(), "2027-01-01T00:00:00Z");
    }

    #[test]
    fn the_guides_tiers() {
        assert_eq!(limit(Plan::Free, Metric::RenderMinutes), Some(500 * 60_000));
        assert_eq!(limit(Plan::Pro, Metric::TtsSeconds), Some(300_000_000));
        assert_eq!(limit(Plan::Enterprise, Metric::ImagesCount), None);
    }
}
