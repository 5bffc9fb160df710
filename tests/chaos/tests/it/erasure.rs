//! A tenant is erased by processes that are killed after each of their calls: nothing of the tenant is left, and no other
//! tenant's data is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chaos::{ProcessKiller, Snapshot, set_visibility_timeout};
use client::{ApiResponse, Browser, Method, StatusCode};
use fault_proxy::{Call, Fault, FaultProxy};
use harness::{
    Aws, MockStripe, OwnStack, StackOption, TenantFixture, TestUser, UNLIMITED, is_authorized, minutes,
};
use serde_json::{Value, json};
use tenancy::{ObjectKey, TenantId, uuid::Uuid};

/// `ERASURE_SETTLED_S`: how long nothing new must have appeared before the erasure counts as done, seconds.
const SETTLED_S: &str = "8";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_it_dies_nothing_is_left_and_nobody_else_is_touched() -> Result<()> {
    let (aws, api) = (FaultProxy::start().await?, FaultProxy::start().await?);
    let (aws_url, api_url) = (aws.url(), api.url());
    let behind = [
        StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &aws_url),
        StackOption::Environment("AWS_ENDPOINT_URL_S3", &aws_url),
        StackOption::Environment("AWS_ENDPOINT_URL_SQS", &aws_url),
        StackOption::Environment("STRIPE_API_BASE", &api_url),
        StackOption::Environment("STRIPE_RETRY_S", "1"),
        StackOption::Environment("ERASURE_RETRY_S", "1"),
        StackOption::Environment("ERASURE_SETTLED_S", SETTLED_S),
    ];
    let own = OwnStack::start("erasure-kills", &[UNLIMITED, &behind].concat())?;
    aws.forward_to(&own.stack.outputs.endpoint);
    api.forward_to(&Aws::of(&own.stack)?.name("stripe")?);
    set_visibility_timeout(&own.stack, "erasure_queue", 3).await?;
    let stripe = MockStripe::of(&own.stack)?;

    let going = TenantFixture::create(&own.stack).await?;
    let staying = TenantFixture::create(&own.stack).await?;
    for owner in [&going.person, &staying.person] {
        subscribe(&stripe, owner).await?;
        create_leftovers(&own, owner).await?;
    }
    let tenant = going.person.signed_in.tenant.clone();
    let texts = [tenant.as_str(), going.person.signed_in.user.as_str(), going.person.email.as_str()];
    let other_texts = [staying.person.signed_in.tenant.as_str(), staying.person.email.as_str()];
    settled(&own).await?;
    let before = Snapshot::of(&own.stack).await?;
    let found = before.mentioning(&texts);
    eprintln!("before: {}\n  {}", Snapshot::summary(&found), found.join("\n  "));
    ensure!(found.len() > 20, "{found:?}");
    let others = before.mentioning(&other_texts);

    // Without a confirmation the request is refused.
    let asked = delete(&going.person, "").await?;
    ensure!(asked.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.text());
    ensure!(going.person.api.account().await.is_ok());
    // While Stripe is down the subscription cannot be cancelled, and the erasure must not go on: the tenant would be
    // charged for what it cannot use any more.
    api.inject(Fault::ServerError);
    let killer = ProcessKiller::of(&own.stack, "tenant-purge", &[&aws, &api]);
    let begun = Instant::now();
    let asked = delete(&going.person, "?confirm=true").await?;
    ensure!(asked.status == StatusCode::ACCEPTED, "{}", asked.text());
    ensure!(
        !is_authorized(&own.stack, &going.person.signed_in.access_token).await?,
        "the access token still works"
    );
    let mut browser = Browser::new(&own.stack);
    let (_, again) = own.stack.sign_in_with(&mut browser, &going.person.email).await?;
    ensure!(again.tenant != tenant, "signed in to an account that is being deleted");
    tokio::time::sleep(Duration::from_secs(3)).await;
    ensure!(stripe.subscription(&tenant).await.is_ok() && status(&stripe, &tenant).await? == "active");
    api.clear_fault();

    let (met, mut kills) = (Arc::new(Mutex::new(BTreeSet::new())), Vec::new());
    loop {
        let (met, mut counts) = (met.clone(), BTreeMap::new());
        // Kill after each call after which no process was killed yet; equal calls are told apart by their number.
        killer.kill_when(move |call| {
            let call = in_short(call);
            let nth = counts.entry(call.clone()).or_insert(0);
            *nth += 1;
            met.lock().unwrap_or_else(PoisonError::into_inner).insert((call, *nth))
        });
        let is_settled =
            async || anyhow::Ok(record(&own, &tenant).await?.is_none_or(|it| !it["clean_since"].is_null()));
        let began = Instant::now();
        while killer.last_kill().is_none() && !is_settled().await? {
            ensure!(began.elapsed() < minutes(2), "nobody comes");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let killed = killer.disarm();
        kills.extend(killed.clone());
        if killed.is_none() && is_settled().await? {
            break;
        }
    }
    let met = met.lock().unwrap_or_else(PoisonError::into_inner).clone();
    eprintln!("{} kills: {met:#?}", kills.len());
    ensure!(kills.len() >= 30, "{kills:?}");

    // Nothing is left; then a process that was thought dead writes an object.
    let bucket = Aws::of(&own.stack)?.bucket()?;
    let late = ObjectKey::upload(&tenant.parse::<TenantId>()?, Uuid::now_v7());
    bucket.put(&late, b"late".to_vec(), "image/png").await?;
    while record(&own, &tenant).await?.is_some() {
        ensure!(begun.elapsed() < minutes(12), "it is not done: {:?}", record(&own, &tenant).await?);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let after = Snapshot::of(&own.stack).await?;
    let tombstone = format!("tombstones/{tenant}.json");
    let left: Vec<&str> = after.mentioning(&[tenant.as_str()]);
    let left: Vec<&str> = left.into_iter().filter(|one| !one.contains(&tombstone)).collect();
    eprintln!("after {:?}: {}", begun.elapsed(), Snapshot::summary(&left));
    ensure!(left.is_empty(), "{left:#?}");
    ensure!(after.mentioning(&other_texts) == others, "another tenant's things are not what they were");
    ensure!(status(&stripe, &tenant).await? == "canceled");
    ensure!(status(&stripe, &staying.person.signed_in.tenant).await? == "active");

    let verified = Aws::of(&own.stack)?.operator_stdout(&["erasure", "verify", "--tenant", &tenant]).await?;
    eprintln!("{verified}");
    ensure!(verified.contains("nothing of"), "{verified}");
    let staying_tenant = &staying.person.signed_in.tenant;
    let refused =
        Aws::of(&own.stack)?.run_operator(&["erasure", "verify", "--tenant", staying_tenant]).await?;
    ensure!(!refused.status.success(), "nobody has erased {staying_tenant}");
    let said = Aws::of(&own.stack)?.vault_object(&tombstone).await?;
    eprintln!("{said}");
    ensure!(said["erased_at"].is_string() && said["counts"]["object_versions"].as_u64() > Some(3), "{said}");
    ensure!(!said.to_string().contains('@'), "{said}");
    let mails = own.stack.mails_to(&going.person.email).await?;
    for subject in ["Your DevotionalAI account is being deleted", "Your DevotionalAI account is deleted"] {
        ensure!(mails.iter().any(|mail| mail.subject == subject), "no mail: {subject}");
    }

    // The same address can sign up again, with an empty account.
    let (fresh, signed_in) = own.stack.sign_in(&going.person.email).await?;
    ensure!(signed_in.tenant != tenant);
    ensure!(fresh.projects().await?.items.is_empty() && fresh.videos().await?.items.is_empty());
    Ok(())
}

/// A call without the ids in it: `Query identity`, `DeleteItem API_KEY`, `GET /bucket`.
fn in_short(call: &Call) -> String {
    if let Some((method, path)) = call.operation.split_once(' ') {
        let known: Vec<&str> =
            path.split('/').filter(|part| !part.contains("tenant_") && part.len() < 60).collect();
        return format!("{method} {}", known.join("/"));
    }
    let kinds: Vec<&str> = call.keys.iter().filter_map(|key| key.pk.split('#').next()).take(2).collect();
    let tables: Vec<&str> = call.tables.iter().map(String::as_str).collect();
    format!("{} {} {}", call.operation, tables.join(" "), kinds.join(" "))
}

async fn delete(person: &TestUser, query: &str) -> Result<ApiResponse> {
    let path = format!("/api/account/delete{query}");
    Ok(person.api.call(Method::POST, &path).send().await?)
}

async fn subscribe(stripe: &MockStripe, person: &TestUser) -> Result<()> {
    let order = json!({ "plan": "pro" });
    let page = person.api.call(Method::POST, "/api/billing/checkout").json(&order).send().await?;
    let page: Value = page.success()?.json()?;
    stripe.pay(page["checkout_url"].as_str().context("no page")?).await?;
    let began = Instant::now();
    loop {
        let shown: Value = person.api.get("/api/billing/subscription").await?.json()?;
        if shown["status"] == "active" {
            return Ok(());
        }
        ensure!(began.elapsed() < minutes(1), "{shown}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn status(stripe: &MockStripe, tenant: &str) -> Result<String> {
    let all = stripe.objects("subscription", tenant).await?;
    let [one] = all.as_slice() else { anyhow::bail!("{} subscriptions", all.len()) };
    one["status"].as_str().map(str::to_owned).context("no status")
}

/// Creates what a deployment in use has: replaced and deleted objects, an unfinished upload, backups.
async fn create_leftovers(own: &OwnStack, person: &TestUser) -> Result<()> {
    let aws = Aws::of(&own.stack)?;
    let (media, vault) = (aws.bucket()?, aws.vault()?);
    let tenant: TenantId = person.signed_in.tenant.parse()?;
    let upload = ObjectKey::upload(&tenant, Uuid::now_v7());
    for content in ["one", "two"] {
        media.put(&upload, content.into(), "image/png").await?;
    }
    media.delete(&upload).await?;
    media.create_upload(&ObjectKey::upload(&tenant, Uuid::now_v7()), "image/png").await?;
    for date in ["2026-11-20", "2026-11-21"] {
        let backup = ObjectKey::backup(date.parse()?, Some(&tenant), "manifest.json");
        vault.put(&backup, b"{}".to_vec(), "application/json").await?;
    }
    Ok(())
}

/// Waits until the tenants' data has not changed for two seconds.
async fn settled(own: &OwnStack) -> Result<()> {
    let mut last = Snapshot::of(&own.stack).await?;
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = Snapshot::of(&own.stack).await?;
        if now == last {
            return Ok(());
        }
        last = now;
    }
    anyhow::bail!("something changes all the time")
}

/// The record of the erasure's progress; none when it is done.
async fn record(own: &OwnStack, tenant: &str) -> Result<Option<Value>> {
    let key = cloud::table::Key::of(&tenant.parse::<TenantId>()?.partition(), "ERASURE");
    Ok(Aws::of(&own.stack)?.table("identity_table")?.get(&key).await?)
}
