//! Subscriptions: a tenant's plan follows the subscription in Stripe, through payments, failed payments and faults.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{Api, ApiResponse, Job, Method, Project, StatusCode};
use fault_proxy::{Fault, FaultProxy};
use harness::{
    Aws, MockStripe, OwnStack, StackOption, TestUser, UNLIMITED, minutes, new_user, render_film, wait_for_job,
};
use serde_json::{Value, json};

/// The resolution that only paid plans have.
const UHD: &str = "4k";

/// How long a checkout may take when Stripe does not answer.
const MAX_DURATION: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_tenant_subscribes_pays_fails_to_pay_and_loses_nothing_but_the_plan() -> Result<()> {
    let own = OwnStack::start("billing", UNLIMITED)?;
    let stripe = MockStripe::of(&own.stack)?;
    // The clock is set back, so that the first tenant's renewal fails ten days ago and the second one's three days ago.
    stripe.command("clock", &json!({ "set_back_s": 40 * 86_400 })).await?;
    let late = new_user(&own.stack).await?;
    subscribe(&stripe, &late, "pro").await?;
    fails_to_pay(&stripe, &late).await?;
    stripe.advance(7.0).await?;

    let person = new_user(&own.stack).await?;
    let api = &person.api;
    let (project, _, video) = render_film(api, &["Amen."]).await?;
    let refused = order(api, &project).await?;
    let problem = refused.problem().context("no problem")?;
    assert_eq!((problem.status, problem.code.as_str()), (402, "plan_required"), "{}", refused.text());
    let upgrade = &problem_of(&refused)?["upgrade_url"];
    assert_eq!(*upgrade, format!("{}/billing", own.stack.outputs.frontend));
    let shown = subscription(api, false).await?;
    assert_eq!((shown["status"].as_str(), shown["plan"].as_str()), (Some("none"), Some("free")));
    assert_eq!(shown["locked"][0]["code"], "plan_required", "{shown}");

    subscribe(&stripe, &person, "pro").await?;
    let shown = subscription(api, false).await?;
    assert_eq!(
        (shown["status"].as_str(), shown["locked"].as_array().map(Vec::len)),
        (Some("active"), Some(0))
    );
    // A second subscription cannot be bought; the first can be changed.
    let again = call(api, "checkout", &json!({ "plan": "enterprise" })).await?;
    assert_eq!(again.problem().map(|problem| problem.code), Some("already_subscribed".into()));
    let portal = call(api, "portal", &json!({ "plan": "enterprise" })).await?;
    assert!(problem_of(&portal)?["portal_url"].as_str().is_some_and(|url| url.starts_with("http")));

    let job: Job = accepted(api, &project).await?.json()?;
    let job = wait_for_job(api, &job, minutes(8)).await?;
    let uhd = api.video(job.video.as_deref().context("no video")?).await?;
    assert_eq!((uhd.width, uhd.height), (3840, 2160));

    // The renewal fails: the plan stays for a week of grace.
    fails_to_pay(&stripe, &person).await?;
    // A month, and the hour for which an invoice stays a draft.
    stripe.advance(31.2).await?;
    for (tenant, plan, is_locked) in [(&person, "pro", false), (&late, "free", true)] {
        until(&tenant.api, |shown| shown["status"] == "past_due").await?;
        let shown = subscription(&tenant.api, false).await?;
        assert_eq!(shown["plan"], plan, "{shown}");
        assert!(shown["grace_until"].is_string() && shown["subscribed_plan"] == "pro", "{shown}");
        assert_eq!(shown["locked"].as_array().is_some_and(|locked| !locked.is_empty()), is_locked, "{shown}");
    }
    accepted(api, &project).await?;

    // The retries of the payment fail as well, and the plan ends.
    stripe.advance(16.0).await?;
    until(api, |shown| shown["plan"] == "free").await?;
    let refused = refused_at_once(api, &project).await?;
    assert_eq!(refused.problem().map(|problem| problem.code), Some("plan_required".into()));
    for kept in [&video.id, &uhd.id] {
        assert_eq!(api.video(kept).await?.id, *kept);
    }
    assert!(api.projects().await?.items.iter().any(|kept| kept.id == project.id));
    let account = api.account().await?;
    assert_eq!(account.tenant.plan, "free");

    // Each tenant has one customer at most, and one whose plan has ended can subscribe again.
    for tenant in [&person, &late] {
        let customers = stripe.objects("customer", &tenant.signed_in.tenant).await?;
        assert!(customers.len() <= 1, "{customers:?}");
    }
    subscribe(&stripe, &person, "enterprise").await?;
    assert_eq!(subscription(api, false).await?["plan"], "enterprise");
    Ok(())
}

