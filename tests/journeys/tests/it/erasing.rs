//! From the moment that an account is deleted its credentials are refused and its jobs end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{Method, StatusCode};
use cloud::table::{Item, Table};
use harness::{Aws, DRAFT, MockStripe, OwnStack, UNLIMITED, is_authorized, minutes, new_user};
use serde_json::{Value, json};
use tenancy::TenantId;

#[tokio::test]
async fn a_deleted_accounts_credentials_end_and_its_jobs_are_cancelled() -> Result<()> {
    let own = OwnStack::start("erasing", UNLIMITED)?;
    let (aws, stripe) = (Aws::of(&own.stack)?, MockStripe::of(&own.stack)?);
    let person = new_user(&own.stack).await?;
    let api = &person.api;
    let order = json!({ "name": "press", "scope": "all" });
    let key: Value =
        api.call(Method::POST, "/api/account/rotate-api-key").json(&order).send().await?.json()?;
    let key = key["key"].as_str().context("no key")?;
    // Stripe is down, so that the erasure stops at its call of Stripe, after the jobs: their state can be inspected.
    let plan = json!({ "plan": "pro" });
    api.call(Method::POST, "/api/billing/checkout").json(&plan).send().await?.success()?;
    stripe.command("fault", &json!({ "mode": "down" })).await?;
    let words: Vec<String> = (0..12).map(|verse| format!("Hosanna {verse}, sing and rejoice.")).collect();
    let project = api.create_project(&harness::text(&words.join("\n\n"))).await?;
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    for credential in [key, &person.signed_in.access_token] {
        ensure!(is_authorized(&own.stack, credential).await?, "it is good until then");
    }

    let asked = api.call(Method::POST, "/api/account/delete?confirm=true").send().await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    for credential in [key, &person.signed_in.access_token] {
        ensure!(!is_authorized(&own.stack, credential).await?, "it still works");
    }
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let (studio, metering) = (aws.table("studio_table")?, aws.table("metering_table")?);
    let began = Instant::now();
    loop {
        let jobs = items(&studio, &tenant, "JOB#").await?;
        let status = jobs.iter().find(|item| text(item, "id") == job.id).map(|item| text(item, "status"));
        if status == Some("cancelled") && items(&metering, &tenant, "HOLD#").await?.is_empty() {
            return Ok(());
        }
        ensure!(began.elapsed() < minutes(1), "the job is {status:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn items(table: &Table, tenant: &TenantId, prefix: &str) -> Result<Vec<Item>> {
    let all = table.items(&tenant.partition(), None).await?.items;
    Ok(all.into_iter().filter(|item| text(item, "sk").starts_with(prefix)).collect())
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
