//! What an account has used of its plan's limits.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Caller, Json};
use jiff::Timestamp;
use metering::{Allowance, Grant, Metric, MetricUsage, Usage, Warning};
use serde::Serialize;
use serde_json::Number;
use tenancy::Plan;
use utoipa::ToSchema;

use crate::state::Accounts;

/// The usage of an account, with everything that a page needs to show how near the limits are.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountUsage)]
pub(crate) struct UsageView {
    /// The plan that sets the limits.
    plan: Plan,
    /// The month that is counted, in UTC, such as `2026-11`.
    month: String,
    /// When monthly counting begins again.
    resets_at: Timestamp,
    /// The usage of every metric.
    metrics: Vec<MetricView>,
    /// The grants on top of the plan that are in force now. The limits include them.
    grants: Vec<GrantView>,
}

/// The usage of one metric, in the unit that its name says.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountMetric)]
struct MetricView {
    /// The metric.
    metric: Metric,
    /// The amount that was used.
    #[schema(value_type = f64, minimum = 0)]
    used: Number,
    /// The amount that is reserved for running jobs.
    #[schema(value_type = f64, minimum = 0)]
    held: Number,
    /// The limit; null without one.
    #[schema(value_type = Option<f64>, minimum = 0)]
    limit: Option<Number>,
    /// Which percentage of the limit is used or reserved, rounded down. It can exceed 100 after a downgrade.
    percent: Option<u64>,
    /// A warning, from 80 and from 100 percent on.
    warning: Option<Warning>,
    /// When counting begins again; null for stored bytes, which decrease only when something is deleted.
    resets_at: Option<Timestamp>,
}

/// An increase of the plan's limits for a limited time.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountGrant)]
struct GrantView {
    /// How many percent of the plan's limit are added to it.
    percent: u32,
    /// The metric whose limit is increased; null for all metrics.
    metric: Option<Metric>,
    /// When the grant ends.
    until: Timestamp,
}

impl UsageView {
    fn new(allowance: &Allowance, usage: &Usage) -> Self {
        Self {
            plan: allowance.plan(),
            month: usage.month.to_string(),
            resets_at: usage.month.end(),
            metrics: usage.metrics.iter().map(MetricView::new).collect(),
            grants: allowance.grants().iter().map(GrantView::new).collect(),
        }
    }
}

impl MetricView {
    fn new(usage: &MetricUsage) -> Self {
        let shown = |counted| usage.metric.shown(counted);
        Self {
            metric: usage.metric,
            used: shown(usage.used),
            held: shown(usage.held),
            limit: usage.limit.map(shown),
            percent: usage.percent(),
            warning: usage.warning(),
            resets_at: usage.resets_at,
        }
    }
}

impl GrantView {
    fn new(grant: &Grant) -> Self {
        Self { percent: grant.percent, metric: grant.metric, until: grant.until }
    }
}

/// Shows what the account uses and has reserved now, and what its plan allows.
///
/// Reads: three items and two queries. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/usage",
    tag = "account",
    responses((status = OK, body = UsageView, description = "This month's usage, and what is stored.")),
)]
pub(crate) async fn show_usage(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<UsageView>> {
    let allowance = accounts.entitlements.allowance(&caller.tenant).await?;
    let usage = accounts.counter.usage(&caller.tenant, &allowance).await?;
    Ok(Json(UsageView::new(&allowance, &usage)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenancy::uuid::Uuid;

    use super::*;

    #[test]
    fn usage_is_shown_in_the_units_of_the_metrics() {
        let month: tenancy::Month = "2026-11".parse().unwrap();
        let monthly =
            |metric, used, limit| MetricUsage { metric, used, held: 0, limit, resets_at: Some(month.end()) };
        let usage = Usage {
            month,
            metrics: vec![
                monthly(Metric::ImagesCount, 440, Some(550)),
                monthly(Metric::TtsSeconds, 61_500, Some(66_000_000)),
                monthly(Metric::RenderMinutes, 90_000, None),
                MetricUsage {
                    metric: Metric::StorageBytes,
                    used: 70,
                    held: 40,
                    limit: Some(110),
                    resets_at: None,
                },
            ],
        };
        let (from, until) =
            ("2026-11-20T00:00:00Z".parse().unwrap(), "2026-11-25T00:00:00Z".parse().unwrap());
        let grant = Grant { id: Uuid::nil(), percent: 10, metric: None, from, until };
        let allowance = Allowance::new(Plan::Free, [grant], from);
        let next = "2026-12-01T00:00:00Z";
        let expected = json!({
            "plan": "free",
            "month": "2026-11",
            "resets_at": next,
            "metrics": [
                {
                    "metric": "images_count", "used": 440, "held": 0, "limit": 550,
                    "percent": 80, "warning": "near_limit", "resets_at": next,
                },
                {
                    "metric": "tts_seconds", "used": 61.5, "held": 0, "limit": 66_000,
                    "percent": 0, "warning": null, "resets_at": next,
                },
                {
                    "metric": "render_minutes", "used": 1.5, "held": 0, "limit": null,
                    "percent": null, "warning": null, "resets_at": next,
                },
                {
                    "metric": "storage_bytes", "used": 70, "held": 40, "limit": 110,
                    "percent": 100, "warning": "at_limit", "resets_at": null,
                },
            ],
            "grants": [{"percent": 10, "metric": null, "until": "2026-11-25T00:00:00Z"}],
        });
        assert_eq!(serde_json::to_value(UsageView::new(&allowance, &usage)).unwrap(), expected);
    }
}
