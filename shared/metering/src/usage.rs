//! What a tenant uses, compared with its limits.

use cloud::clock;
use cloud::table::{Table, TableError};
use jiff::Timestamp;
use serde::Serialize;
use tenancy::{Month, TenantId};
use utoipa::ToSchema;

use crate::allowance::Allowance;
use crate::counter_item::CounterItem;
use crate::keys::counter_key;
use crate::metric::Metric;

/// What a tenant has used and holds in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The month of the monthly metrics.
    pub month: Month,
    /// One entry for each metric, in the order of [`Metric::ALL`].
    pub metrics: Vec<MetricUsage>,
}

/// What a tenant has used and holds of one metric, in counted units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricUsage {
    /// The metric.
    pub metric: Metric,
    /// What was used in the month, or is stored now.
    pub used: u64,
    /// What running jobs hold.
    pub held: u64,
    /// The limit with grants; none when it is unlimited.
    pub limit: Option<u64>,
    /// When the metric starts at zero again; none for storage.
    pub resets_at: Option<Timestamp>,
}

/// How close usage is to the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// At least 80 % of the limit is used or held.
    NearLimit,
    /// At least 100 % of the limit is used or held, so that no further job is accepted.
    AtLimit,
}

impl MetricUsage {
    /// The percentage of the limit that is used or held, because both decide what still fits. Rounded down; none without a
    /// limit. After a downgrade it can be more than 100.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        let taken = u128::from(self.used) + u128::from(self.held);
        match self.limit? {
            0 => Some(100),
            limit => Some(u64::try_from(taken * 100 / u128::from(limit)).unwrap_or(u64::MAX)),
        }
    }

    /// The warning to show; none below 80 % or without a limit.
    #[must_use]
    pub fn warning(&self) -> Option<Warning> {
        match self.percent()? {
            100.. => Some(Warning::AtLimit),
            80.. => Some(Warning::NearLimit),
            _ => None,
        }
    }
}

/// What a tenant has used and holds this month. Cost: two reads.
pub(crate) async fn read_usage(
    table: &Table,
    tenant: &TenantId,
    allowance: &Allowance,
) -> Result<Usage, TableError> {
    let month = Month::of(clock::now());
    let keys = [Metric::MONTHLY[0], Metric::StorageBytes].map(|metric| counter_key(tenant, month, metric));
    let items: Vec<Option<CounterItem>> = table.get_all(&keys).await?;
    let [monthly, level] = [items.first(), items.get(1)].map(|item| item.copied().flatten());
    let metrics = Metric::ALL.map(|metric| {
        let is_level = metric == Metric::StorageBytes;
        let (used, held) = if is_level { level } else { monthly }.unwrap_or_default().of(metric);
        let resets_at = (!is_level).then(|| month.end());
        MetricUsage { metric, used, held, limit: allowance.limit(metric), resets_at }
    });
    Ok(Usage { month, metrics: metrics.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_begin_at_80_and_at_100_percent() {
        for (used, held, percent, warning) in [
            (0, 0, 0, None),
            (399, 0, 79, None),
            (399, 1, 80, Some(Warning::NearLimit)),
            (499, 0, 99, Some(Warning::NearLimit)),
            (0, 500, 100, Some(Warning::AtLimit)),
            (750, 0, 150, Some(Warning::AtLimit)),
        ] {
            let usage =
                MetricUsage { metric: Metric::ImagesCount, used, held, limit: Some(500), resets_at: None };
            assert_eq!((usage.percent(), usage.warning()), (Some(percent), warning), "{used} + {held}");
        }
    }

    #[test]
    fn without_a_limit_nothing_is_warned_of() {
        let metric = Metric::StorageBytes;
        let usage = MetricUsage { metric, used: u64::MAX, held: 1, limit: None, resets_at: None };
        assert_eq!((usage.percent(), usage.warning()), (None, None));
    }
}
