//! From the moment that an account is deleted its credentials are refused and its jobs end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{LocalStack, Method, StatusCode};
use cloud::clock;
use cloud::table::{Item, Key, Table};
use harness::{Aws, DRAFT, MockStripe, OwnStack, StackOption, UNLIMITED, is_authorized, minutes, new_user};
use protection::{Tombstone, Tombstones};
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

#[tokio::test]
async fn an_erased_accounts_customer_is_deleted_its_invoices_stay_and_the_mails_say_so() -> Result<()> {
    let quick = [
        UNLIMITED,
        &[
            StackOption::Environment("ERASURE_SETTLED_S", "1"),
            StackOption::Parameter("LogRetentionDays", "90"),
        ],
    ];
    let own = OwnStack::start("erased-customer", &quick.concat())?;
    let (aws, stripe) = (Aws::of(&own.stack)?, MockStripe::of(&own.stack)?);
    let person = new_user(&own.stack).await?;
    let (api, tenant) = (&person.api, &person.signed_in.tenant);
    let page = api.call(Method::POST, "/api/billing/checkout").json(&json!({ "plan": "pro" })).send().await?;
    stripe.pay(page.json::<Value>()?["checkout_url"].as_str().context("no page")?).await?;
    let customer = stripe.objects("customer", tenant).await?[0]["id"].as_str().context("no id")?.to_owned();
    // A second customer, as one that was made anew: the tenant's account names one of them only.
    let other = stripe.call(Method::POST, "customers", &format!("metadata[tenant]={tenant}")).await?;
    let other = other["id"].as_str().context("no id")?.to_owned();
    let owner = json!({ "tenant": tenant, "customer": other });
    let key = Key::of(&tenancy::Partition::platform(), format!("CUSTOMER#{other}"));
    aws.table("billing_table")?.put(&key, &owner).await?;

    let asked = api.call(Method::POST, "/api/account/delete?confirm=true").send().await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    let began = Instant::now();
    let mails = loop {
        let mails = own.stack.mails_to(&person.email).await?;
        if mails.iter().any(|mail| mail.subject == "Your DevotionalAI account is deleted") {
            break mails;
        }
        ensure!(began.elapsed() < minutes(3), "it is never complete");
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    for id in [&customer, &other] {
        let left = stripe.call(Method::GET, &format!("customers/{id}"), "").await?;
        assert_eq!(left["deleted"], true, "{left}");
        ensure!(left["metadata"].is_null() && left["email"].is_null(), "{left}");
    }
    let state = stripe.inspect("state").await?;
    let of = |kind: &str| -> Vec<Value> {
        let all = state["objects"][kind].as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|it| it["customer"] == customer.as_str()).collect()
    };
    ensure!(of("subscription").iter().all(|it| it["status"] == "canceled"), "{:?}", of("subscription"));
    ensure!(of("invoice").iter().any(|it| it["status"] == "paid"), "invoices stay: the law asks for them");

    let about: Vec<_> = mails.iter().filter(|mail| mail.subject.contains("account is")).collect();
    assert_eq!(about.len(), 2);
    for mail in about {
        // The longest of the copies, the parameter of the logs, and Stripe.
        for said in ["35 days", "5 days", "90 days", "Stripe"] {
            ensure!(mail.body_text.contains(said), "{said}: {}", mail.body_text);
        }
    }
    goes_on_from_its_tombstone(&own.stack, &aws).await
}

/// The table of accounts was restored to a time before an erasure: its item is lost, and its tombstone is not complete.
async fn goes_on_from_its_tombstone(stack: &LocalStack, aws: &Aws) -> Result<()> {
    let person = new_user(stack).await?;
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let resume = ["erasure", "resume", "--tenant", &person.signed_in.tenant];
    let refused = aws.run_operator(&resume).await?;
    ensure!(!refused.status.success(), "nobody has asked for this erasure");
    let tombstones = Tombstones::new(aws.vault()?);
    let begun =
        Tombstone { tenant, requested_at: clock::now(), erased_at: None, counts: BTreeMap::default() };
    tombstones.put(&begun).await?;
    aws.operator_stdout(&resume).await?;
    let (verify, began) = (["erasure", "verify", "--tenant", &person.signed_in.tenant], Instant::now());
    while !aws.run_operator(&verify).await?.status.success() {
        ensure!(began.elapsed() < minutes(3), "the erasure does not go on");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let complete = tombstones.get(&tenant).await?;
    ensure!(complete.is_some_and(|stone| stone.erased_at.is_some()), "its tombstone does not say so");
    let mails = stack.mails_to(&person.email).await?;
    ensure!(mails.iter().any(|mail| mail.subject.ends_with("account is deleted")), "its owner is not told");
    Ok(())
}

async fn items(table: &Table, tenant: &TenantId, prefix: &str) -> Result<Vec<Item>> {
    let all = table.items(&tenant.partition(), None).await?.items;
    Ok(all.into_iter().filter(|item| text(item, "sk").starts_with(prefix)).collect())
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
