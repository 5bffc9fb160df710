//! The functions that call Stripe are killed after each of their calls: there is still one customer, one open checkout
//! page and one subscription.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chaos::{ProcessKiller, set_visibility_timeout};
use client::{Api, ApiResponse, Method, StatusCode};
use fault_proxy::FaultProxy;
use harness::{Aws, MockStripe, OwnStack, StackOption, UNLIMITED, minutes, new_user};
use serde_json::{Value, json};

/// More calls than a request or an event takes.
const MOST_CALLS: usize = 30;

/// How often in a row no process must be killed before every call has been covered. Once is not enough: a process may have
/// ended by itself just then.
const ROUNDS_WITHOUT_KILL: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_a_process_dies_there_is_one_customer_and_one_subscription() -> Result<()> {
    let (tables, api) = (FaultProxy::start().await?, FaultProxy::start().await?);
    let (tables_url, api_url) = (tables.url(), api.url());
    let behind = [
        StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &tables_url),
        StackOption::Environment("STRIPE_API_BASE", &api_url),
        StackOption::Environment("STRIPE_RETRY_S", "1"),
    ];
    let own = OwnStack::start("stripe-kills", &[UNLIMITED, &behind].concat())?;
    tables.forward_to(&own.stack.outputs.endpoint);
    api.forward_to(&Aws::of(&own.stack)?.name("stripe")?);
    let stripe = MockStripe::of(&own.stack)?;

    // During a request for a checkout page.
    let killer = ProcessKiller::of(&own.stack, "billing", &[&tables, &api]);
    let (mut kills, mut rounds_without_kill) = (Vec::new(), 0);
    let (mut page, mut person) = (String::new(), new_user(&own.stack).await?);
    for calls in 1..MOST_CALLS {
        person = new_user(&own.stack).await?;
        killer.kill_after(calls);
        let mut answer = checkout(&person.api).await?;
        let killed = killer.disarm();
        if killed.is_some() {
            ensure!(answer.status != StatusCode::OK, "it answered, and was dead");
            answer = checkout(&person.api).await?;
        }
        ensure!(answer.status == StatusCode::OK, "after {killed:?}: {}", answer.text());
        let body: Value = serde_json::from_slice(&answer.body)?;
        page = body["checkout_url"].as_str().context("no page")?.to_owned();
        let tenant = &person.signed_in.tenant;
        let customers = stripe.objects("customer", tenant).await?;
        ensure!(customers.len() == 1, "{killed:?}: {customers:?}");
        let sessions = stripe.inspect("state").await?["objects"]["checkout.session"].clone();
        let open = sessions.as_array().into_iter().flatten();
        let open = open.filter(|it| it["client_reference_id"] == **tenant && it["status"] == "open").count();
        ensure!(open == 1, "{killed:?}: {open} pages are open");
        rounds_without_kill = killed.as_ref().map_or(rounds_without_kill + 1, |_| 0);
        kills.extend(killed);
        if rounds_without_kill == ROUNDS_WITHOUT_KILL {
            break;
        }
    }
    eprintln!("asking for a page: {} kills: {}", kills.len(), kills.join(", "));
    ensure!(kills.len() >= 8, "{kills:?}");

    // During the processing of a webhook event.
    set_visibility_timeout(&own.stack, "stripe_sync_queue", 3).await?;
    stripe.pay(&page).await?;
    shows(&person.api, |shown| shown["status"] == "active").await?;
    let id = stripe.subscription(&person.signed_in.tenant).await?;
    let killer = ProcessKiller::of(&own.stack, "stripe-sync", &[&tables, &api]);
    let (mut kills, mut rounds_without_kill) = (Vec::new(), 0);
    for calls in 1..MOST_CALLS {
        // One event after the other, so that no other event does this one's work.
        tokio::time::sleep(Duration::from_secs(2)).await;
        killer.kill_after(calls);
        let ends = calls % 2 == 1;
        let (command, given) =
            if ends { ("cancel", json!({ "when": "period_end" })) } else { ("resume", json!({})) };
        stripe.command(&format!("subscriptions/{id}/{command}"), &given).await?;
        shows(&person.api, |shown| shown["cancel_at_period_end"] == ends).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let killed = killer.disarm();
        rounds_without_kill = killed.as_ref().map_or(rounds_without_kill + 1, |_| 0);
        kills.extend(killed);
        if rounds_without_kill == ROUNDS_WITHOUT_KILL {
            break;
        }
    }
    eprintln!("processing an event: {} kills: {}", kills.len(), kills.join(", "));
    ensure!(kills.len() >= 5, "{kills:?}");
    ensure!(stripe.objects("customer", &person.signed_in.tenant).await?.len() == 1);
    ensure!(stripe.subscription(&person.signed_in.tenant).await? == id);
    Ok(())
}

async fn checkout(api: &Api) -> Result<ApiResponse> {
    let order = json!({ "plan": "pro" });
    Ok(api.call(Method::POST, "/api/billing/checkout").json(&order).send().await?)
}

async fn shows(api: &Api, holds: impl Fn(&Value) -> bool) -> Result<()> {
    let began = Instant::now();
    loop {
        let shown: Value = api.get("/api/billing/subscription").await?.json()?;
        if holds(&shown) {
            return Ok(());
        }
        ensure!(began.elapsed() < minutes(1), "{shown}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
