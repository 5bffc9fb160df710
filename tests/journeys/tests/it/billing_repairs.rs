//! Changes that somebody makes in Stripe's Dashboard, and how they are reconciled.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{Api, ApiResponse, Method, StatusCode};
use harness::{Aws, MockStripe, OwnStack, StackOption, TestUser, UNLIMITED, new_user};
use serde_json::{Value, json};

/// How long a route may take when Stripe is slow.
const MAX_DURATION: Duration = Duration::from_secs(10);

#[tokio::test]
async fn changes_made_in_the_stripe_dashboard_are_reconciled() -> Result<()> {
    let own = OwnStack::start("stripe-by-hand", UNLIMITED)?;
    let (stripe, aws) = (MockStripe::of(&own.stack)?, Aws::of(&own.stack)?);
    // No event is delivered: only the reconciliation can find the changes.
    stripe.command("delivery", &json!({ "mode": "hold" })).await?;
    let forgotten = deleted_customer(&stripe, &new_user(&own.stack).await?).await?;
    let greater = two_subscriptions(&stripe, &new_user(&own.stack).await?).await?;
    let stranger = new_user(&own.stack).await?;
    unknown_customer(&stripe, &stranger).await?;

    let report = aws.operator_stdout(&["reconcile", "report"]).await?;
    assert!(report.contains("several") && report.contains("unknown_customer"), "{report}");
    assert!(
        status_of(&stripe, &greater).await? == "active" && status_of(&stripe, &forgotten).await? == "active"
    );
    aws.operator_stdout(&["reconcile", "apply"]).await?;
    // The smaller of the two subscriptions is cancelled in Stripe too, so that it is not charged again.
    assert_eq!(status_of(&stripe, &greater).await?, "active");
    let all =
        stripe.inspect("state").await?["objects"]["subscription"].as_array().cloned().unwrap_or_default();
    let live = all.iter().filter(|subscription| subscription["status"] == "active").count();
    assert_eq!((all.len(), live), (4, 3), "{all:?}");
    assert_eq!(shown(&stranger.api).await?["plan"], "pro", "the customer is the tenant's");
    assert!(aws.operator_stdout(&["reconcile", "report"]).await?.contains("0 differ"), "it is mended");

    // The revenue is shown to the owners of the tenant that the deployment names.
    let tenant = &stranger.signed_in.tenant;
    own.deploy(&[UNLIMITED, &[StackOption::Parameter("OperatorTenant", tenant)]].concat())?;
    let revenue: Value = stranger.api.get("/api/billing/revenue").await?.json()?;
    assert_eq!(revenue["subscriptions"], 3, "{revenue}");
    assert!(revenue["mrr"][0]["amount"].as_i64().is_some_and(|amount| amount > 0), "{revenue}");
    Ok(())
}

#[tokio::test]
async fn a_slow_stripe_is_given_up_in_time() -> Result<()> {
    let own = OwnStack::start("stripe-slow", UNLIMITED)?;
    let stripe = MockStripe::of(&own.stack)?;
    let person = new_user(&own.stack).await?;
    // No single request to Stripe times out; together they would take longer than a client waits.
    stripe.command("fault", &json!({ "mode": "slow", "seconds": 3 })).await?;
    let began = Instant::now();
    let answer = checkout(&person.api, "pro").await?;
    ensure!(began.elapsed() < MAX_DURATION, "{:?}", began.elapsed());
    let problem = answer.problem().with_context(|| answer.text())?;
    assert_eq!((problem.status, problem.code.as_str()), (503, "unavailable"));
    stripe.command("fault", &json!({ "mode": "none" })).await?;
    url(&checkout(&person.api, "pro").await?)?;
    assert_eq!(stripe.objects("customer", &person.signed_in.tenant).await?.len(), 1, "one customer");
    Ok(())
}

/// The customer is deleted before the first payment, and another one is created. Gives the id of the subscription.
async fn deleted_customer(stripe: &MockStripe, person: &TestUser) -> Result<String> {
    let (api, tenant) = (&person.api, &person.signed_in.tenant);
    url(&checkout(api, "pro").await?)?;
    let customers = stripe.objects("customer", tenant).await?;
    let first = customers[0]["id"].as_str().context("no id")?.to_owned();
    stripe.call(Method::DELETE, &format!("customers/{first}"), "").await?;
    let portal = api.call(Method::POST, "/api/billing/portal").json(&json!({})).send().await?;
    assert_eq!(portal.problem().map(|problem| problem.code), Some("not_subscribed".into()));
    stripe.pay(&url(&checkout(api, "pro").await?)?).await?;
    assert_eq!(refreshed(api).await?["plan"], "pro");
    stripe.subscription(tenant).await
}

/// A second subscription is created in the Dashboard. Gives the id of the one with the larger plan.
async fn two_subscriptions(stripe: &MockStripe, person: &TestUser) -> Result<String> {
    let (api, tenant) = (&person.api, &person.signed_in.tenant);
    stripe.pay(&url(&checkout(api, "pro").await?)?).await?;
    refreshed(api).await?;
    let customers = stripe.objects("customer", tenant).await?;
    let customer = customers[0]["id"].as_str().context("no id")?;
    sold(stripe, customer, tenant, "price_enterprise").await?;
    let all = stripe.objects("subscription", tenant).await?;
    let greater = all.iter().find(|it| it["items"]["data"][0]["price"]["id"] == "price_enterprise");
    Ok(greater.and_then(|it| it["id"].as_str()).context("no subscription")?.to_owned())
}

/// A customer with a subscription is created in the Dashboard for a tenant that has none.
async fn unknown_customer(stripe: &MockStripe, person: &TestUser) -> Result<()> {
    let tenant = &person.signed_in.tenant;
    let customer = stripe.call(Method::POST, "customers", &format!("metadata[tenant]={tenant}")).await?;
    sold(stripe, customer["id"].as_str().context("no id")?, tenant, "price_pro").await
}

async fn sold(stripe: &MockStripe, customer: &str, tenant: &str, price: &str) -> Result<()> {
    let form = format!(
        "mode=subscription&customer={customer}&line_items[0][price]={price}&line_items[0][quantity]=1\
         &success_url=https://example.com/&subscription_data[metadata][tenant]={tenant}"
    );
    let session = stripe.call(Method::POST, "checkout/sessions", &form).await?;
    stripe.pay(session["url"].as_str().context("no page")?).await
}

async fn status_of(stripe: &MockStripe, subscription: &str) -> Result<String> {
    let it = stripe.call(Method::GET, &format!("subscriptions/{subscription}"), "").await?;
    Ok(it["status"].as_str().context("no status")?.to_owned())
}

async fn checkout(api: &Api, plan: &str) -> Result<ApiResponse> {
    Ok(api.call(Method::POST, "/api/billing/checkout").json(&json!({ "plan": plan })).send().await?)
}

fn url(page: &ApiResponse) -> Result<String> {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    Ok(page.json::<Value>()?["checkout_url"].as_str().context("no page")?.to_owned())
}

async fn shown(api: &Api) -> Result<Value> {
    Ok(api.get("/api/billing/subscription").await?.json()?)
}

async fn refreshed(api: &Api) -> Result<Value> {
    Ok(api.call(Method::POST, "/api/billing/subscription/refresh").send().await?.json()?)
}