#[tokio::test]
async fn events_may_be_lost_repeated_and_late_and_stripe_may_not_answer() -> Result<()> {
    let queue = FaultProxy::start().await?;
    let behind = [
        UNLIMITED,
        &[
            StackOption::Environment("AWS_ENDPOINT_URL_SQS", &queue.url()),
            StackOption::Environment("STRIPE_RETRY_S", "1"),
        ],
    ];
    let own = OwnStack::start("stripe-faults", &behind.concat())?;
    queue.forward_to(&own.stack.outputs.endpoint);
    let (stripe, aws) = (MockStripe::of(&own.stack)?, Aws::of(&own.stack)?);
    let person = new_user(&own.stack).await?;
    let (api, tenant) = (&person.api, &person.signed_in.tenant);

    // Stripe is down or does not answer: the request fails in time, and nothing was created.
    for fault in ["down", "hang", "error500", "rate_limit"] {
        stripe.command("fault", &json!({ "mode": fault })).await?;
        let began = Instant::now();
        let answer = call(api, "checkout", &json!({ "plan": "pro" })).await?;
        ensure!(began.elapsed() < MAX_DURATION, "{fault}: {:?}", began.elapsed());
        let problem = answer.problem().with_context(|| answer.text().to_owned())?;
        assert_eq!((problem.status, problem.code.as_str()), (503, "unavailable"), "{fault}");
        assert!(answer.header("retry-after").is_some(), "{fault}");
    }
    stripe.command("fault", &json!({ "mode": "none" })).await?;
    assert_eq!(stripe.objects("customer", tenant).await?.len(), 0);
    // A request that took effect and whose answer was lost is not repeated with effect.
    stripe.command("fault", &json!({ "mode": "lost", "method": "POST", "times": 1 })).await?;
    assert_eq!(
        call(api, "checkout", &json!({ "plan": "pro" })).await?.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let page = call(api, "checkout", &json!({ "plan": "pro" })).await?;
    let first = problem_of(&page)?["checkout_url"].as_str().context("no page")?.to_owned();
    assert_eq!(stripe.objects("customer", tenant).await?.len(), 1);

    // Of two checkout pages only the later one stays open.
    let page = call(api, "checkout", &json!({ "plan": "enterprise" })).await?;
    let second = problem_of(&page)?["checkout_url"].as_str().context("no page")?.to_owned();
    assert_ne!(first, second);
    assert!(stripe.pay(&first).await.is_err(), "somebody could pay twice");

    // SQS refuses the events: the webhook answers 503, and Stripe delivers them again.
    quiet(&stripe, api).await?;
    queue.inject(Fault::ServerError);
    stripe.pay(&second).await?;
    let refused = async || -> Result<bool> {
        let tries = stripe.inspect("deliveries").await?["tries"].clone();
        Ok(tries.as_array().is_some_and(|tries| tries.iter().any(|attempt| attempt["status"] == 503)))
    };
    eventually(refused, "no event was refused").await?;
    assert_eq!(subscription(api, false).await?["status"], "none");
    queue.clear_fault();
    until(api, |shown| shown["status"] == "active").await?;

    // With a refresh, which the page after a checkout asks for, no event has to come first.
    quiet(&stripe, api).await?;
    stripe.command("delivery", &json!({ "mode": "hold" })).await?;
    let id = stripe.subscription(tenant).await?;
    let cancel = format!("subscriptions/{id}/cancel");
    stripe.command(&cancel, &json!({ "when": "period_end" })).await?;
    assert_eq!(subscription(api, false).await?["cancel_at_period_end"], false, "no event came");
    assert_eq!(subscription(api, true).await?["cancel_at_period_end"], true, "it was looked up");

    // Events that are delivered late, out of order and twice do not overwrite newer state.
    stripe.command(&format!("subscriptions/{id}/resume"), &json!({})).await?;
    let held = stripe.inspect("held").await?;
    let held: Vec<String> = ids(&held);
    assert!(held.len() >= 2, "{held:?}");
    let backwards: Vec<&String> = held.iter().rev().chain(held.iter()).collect();
    stripe.command("deliver", &json!({ "events": backwards })).await?;
    until(api, |shown| shown["cancel_at_period_end"] == false).await?;
    // One that is still on its way would tell of the cancelling below, before the reconciliation could find it.
    settled(api).await?;

    // The reconciliation finds a lost event, and repairs the state only with `apply`.
    stripe.command(&cancel, &json!({ "when": "now" })).await?;
    let lost = ids(&stripe.inspect("held").await?);
    stripe.command("drop", &json!({ "events": lost })).await?;
    let report = aws.operator_stdout(&["reconcile", "report"]).await?;
    assert!(report.contains("subscription") && report.contains("1 differ\n"), "{report}");
    assert_eq!(subscription(api, false).await?["status"], "active", "a report mends nothing");
    let applied = aws.operator_stdout(&["reconcile", "apply"]).await?;
    assert!(applied.contains("1 differ, 1 mended"), "{applied}");
    assert_eq!(subscription(api, false).await?["status"], "canceled");
    assert!(aws.operator_stdout(&["reconcile", "report"]).await?.contains("0 differ"), "it is mended");

    // Only the operator's tenant sees the revenue.
    let revenue = api.get("/api/billing/revenue").await?;
    assert_eq!(revenue.status, StatusCode::NOT_FOUND);
    events_without_a_valid_signature_are_refused(&own, &aws).await
}

#[tokio::test]
async fn an_event_that_cannot_be_processed_is_dead_lettered_after_five_tries_and_can_be_redriven()
-> Result<()> {
    let hurry = [UNLIMITED, &[StackOption::Environment("STRIPE_RETRY_S", "1")]];
    let own = OwnStack::start("stripe-dead-letters", &hurry.concat())?;
    let (stripe, aws) = (MockStripe::of(&own.stack)?, Aws::of(&own.stack)?);
    let person = new_user(&own.stack).await?;
    let page = call(&person.api, "checkout", &json!({ "plan": "enterprise" })).await?;
    let url = problem_of(&page)?["checkout_url"].as_str().context("no page")?.to_owned();

    stripe.command("fault", &json!({ "mode": "error500", "path_prefix": "/v1/subscriptions" })).await?;
    stripe.command("webhook", &json!({ "types": ["customer.subscription.created"] })).await?;
    let began = Instant::now();
    stripe.pay(&url).await?;
    let queues = aws_sdk_sqs::Client::new(&aws.config);
    let dead = aws.name("stripe_sync_dead_letters")?;
    let is_dead = async || -> Result<bool> {
        let count = aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages;
        let asked = queues.get_queue_attributes().queue_url(&dead).attribute_names(count.clone());
        let told = asked.send().await?;
        Ok(told.attributes().and_then(|told| told.get(&count)).is_some_and(|count| count == "1"))
    };
    eventually(is_dead, "it was not put aside").await?;
    // 1, 2, 4 and 8 s between the five tries.
    assert!(began.elapsed() >= Duration::from_secs(15), "{:?}", began.elapsed());
    let calls = stripe.inspect("calls").await?;
    let tries = calls["data"].as_array().or(calls.as_array()).into_iter().flatten();
    let tries = tries.filter(|call| call["path"] == "/v1/subscriptions" && call["status"] == 500).count();
    assert!(tries >= 5, "{tries}");
    assert_eq!(subscription(&person.api, false).await?["status"], "none");

    stripe.command("fault", &json!({ "mode": "none" })).await?;
    aws.operator_stdout(&["redrive", "--queue", "stripe-sync"]).await?;
    until(&person.api, |shown| shown["plan"] == "enterprise").await?;

    // A downgrade takes effect at the end of the paid period.
    stripe.command("webhook", &json!({ "types": ["*"] })).await?;
    let id = stripe.subscription(&person.signed_in.tenant).await?;
    let smaller = json!({ "price": "price_pro", "when": "period_end" });
    stripe.command(&format!("subscriptions/{id}/change"), &smaller).await?;
    quiet(&stripe, &person.api).await?;
    assert_eq!(subscription(&person.api, true).await?["plan"], "enterprise");
    stripe.advance(31.2).await?;
    until(&person.api, |shown| shown["plan"] == "pro").await
}

/// Sends the webhook events without a signature of Stripe's.
async fn events_without_a_valid_signature_are_refused(own: &OwnStack, aws: &Aws) -> Result<()> {
    let url = aws.name("stripe_webhook")?;
    let body = json!({ "id": "evt_1", "type": "invoice.paid", "data": { "object": { "id": "in_1", "customer": "cus_1" } } });
    for signature in [None, Some("t=1,v1=00"), Some("")] {
        let mut request = own.stack.api().call(Method::POST, &url).json(&body);
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        let answer = request.send().await?;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    }
    Ok(())
}

/// Buys a plan on Stripe's checkout page, and waits until the webhook has set the plan.
async fn subscribe(stripe: &MockStripe, person: &TestUser, plan: &str) -> Result<()> {
    let page = call(&person.api, "checkout", &json!({ "plan": plan })).await?;
    let body = problem_of(&page)?;
    let url = body["checkout_url"].as_str().with_context(|| page.text().to_owned())?;
    stripe.pay(url).await?;
    until(&person.api, |shown| shown["status"] == "active" && shown["plan"] == plan).await
}

async fn fails_to_pay(stripe: &MockStripe, person: &TestUser) -> Result<()> {
    let id = stripe.subscription(&person.signed_in.tenant).await?;
    stripe.command(&format!("subscriptions/{id}/payment"), &json!({ "payment": "fails" })).await.map(drop)
}

async fn call(api: &Api, what: &str, body: &Value) -> Result<ApiResponse> {
    Ok(api.call(Method::POST, &format!("/api/billing/{what}")).json(body).send().await?)
}

async fn subscription(api: &Api, refresh: bool) -> Result<Value> {
    let (method, path) = match refresh {
        true => (Method::POST, "/api/billing/subscription/refresh"),
        false => (Method::GET, "/api/billing/subscription"),
    };
    Ok(api.call(method, path).send().await?.json()?)
}

/// Waits until the subscription satisfies a condition.
async fn until(api: &Api, holds: impl Fn(&Value) -> bool) -> Result<()> {
    let began = Instant::now();
    loop {
        let shown = subscription(api, false).await?;
        if holds(&shown) {
            return Ok(());
        }
        ensure!(began.elapsed() < minutes(1), "{shown}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn eventually(holds: impl AsyncFn() -> Result<bool>, otherwise: &str) -> Result<()> {
    let began = Instant::now();
    while !holds().await? {
        ensure!(began.elapsed() < minutes(1), "{otherwise}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Waits until all events are delivered and processed.
async fn quiet(stripe: &MockStripe, api: &Api) -> Result<()> {
    eventually(async || Ok(stripe.inspect("deliveries").await?["idle"] == true), "events are left").await?;
    settled(api).await
}

/// Waits until the account's subscription has not been read from Stripe for two seconds.
async fn settled(api: &Api) -> Result<()> {
    let is_quiet = async || {
        let before = subscription(api, false).await?["synced_at"].clone();
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(subscription(api, false).await?["synced_at"] == before)
    };
    eventually(is_quiet, "the account changes all the time").await
}

async fn order(api: &Api, project: &Project) -> Result<ApiResponse> {
    let path = format!("/api/v1/projects/{}/render", project.id);
    Ok(api.call(Method::POST, &path).json(&json!({ "resolution": UHD })).send().await?)
}

/// Starts a 4K render, which is accepted at once: the plan is read afresh, however old the authorizer's answer is.
async fn accepted(api: &Api, project: &Project) -> Result<ApiResponse> {
    ordered(api, project, StatusCode::ACCEPTED).await
}

async fn refused_at_once(api: &Api, project: &Project) -> Result<ApiResponse> {
    ordered(api, project, StatusCode::PAYMENT_REQUIRED).await
}

async fn ordered(api: &Api, project: &Project, status: StatusCode) -> Result<ApiResponse> {
    let answer = order(api, project).await?;
    ensure!(answer.status == status, "{} instead of {status}: {}", answer.status, answer.text());
    Ok(answer)
}

fn problem_of(answer: &ApiResponse) -> Result<Value> {
    Ok(serde_json::from_slice(&answer.body)?)
}

fn ids(listed: &Value) -> Vec<String> {
    let events = listed["data"].as_array().cloned().unwrap_or_default();
    events.into_iter().filter_map(|event| event["id"].as_str().map(str::to_owned)).collect()
}
