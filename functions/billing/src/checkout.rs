use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use billing::{CheckoutUrls, ForeignUrl, MAX_RETURN_URL, ReturnUrls, begin_checkout, open_portal};
use edge::{Answer, IdempotencyHeader, Idempotent, Json, Owner, Problem, ReplayFor};
use garde::Validate;
use serde::{Deserialize, Serialize};
use tenancy::Plan;
use utoipa::ToSchema;

use crate::app::{App, in_time, no_page};

/// How long a repeated request is given the same checkout page. Stripe closes a page after a day
/// (<https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-expires_at>), and another checkout or
/// a payment closes it earlier: after an hour a request finds out what is so.
const CHECKOUT_REPLAYED: ReplayFor = ReplayFor(Duration::from_secs(3600));

/// How long a repeated request is given the same page of the portal. Stripe closes one that nobody opens after five
/// minutes (<https://docs.stripe.com/customer-management/integrate-customer-portal>), so this leaves three to open it.
const PORTAL_REPLAYED: ReplayFor = ReplayFor(Duration::from_secs(120));

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
    /// Where Stripe sends people who have paid; a page of the frontend unless given. It must lie on the frontend's
    /// origin or on one that the deployment allows. Stripe replaces `{CHECKOUT_SESSION_ID}` in it.
    #[schema(format = "uri", max_length = 2048)]
    success_url: Option<String>,
    /// Where Stripe sends people who leave without paying; the frontend's page of plans unless given. As `success_url`.
    #[schema(format = "uri", max_length = 2048)]
    cancel_url: Option<String>,
}

/// What to change in the portal.
#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"plan": "enterprise"})))]
pub(crate) struct PortalOrder {
    /// The plan to change to; without one, the portal's first page, as for a subscription with several items.
    plan: Option<PaidPlan>,
    /// Where the portal's way back leads; the frontend's page of plans unless given. It must lie on the frontend's
    /// origin or on one that the deployment allows.
    #[schema(format = "uri", max_length = 2048)]
    return_url: Option<String>,
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
/// A page that was opened before is closed. For an hour a repeated request with the same `Idempotency-Key` gets the
/// same page, and later a new one. Reads: one item, the first time two. Writes: two transactions of two items; the
/// first time one more, and one item. Requests to Stripe: three; one more for each page that is closed; the first time
/// one more.
#[utoipa::path(
    post,
    path = "/api/billing/checkout",
    tag = "billing",
    params(IdempotencyHeader),
    request_body = CheckoutOrder,
    responses(
        (status = 200, description = "The page.", body = CheckoutPage),
        (status = 403, description = "It takes an owner (`role_required`), or an owner's key for everything (`scope_required`)."),
        (status = 409, description = "`already_subscribed`: change the plan in the portal."),
        (status = 422, description = "`invalid`: `success_url` or `cancel_url` leads to an origin that is not allowed."),
        (status = 503, description = "`unavailable`: Stripe does not answer; nothing has begun."),
    )
)]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Owner(caller): Owner,
    _: Idempotent,
    Json(order): Json<CheckoutOrder>,
) -> Answer<(ReplayFor, Json<CheckoutPage>)> {
    let (billing, tenant, plan) = (&app.billing, caller.tenant, order.plan.into());
    let pages = &billing.pages;
    let urls = CheckoutUrls {
        success: allowed(pages, "success_url", order.success_url)?.unwrap_or_else(|| pages.paid()),
        cancel: allowed(pages, "cancel_url", order.cancel_url)?.unwrap_or_else(|| pages.billing()),
    };
    let page = begin_checkout(&billing.stripe, &billing.table, &billing.prices, &urls, tenant, plan);
    Ok((CHECKOUT_REPLAYED, Json(CheckoutPage { checkout_url: in_time(page, no_page).await?.url })))
}

/// Opens the portal: plan, cards, invoices, cancelling.
///
/// A greater plan counts at once, a smaller one when the paid period ends. For two minutes a repeated request with the
/// same `Idempotency-Key` gets the same page, and later a new one, because a page is valid for minutes. Reads: one
/// item. Requests to Stripe: one, with a plan two.
#[utoipa::path(
    post,
    path = "/api/billing/portal",
    tag = "billing",
    params(IdempotencyHeader),
    request_body(content = Option<PortalOrder>),
    responses(
        (status = 200, description = "The page.", body = PortalPage),
        (status = 403, description = "It takes an owner (`role_required`), or an owner's key for everything (`scope_required`)."),
        (status = 409, description = "`not_subscribed`: there is nothing to change yet."),
        (status = 422, description = "`invalid`: `return_url` leads to an origin that is not allowed."),
        (status = 503, description = "`unavailable`: Stripe does not answer."),
    )
)]
pub(crate) async fn portal(
    State(app): State<Arc<App>>,
    Owner(caller): Owner,
    _: Idempotent,
    Json(order): Json<PortalOrder>,
) -> Answer<(ReplayFor, Json<PortalPage>)> {
    let billing = &app.billing;
    let change_to = order.plan.map(Plan::from);
    let pages = &billing.pages;
    let return_url = allowed(pages, "return_url", order.return_url)?.unwrap_or_else(|| pages.billing());
    let page =
        open_portal(&billing.stripe, &billing.table, &billing.prices, &return_url, &caller.tenant, change_to);
    Ok((PORTAL_REPLAYED, Json(PortalPage { portal_url: in_time(page, no_page).await?.url })))
}

/// The URL that the client names in `field`, or the problem that it leads to an origin that is not allowed.
fn allowed(pages: &ReturnUrls, field: &str, given: Option<String>) -> Answer<Option<String>> {
    let Some(url) = given else { return Ok(None) };
    match pages.check(&url) {
        Ok(()) => Ok(Some(url)),
        Err(ForeignUrl) => {
            let detail = format!(
                "`{field}` must be an absolute URL of at most {MAX_RETURN_URL} characters on the frontend's origin, or \
                 on one that this deployment allows (`ReturnOrigins`)."
            );
            Err(Problem::invalid(field, detail))
        }
    }
}
