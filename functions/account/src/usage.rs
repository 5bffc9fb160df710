use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Caller, Json};
use jiff::Timestamp;
use metering::{Metric, MetricUsage, Usage};
use serde::Serialize;
use serde_json::Number;
use tenancy::Plan;
use utoipa::ToSchema;

use crate::app::Accounts;

/// What an account has used in a month.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountUsage)]
pub(crate) struct UsageView {
    /// What sets the limits.
    plan: Plan,
    /// `2026-11`, in UTC.
    month: String,
    /// When counting begins again.
    resets_at: Timestamp,
    /// Everything that is counted.
    metrics: Vec<MetricView>,
}

/// Amounts in the units that the metric's name says.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountMetric)]
struct MetricView {
    /// What is counted.
    metric: Metric,
    /// Used this month.
    #[schema(value_type = f64, minimum = 0)]
    used: Number,
    /// Set aside for jobs that run.
    #[schema(value_type = f64, minimum = 0)]
    held: Number,
    /// None is without limit.
    #[schema(value_type = Option<f64>, minimum = 0)]
    limit: Option<Number>,
}

impl UsageView {
    fn new(plan: Plan, usage: Usage) -> Self {
        let metrics = usage.metrics.iter().map(MetricView::new).collect();
        Self { plan, month: usage.month, resets_at: usage.resets_at, metrics }
    }
}

impl MetricView {
    fn new(usage: &MetricUsage) -> Self {
        let shown = |counted| shown(counted, usage.metric);
        Self {
            metric: usage.metric,
            used: shown(usage.used),
            held: shown(usage.held),
            limit: usage.limit.map(shown),
        }
    }
}

/// A counted amount in shown units: whole where it is whole, else with its fraction.
fn shown(counted: u64, metric: Metric) -> Number {
    let unit = metric.counted_per_shown();
    let (whole, rest) = (counted / unit, counted % unit);
    let fraction = (rest != 0).then(|| Number::from_f64(counted as f64 / unit as f64)).flatten();
    fraction.unwrap_or_else(|| Number::from(whole))
}

/// What the tenant has used and holds this month, and what its plan allows.
///
/// Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/usage",
    tag = "account",
    responses((status = OK, body = UsageView, description = "This month's usage.")),
)]
pub(crate) async fn show_usage(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<UsageView>> {
    let usage = accounts.meter.usage(&caller.tenant, caller.plan).await?;
    Ok(Json(UsageView::new(caller.plan, usage)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_shown_in_the_units_that_metrics_are_named_after() {
        let of = |metric, used, limit| MetricUsage { metric, used, held: 0, limit };
        let usage = Usage {
            month: "2026-11".into(),
            resets_at: "2026-12-01T00:00:00Z".parse().unwrap(),
            metrics: vec![
                of(Metric::ImagesCount, 12, Some(500)),
                of(Metric::TtsSeconds, 61_500, Some(60_000_000)),
                of(Metric::RenderMinutes, 90_000, None),
            ],
        };
        let expected = json!({
            "plan": "free",
            "month": "2026-11",
            "resets_at": "2026-12-01T00:00:00Z",
            "metrics": [
                {"metric": "images_count", "used": 12, "held": 0, "limit": 500},
                {"metric": "tts_seconds", "used": 61.5, "held": 0, "limit": 60_000},
                {"metric": "render_minutes", "used": 1.5, "held": 0, "limit": null},
            ],
        });
        assert_eq!(serde_json::to_value(UsageView::new(Plan::Free, usage)).unwrap(), expected);
    }
}
