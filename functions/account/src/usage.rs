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

/// What an account uses: all that a banner needs to say how near the limits are.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountUsage)]
pub(crate) struct UsageView {
    /// What sets the limits.
    plan: Plan,
    /// `2026-11`, in UTC.
    month: String,
    /// When counting by the month begins again.
    resets_at: Timestamp,
    /// Everything that is counted.
    metrics: Vec<MetricView>,
    /// What is granted on top of the plan now; the limits contain it.
    grants: Vec<GrantView>,
}

/// Amounts in the units that the metric's name says.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountMetric)]
struct MetricView {
    /// What is counted.
    metric: Metric,
    /// Used.
    #[schema(value_type = f64, minimum = 0)]
    used: Number,
    /// Set aside for jobs that run.
    #[schema(value_type = f64, minimum = 0)]
    held: Number,
    /// None is without limit.
    #[schema(value_type = Option<f64>, minimum = 0)]
    limit: Option<Number>,
    /// How much of the limit is used or held, rounded down. Over 100 after a downgrade.
    percent: Option<u64>,
    /// From 80 and from 100 percent.
    warning: Option<Warning>,
    /// When counting begins again; never for what is stored, of which something can be deleted.
    resets_at: Option<Timestamp>,
}

/// More than the plan allows, for a time.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountGrant)]
struct GrantView {
    /// Of the plan's limit, on top of it.
    percent: u32,
    /// Of what; of everything when null.
    metric: Option<Metric>,
    /// When it ends.
    until: Timestamp,
}

impl UsageView {
    fn new(plan: Plan, allowance: &Allowance, usage: &Usage) -> Self {
        Self {
            plan,
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

/// What the tenant uses and holds now, and what its plan allows.
///
/// Reads: two items and two queries. Writes: none.
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
    let allowance = accounts.entitlements.allowance(&caller.tenant, caller.plan).await?;
    let usage = accounts.counter.usage(&caller.tenant, &allowance).await?;
    Ok(Json(UsageView::new(caller.plan, &allowance, &usage)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenancy::uuid::Uuid;

    use super::*;

    #[test]
    fn a_banner_learns_in_shown_units_what_is_left() {
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
        assert_eq!(serde_json::to_value(UsageView::new(Plan::Free, &allowance, &usage)).unwrap(), expected);
    }
}
