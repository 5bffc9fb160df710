use std::sync::Arc;

use axum::extract::State;
use billing::Revenue;
use edge::{Answer, Json, Owner, Problem};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// What subscriptions bring in, as it was counted last.
#[derive(Serialize, ToSchema)]
#[schema(as = Revenue)]
pub(crate) struct RevenueView {
    /// When it was counted.
    computed_at: Timestamp,
    /// Monthly recurring revenue, by currency.
    mrr: Vec<SumView>,
    /// Subscriptions that count in it.
    subscriptions: u64,
    /// Subscriptions that were paid for thirty days ago.
    paid_30_days_ago: u64,
    /// Of these, ended since.
    ended_since: u64,
    /// Their share, 0 to 1.
    churn: f64,
}

/// An amount of money.
#[derive(Serialize, ToSchema)]
#[schema(as = Sum)]
struct SumView {
    /// ISO 4217, in lowercase.
    currency: String,
    /// In the currency's smallest unit.
    amount: i64,
}

impl From<Revenue> for RevenueView {
    fn from(revenue: Revenue) -> Self {
        let Revenue { computed_at, mrr, subscriptions, paid_30_days_ago, ended_since, churn } = revenue;
        let mrr = mrr.into_iter().map(|sum| SumView { currency: sum.currency, amount: sum.amount });
        Self { computed_at, mrr: mrr.collect(), subscriptions, paid_30_days_ago, ended_since, churn }
    }
}

/// Shows the operator what all subscriptions bring in.
///
/// It is there for owners of the operator's own tenant; for everybody else there is no such thing. Reads: one
/// item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/billing/revenue",
    tag = "billing",
    responses(
        (status = 200, description = "As it was counted last.", body = RevenueView),
        (status = 404, description = "The caller does not run this product, or nothing was counted yet."),
    )
)]
pub(crate) async fn show_revenue(
    State(app): State<Arc<App>>,
    Owner(caller): Owner,
) -> Answer<Json<RevenueView>> {
    let counted = app.billing.table.revenue().await?;
    let revenue = counted.filter(|_| app.operator == Some(caller.tenant));
    revenue.map(|revenue| Json(revenue.into())).ok_or_else(|| Problem::not_found("page"))
}
