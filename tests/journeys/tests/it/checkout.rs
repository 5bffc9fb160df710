//! Checkout and what follows at once: the plan counts as soon as it is paid for, Stripe's pages lead back to allowed
//! pages only, and nobody makes the product ask Stripe without end.

use anyhow::{Context as _, Result, ensure};
use client::{Api, ApiResponse, Method, StatusCode};
use harness::{Aws, MockStripe, OwnStack, StackOption, TestUser, UNLIMITED, new_user, text};
use serde_json::{Value, json};

/// An origin besides the frontend's to which Stripe's pages may lead.
const OTHER_ORIGIN: &str = "https://studio.example.org";

#[tokio::test]
async fn who_has_paid_is_served_at_once_and_every_route_agrees() -> Result<()> {
    let own = OwnStack::start("paid-at-once", UNLIMITED)?;
    let stripe = MockStripe::of(&own.stack)?;
    // No event arrives: the page after the payment asks for a refresh.
    stripe.command("delivery", &json!({ "mode": "hold" })).await?;
    let person = new_user(&own.stack).await?;
    let (api, aws) = (&person.api, Aws::of(&own.stack)?);
    let project = api.create_project(&text("The LORD is my light.")).await?.id;

    assert_eq!(plans(api).await?, ["free"; 3]);
    let quote = api.quote(&project, Some("4k")).await?;
    assert_eq!((quote.fits, quote.allowed, quote.plan_required.as_deref()), (true, false, Some("pro")));
    let quote = api.quote(&project, Some("1080p")).await?;
    assert_eq!((quote.allowed, quote.plan_required), (true, None));
    let refused = render(api, &project, "4k").await?;
    assert_eq!(refused.problem().map(|it| (it.status, it.code)), Some((402, "plan_required".into())));
    // Everything is used up: what the greater plan has room for is refused for want of quota.
    let tenant: tenancy::TenantId = person.signed_in.tenant.parse()?;
    let month = tenancy::Month::of(cloud::clock::now());
    let usage = cloud::table::Key::of(&tenant.partition(), format!("USAGE#{month}"));
    let full = json!({ "images_total": 500, "images_used": 500 });
    aws.table("metering_table")?.put(&usage, &full).await?;
    let refused = render(api, &project, "480p").await?;
    assert_eq!(refused.problem().map(|it| (it.status, it.code)), Some((402, "quota_exceeded".into())));

    stripe.pay(&page(&checkout(api, &json!({ "plan": "pro" })).await?, "checkout_url")?).await?;
    assert_eq!(refresh(api).await?.json::<Value>()?["plan"], "pro");
    // The authorizer's answer of a moment ago, which API Gateway keeps for a minute, still says `free`.
    assert_eq!(plans(api).await?, ["pro"; 3]);
    let quote = api.quote(&project, Some("4k")).await?;
    assert_eq!((quote.allowed, quote.plan_required), (true, None));
    for resolution in ["480p", "4k"] {
        let accepted = render(api, &project, resolution).await?;
        ensure!(accepted.status == StatusCode::ACCEPTED, "{resolution}: {}", accepted.text());
        let job = accepted.json::<Value>()?["id"].as_str().context("no id")?.to_owned();
        api.cancel(&job).await?;
    }

    // Whose plan has ended is refused at once as well.
    let id = stripe.subscription(&person.signed_in.tenant).await?;
    stripe.command(&format!("subscriptions/{id}/cancel"), &json!({ "when": "now" })).await?;
    refresh(api).await?.success()?;
    assert_eq!(plans(api).await?, ["free"; 3]);
    let refused = render(api, &project, "4k").await?;
    assert_eq!(refused.problem().map(|it| it.code), Some("plan_required".into()));
    Ok(())
}

