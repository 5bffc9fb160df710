use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use billing::{AccountStore as _, BillingAccount, SubscriptionStatus, sync_subscription};
use edge::{Answer, Caller, IdempotencyHeader, Idempotent, Json, Problem, Query, Rate};
use garde::Validate;
use jiff::Timestamp;
use metering::{Feature, Features};
use serde::{Deserialize, Serialize};
use tenancy::Plan;
use utoipa::ToSchema;

use crate::app::{App, in_time, not_synced};

/// What a tenant pays, and what it gets for it.
#[derive(Serialize, ToSchema)]
#[schema(as = Subscription)]
pub(crate) struct SubscriptionView {
    /// The plan that counts now, as in the account and its usage.
    plan: Plan,
    /// By Stripe's names; `none` before there is any.
    status: &'static str,
    /// The plan that is subscribed to, which may not give anything any more.
    subscribed_plan: Option<Plan>,
    /// When it is paid for again, or ends.
    current_period_end: Option<Timestamp>,
    /// Whether it ends then.
    cancel_at_period_end: bool,
    /// While a payment is due: how long the plan is kept.
    grace_until: Option<Timestamp>,
    /// What is not allowed now, and why.
    locked: Vec<Locked>,
    /// Where plans are compared and chosen.
    upgrade_url: String,
    /// When Stripe was asked last.
    synced_at: Option<Timestamp>,
}

/// Something that is not allowed now.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Locked {
    /// `4k` or `publish`.
    feature: &'static str,
    /// The problem's code that it would be refused with: `plan_required` or `feature_disabled`.
    code: &'static str,
    /// In a sentence.
    reason: &'static str,
}

/// How often Stripe is asked for one account: six times at once, then once in ten seconds. People come back from a
/// checkout page once; Stripe itself allows a hundred requests a second for all accounts together.
fn refresh_rate() -> Rate {
    Rate::new(6, Duration::from_secs(60))
}

/// A parameter that earlier versions of the API had, and that is not described any more.
#[derive(Deserialize, Validate)]
pub(crate) struct EarlierQuery {
    #[garde(skip)]
    refresh: Option<String>,
}

/// Shows the subscription, and what is locked without it.
///
/// Reads: four items. Writes: none.
#[utoipa::path(
    get,
    path = "/api/billing/subscription",
    tag = "billing",
    responses(
        (status = 200, description = "The subscription.", body = SubscriptionView),
        (
            status = 422,
            description = "`invalid`: `refresh` is no parameter any more; POST /api/billing/subscription/refresh \
                           reads the subscription from Stripe."
        ),
    )
)]
pub(crate) async fn show_subscription(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    Query(EarlierQuery { refresh }): Query<EarlierQuery>,
) -> Answer<Json<SubscriptionView>> {
    // Ignoring it would give somebody who relies on it what may be out of date.
    if refresh.is_some() {
        let detail =
            "A GET does not ask Stripe any more. Send POST /api/billing/subscription/refresh instead.";
        return Err(Problem::invalid_parameter("refresh", detail));
    }
    let account = app.billing.table.account(&caller.tenant).await?;
    shown(&app, &account).await
}

/// Reads the subscription from Stripe, and shows it.
///
/// For the return from checkout, when the webhook event may not have arrived. Reads: four items. Writes: where the
/// account has been a customer one transaction of two items. Requests to Stripe: one, where the account has been a
/// customer.
#[utoipa::path(
    post,
    path = "/api/billing/subscription/refresh",
    tag = "billing",
    params(IdempotencyHeader),
    responses(
        (status = 200, description = "The subscription, as Stripe has it.", body = SubscriptionView),
        (status = 429, description = "`rate_limited`: Stripe is asked six times a minute for one account."),
        (status = 503, description = "`unavailable`: Stripe does not answer. What is stored is as it was."),
    )
)]
pub(crate) async fn refresh_subscription(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    _: Idempotent,
) -> Answer<Json<SubscriptionView>> {
    app.limiter.take_token("RATE_STRIPE_REFRESH", &caller.tenant.to_string(), refresh_rate()).await?;
    let billing = &app.billing;
    let synced = sync_subscription(&billing.stripe, &billing.table, &billing.prices, &caller.tenant);
    let account = in_time(synced, not_synced).await?;
    shown(&app, &account).await
}

