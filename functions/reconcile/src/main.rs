//! Runs once a day: compares all accounts with Stripe, repairs differences, and emits revenue metrics.

use billing::{Billing, DriftKind, Reconciliation, reconcile};
use cloud::metrics::{Metrics, Unit};
use cloud::{clock, correlation};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;

/// The event. A schedule's event has no such field, and so repairs.
#[derive(Deserialize)]
struct Order {
    /// Whether to repair differences, or only to report them.
    #[serde(default = "yes")]
    apply: bool,
}

const fn yes() -> bool {
    true
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let billing = &Billing::from_settings(&config)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Order>| {
        let run = async {
            // Boxed, because the nested future types exceed the compiler's recursion limit otherwise.
            let found =
                Box::pin(reconcile(&billing.stripe, &billing.table, &billing.prices, event.payload.apply))
                    .await?;
            for drift in &found.drift {
                let (kind, detail) = (format!("{:?}", drift.kind), &drift.detail);
                let tenant = drift.tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
                tracing::warn!(tenant, customer = drift.customer, kind, detail, "{kind}: {detail}");
            }
            metrics(&found).emit(clock::now());
            Ok::<Reconciliation, Error>(found)
        };
        correlation::scope(event.context.request_id, run).await
    }))
    .await
}

/// An alarm watches `BillingDriftLeft`: differences that a person must look at.
fn metrics(found: &Reconciliation) -> Metrics {
    let left = |kind| matches!(kind, DriftKind::Nobody | DriftKind::UnknownPrice);
    let left = found.drift.iter().filter(|drift| left(drift.kind)).count();
    let mut metrics = Metrics::default();
    #[allow(clippy::cast_precision_loss, reason = "counts and amounts below 2^52")]
    {
        metrics.add("BillingDrift", Unit::Count, found.drift.len() as f64);
        metrics.add("BillingDriftMended", Unit::Count, found.mended as f64);
        metrics.add("BillingDriftLeft", Unit::Count, left as f64);
        metrics.add("PaidSubscriptions", Unit::Count, found.revenue.subscriptions as f64);
        metrics.add("Churn", Unit::Percent, found.revenue.churn * 100.0);
        for sum in &found.revenue.mrr {
            let name = format!("MonthlyRecurringRevenue_{}", sum.currency);
            metrics.add(&name, Unit::None, sum.amount as f64);
        }
    }
    metrics
}
