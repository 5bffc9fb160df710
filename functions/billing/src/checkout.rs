use std::sync::Arc;

use axum::extract::State;
use billing::{begin_checkout, open_portal};
use edge::{Answer, Json, Owner};
use garde::Validate;
use serde::{Deserialize, Serialize};
use tenancy::Plan;
use utoipa::ToSchema;

use crate::app::{App, in_time, no_page};

/// A paid plan.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaidPlan {
    /// For one studio.
    Pro,
    /// Without monthly limits.
    Enterprise,
}

impl From<PaidPlan> for Plan {
    fn from(plan: PaidPlan) -> Self {
        match plan {
            PaidPlan::Pro => Self::Pro,
            PaidPlan::Enterprise => Self::Enterprise,
        }
    }
}

/// Which plan to subscribe to.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"plan": "pro"})))]
pub(crate) struct CheckoutOrder {
    /// The plan.
    plan: PaidPlan,
}

/// What to change in the portal.
#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"plan": "enterprise"})))]
pub(crate) struct PortalOrder {
    /// The plan to change to; without one, the portal's first page.
    plan: Option<PaidPlan>,
}

/// Where to subscribe.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckoutPage {
    /// Stripe's page.
    checkout_url: String,
}

/// Where to change a subscription.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalPage {
    /// Stripe's page.
    portal_url: String,
}

/// Opens a page on which to subscribe to a paid plan.
///
/// A page that was opened before is closed. Reads: one item, the first time two. Writes: two transactions of two items;
/// the first time one more, and one item. Requests to Stripe: three; one more for each page that is closed; the first
/// time one more.
#[utoipa::path(
    post,
    path = "/api/billing/checkout",
    tag = "billing",
    request_body = CheckoutOrder,
    responses(
        (status = 200, description = "The page.", body = CheckoutPage),
        (status = 403, description = "It takes an owner (`role_required`), or an owner's key for everything (`scope_required`)."),
        (status = 409, description = "`already_subscribed`: change the plan in the portal."),
        (status = 503, description = "`unavailable`: Stripe does not answer; nothing has begun."),
    )
)]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Owner(caller): Owner,
    Json(order): Json<CheckoutOrder>,
) -> Answer<Json<CheckoutPage>> {
    let (billing, tenant, plan) = (&app.billing, caller.tenant, order.plan.into());
    let page = begin_checkout(&billing.stripe, &billing.table, &billing.prices, &billing.pages, tenant, plan);
    Ok(Json(CheckoutPage { checkout_url: in_time(page, no_page).await?.url }))
}

/// Opens the portal: plan, cards, invoices, cancelling.
///
/// A greater plan counts at once, a smaller one when the paid period ends. Reads: one item. Requests to Stripe:
/// one, with a plan two.
#[utoipa::path(
    post,
    path = "/api/billing/portal",
    tag = "billing",
    request_body(content = Option<PortalOrder>),
    responses(
        (status = 200, description = "The page.", body = PortalPage),
        (status = 403, description = "It takes an owner (`role_required`), or an owner's key for everything (`scope_required`)."),
        (status = 409, description = "`not_subscribed`: there is nothing to change yet."),
        (status = 503, description = "`unavailable`: Stripe does not answer."),
    )
)]
pub(crate) async fn portal(
    State(app): State<Arc<App>>,
    Owner(caller): Owner,
    Json(order): Json<PortalOrder>,
) -> Answer<Json<PortalPage>> {
    let billing = &app.billing;
    let change_to = order.plan.map(Plan::from);
    let page = open_portal(
        &billing.stripe,
        &billing.table,
        &billing.prices,
        &billing.pages,
        &caller.tenant,
        change_to,
    );
    Ok(Json(PortalPage { portal_url: in_time(page, no_page).await?.url }))
}