async fn shown(app: &App, account: &BillingAccount) -> Answer<Json<SubscriptionView>> {
    let (plan, features) =
        tokio::try_join!(app.entitlements.plan(&account.tenant), app.entitlements.features(&account.tenant))?;
    Ok(Json(view(account, plan, &features, app.billing.pages.billing())))
}

fn view(account: &BillingAccount, plan: Plan, features: &Features, upgrade_url: String) -> SubscriptionView {
    let subscription = account.subscription.as_ref();
    let is_due = subscription.filter(|it| it.status == SubscriptionStatus::PastDue);
    SubscriptionView {
        plan,
        status: subscription.map_or("none", |it| it.status.as_str()),
        subscribed_plan: subscription.and_then(|it| it.plan),
        current_period_end: subscription.map(|it| it.current_period_end),
        cancel_at_period_end: subscription.is_some_and(|it| it.cancel_at_period_end),
        grace_until: is_due.and_then(|it| it.grace_until()),
        locked: Feature::ALL
            .iter()
            .filter_map(|feature| locked(*feature, plan, subscription, features))
            .collect(),
        upgrade_url,
        synced_at: account.synced_at,
    }
}

fn locked(
    feature: Feature,
    plan: Plan,
    subscription: Option<&billing::Subscription>,
    features: &Features,
) -> Option<Locked> {
    let (code, reason) = if plan == Plan::Free {
        let reason = match subscription.map(|it| it.status) {
            None | Some(SubscriptionStatus::IncompleteExpired) => "It is part of the paid plans.",
            Some(SubscriptionStatus::Incomplete) => "The first payment is not made yet.",
            Some(SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid) => {
                "The payment has failed, and the days of grace are over."
            }
            Some(SubscriptionStatus::Active | SubscriptionStatus::Trialing) => {
                "The subscription is to a plan that does not include it, or has reached its end."
            }
            Some(_) => "The subscription has ended.",
        };
        ("plan_required", reason)
    } else if features.is_on(feature) {
        return None;
    } else {
        ("feature_disabled", "It is switched off for now.")
    };
    Some(Locked { feature: feature.as_str(), code, reason })
}

#[cfg(test)]
mod tests {
    use billing::{Recurring, Subscription};
    use jiff::SignedDuration;
    use tenancy::TenantId;

    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    fn account(status: SubscriptionStatus) -> BillingAccount {
        let recurring =
            Recurring { amount: 2_900, currency: "usd".into(), interval: "month".into(), interval_count: 1 };
        let subscription = Subscription {
            id: "sub_1".into(),
            status,
            plan: Some(Plan::Pro),
            price: "price_pro".into(),
            recurring,
            current_period_end: at(30),
            cancel_at_period_end: false,
            past_due_since: (status == SubscriptionStatus::PastDue).then(|| at(0)),
            started_at: at(0),
            ended_at: None,
        };
        BillingAccount { subscription: Some(subscription), ..BillingAccount::new(TenantId::new()) }
    }

    fn shown(account: &BillingAccount, now: Timestamp) -> SubscriptionView {
        let plan = account.access().plan_at(now);
        view(account, plan, &Features::default(), "https://app.example.com/billing".into())
    }

    #[test]
    fn without_a_subscription_the_premium_features_are_locked() {
        let shown = shown(&BillingAccount::new(TenantId::new()), at(0));
        assert_eq!((shown.plan, shown.status), (Plan::Free, "none"));
        let locked: Vec<_> = shown.locked.iter().map(|locked| (locked.feature, locked.code)).collect();
        assert_eq!(locked, [("4k", "plan_required"), ("publish", "plan_required")]);
    }

    #[test]
    fn a_paid_plan_locks_nothing() {
        let shown = shown(&account(SubscriptionStatus::Active), at(3));
        assert_eq!((shown.plan, shown.status, shown.locked), (Plan::Pro, "active", vec![]));
        assert_eq!(shown.grace_until, None);
    }

    #[test]
    fn a_due_payment_is_told_with_the_days_that_are_left() {
        let due = account(SubscriptionStatus::PastDue);
        let in_grace = shown(&due, at(6));
        assert_eq!((in_grace.plan, in_grace.locked), (Plan::Pro, vec![]));
        assert_eq!(in_grace.grace_until, Some(at(0) + SignedDuration::from_hours(7 * 24)));
        let after = shown(&due, at(8));
        assert_eq!((after.plan, after.subscribed_plan), (Plan::Free, Some(Plan::Pro)));
        assert!(after.locked[0].reason.contains("grace"), "{:?}", after.locked);
    }
}