#[tokio::test]
async fn add_ons_change_no_plan_and_stripes_pages_lead_back_to_allowed_pages() -> Result<()> {
    let allowed = [UNLIMITED, &[StackOption::Parameter("ReturnOrigins", OTHER_ORIGIN)]].concat();
    let own = OwnStack::start("checkout", &allowed)?;
    let stripe = MockStripe::of(&own.stack)?;
    let person = new_user(&own.stack).await?;
    let (api, frontend) = (&person.api, &own.stack.outputs.frontend);

    for (field, url) in [
        ("success_url", "https://evil.example/thanks".to_owned()),
        ("success_url", format!("{frontend}@evil.example/")),
        ("success_url", format!("{frontend}.evil.example/")),
        ("cancel_url", "//evil.example/".to_owned()),
        ("cancel_url", format!("{frontend}\\\\@evil.example/")),
        ("cancel_url", "javascript:alert(1)".to_owned()),
        ("cancel_url", format!("{OTHER_ORIGIN}:8443/")),
    ] {
        let refused = checkout(api, &json!({ "plan": "pro", field: url })).await?;
        let problem = refused.problem().context("it was accepted")?;
        assert_eq!((problem.status, problem.code.as_str()), (422, "invalid"), "{field} {url}");
        ensure!(refused.text().contains(field), "{}", refused.text());
    }
    assert_eq!(stripe.objects("customer", &person.signed_in.tenant).await?.len(), 0, "nothing was begun");

    let thanks = format!("{OTHER_ORIGIN}/thanks?session={{CHECKOUT_SESSION_ID}}");
    let prices = format!("{frontend}/prices");
    let order = json!({ "plan": "pro", "success_url": thanks, "cancel_url": prices });
    let url = page(&checkout(api, &order).await?, "checkout_url")?;
    let sessions = stripe.inspect("state").await?["objects"]["checkout.session"].clone();
    let session = sessions.as_array().and_then(|all| all.last()).context("no session")?;
    assert_eq!((&session["success_url"], &session["cancel_url"]), (&json!(thanks), &json!(prices)));
    stripe.pay(&url).await?;
    assert_eq!(refresh(api).await?.json::<Value>()?["plan"], "pro");

    let refused = portal(api, &json!({ "return_url": "https://evil.example/" })).await?;
    assert_eq!(refused.problem().map(|it| it.status), Some(422));
    for order in [json!({ "return_url": prices }), json!({})] {
        page(&portal(api, &order).await?, "portal_url")?;
    }

    // Somebody adds an item in the Dashboard, before that of the plan.
    let id = stripe.subscription(&person.signed_in.tenant).await?;
    stripe.command(&format!("subscriptions/{id}/add-on"), &json!({ "price": "price_seats" })).await?;
    let shown: Value = refresh(api).await?.json()?;
    assert_eq!((&shown["plan"], &shown["subscribed_plan"]), (&json!("pro"), &json!("pro")), "{shown}");
    // Stripe confirms no change of a subscription with several items: its portal opens with the first page.
    page(&portal(api, &json!({ "plan": "enterprise" })).await?, "portal_url")?;

    stripe_is_asked_a_few_times_a_minute(&stripe, &person).await
}

async fn stripe_is_asked_a_few_times_a_minute(stripe: &MockStripe, person: &TestUser) -> Result<()> {
    let asked = async || -> Result<usize> {
        let calls = stripe.inspect("calls").await?;
        let calls = calls["data"].as_array().or(calls.as_array()).cloned().unwrap_or_default();
        Ok(calls.iter().filter(|call| call["path"] == "/v1/subscriptions").count())
    };
    let before = asked().await?;
    let mut limited = None;
    for _ in 0..8 {
        let answer = refresh(&person.api).await?;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            limited = Some(answer);
        }
    }
    let limited = limited.context("Stripe is asked as often as anybody likes")?;
    assert!(limited.header("retry-after").is_some());
    assert!(asked().await? - before < 8, "a refused request does not reach Stripe");
    // A plain look asks nobody, and is not counted.
    let before = asked().await?;
    for _ in 0..8 {
        person.api.get("/api/billing/subscription").await?.success()?;
    }
    assert_eq!(asked().await?, before);
    // What earlier versions took is refused, with what to send instead.
    let earlier = person.api.get("/api/billing/subscription?refresh=true").await?;
    let problem = earlier.problem().with_context(|| earlier.text())?;
    assert_eq!((problem.status, &problem.members["errors"][0]["parameter"]), (422, &json!("refresh")));
    assert!(earlier.text().contains("POST /api/billing/subscription/refresh"), "{}", earlier.text());
    // A refresh writes, and so it is in the audit log.
    let log: Value = person.api.get("/api/account/audit?limit=100").await?.json()?;
    let entries = log["items"].as_array().context("no items")?;
    ensure!(entries.iter().any(|it| it["action"] == "POST /api/billing/subscription/refresh"), "{log}");
    Ok(())
}

/// The plan as subscription, account and usage show it.
async fn plans(api: &Api) -> Result<[String; 3]> {
    let subscription: Value = api.get("/api/billing/subscription").await?.json()?;
    let plan = subscription["plan"].as_str().context("no plan")?.to_owned();
    let usage: Value = api.get("/api/account/usage").await?.json()?;
    Ok([plan, api.account().await?.tenant.plan, usage["plan"].as_str().context("no plan")?.to_owned()])
}

async fn render(api: &Api, project: &str, resolution: &str) -> Result<ApiResponse> {
    let path = format!("/api/v1/projects/{project}/render");
    Ok(api.call(Method::POST, &path).json(&json!({ "resolution": resolution })).send().await?)
}

async fn refresh(api: &Api) -> Result<ApiResponse> {
    Ok(api.call(Method::POST, "/api/billing/subscription/refresh").send().await?)
}

async fn checkout(api: &Api, order: &Value) -> Result<ApiResponse> {
    Ok(api.call(Method::POST, "/api/billing/checkout").json(order).send().await?)
}

async fn portal(api: &Api, order: &Value) -> Result<ApiResponse> {
    Ok(api.call(Method::POST, "/api/billing/portal").json(order).send().await?)
}

fn page(answer: &ApiResponse, name: &str) -> Result<String> {
    ensure!(answer.status == StatusCode::OK, "{}", answer.text());
    Ok(answer.json::<Value>()?[name].as_str().context("no page")?.to_owned())
}
