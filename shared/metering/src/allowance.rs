//! The limits of a tenant: those of its plan, and temporary grants on top of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::Plan;
use uuid::Uuid;

use crate::metric::Metric;
use crate::plan_limits::limit;

/// A temporary increase of the plan's limits, the runbook's soft reset after a legitimate spike in usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Identifies the grant among those of its tenant.
    pub id: Uuid,
    /// The increase, in percent of the plan's limit.
    pub percent: u32,
    /// The metric that it increases; none for every metric.
    pub metric: Option<Metric>,
    /// The moment from which it counts.
    pub from: Timestamp,
    /// The moment from which it no longer counts.
    pub until: Timestamp,
}

impl Grant {
    /// True when the grant counts at `at`.
    #[must_use]
    pub fn is_live(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// What a tenant may use at a given moment: its plan's limits and the grants that count then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    plan: Plan,
    grants: Vec<Grant>,
}

impl Allowance {
    /// The allowance of a plan with those of `grants` that count at `at`.
    #[must_use]
    pub fn new(plan: Plan, grants: impl IntoIterator<Item = Grant>, at: Timestamp) -> Self {
        Self { plan, grants: grants.into_iter().filter(|grant| grant.is_live(at)).collect() }
    }

    /// The plan that sets the limits.
    #[must_use]
    pub const fn plan(&self) -> Plan {
        self.plan
    }

    /// The grants that count at the moment of this allowance.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The limit of a metric in counted units, rounded down; none when it is unlimited. Grants add up, and each is a
    /// percentage of the plan's own limit.
    #[must_use]
    pub fn limit(&self, metric: Metric) -> Option<u64> {
        let limit = limit(self.plan, metric)?;
        let granted = self.grants.iter().filter(|grant| grant.metric.is_none_or(|of| of == metric));
        let percent = granted.map(|grant| u128::from(grant.percent)).sum::<u128>();
        let granted = u128::from(limit) * percent / 100;
        Some(limit.saturating_add(u64::try_from(granted).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(percent: u32, metric: Option<Metric>) -> Grant {
        let (from, until) = ("2026-11-20T00:00:00Z".parse(), "2026-11-25T00:00:00Z".parse());
        Grant { id: Uuid::nil(), percent, metric, from: from.unwrap(), until: until.unwrap() }
    }

    fn pictures(plan: Plan, grants: &[Grant], at: &str) -> Option<u64> {
        let at = at.parse().unwrap();
        Allowance::new(plan, grants.iter().cloned(), at).limit(Metric::ImagesCount)
    }

    #[test]
    fn grants_add_to_the_plan_until_they_expire() {
        let grants = [grant(10, None)];
        for (at, limit) in [
            ("2026-11-19T23:59:59Z", 500),
            ("2026-11-20T00:00:00Z", 550),
            ("2026-11-24T23:59:59Z", 550),
            ("2026-11-25T00:00:00Z", 500),
        ] {
            assert_eq!(pictures(Plan::Free, &grants, at), Some(limit), "{at}");
        }
    }

    #[test]
    fn grants_add_up_and_apply_to_the_metric_they_name() {
        let at = "2026-11-22T12:00:00Z";
        let of_speech = grant(50, Some(Metric::TtsSeconds));
        assert_eq!(pictures(Plan::Pro, &[grant(10, None), grant(10, None), of_speech], at), Some(3_000));
        assert_eq!(pictures(Plan::Enterprise, &[grant(10, None)], at), None);
    }
}
