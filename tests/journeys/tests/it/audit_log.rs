//! The audit log: every change leaves an entry, and tampering with the entries is detected.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use client::{Api, Method, StatusCode};
use cloud::bucket::{API_TIMEOUT, Bucket};
use cloud::table::{Item, Key, Table};
use fault_proxy::{Fault, FaultProxy};
use futures_util::future::join_all;
use harness::{Aws, OwnStack, StackOption, TenantFixture, UNLIMITED, new_user, operations, shared};
use serde_json::{Value, json};
use tenancy::{ObjectKey, TenantId};

/// Routes whose caller cannot be assigned to a tenant, so that no tenant's log has an entry.
const WITHOUT_TENANT: [&str; 2] = ["POST /api/auth/magic-link/request", "POST /api/auth/api-keys/revoke"];

#[tokio::test]
async fn every_route_that_may_change_something_leaves_an_entry() -> Result<()> {
    let stack = shared()?;
    let mut owner = TenantFixture::create(&stack).await?;
    let mut operations: Vec<_> = operations()?.into_iter().filter(|it| it.method != Method::GET).collect();
    // Operations that end the caller's own session or membership come last.
    operations.sort_by_key(|it| (it.method == Method::DELETE, it.path.ends_with("/logout")));
    let api = owner.person.api.clone();
    for operation in operations.iter().filter(|operation| !operation.public) {
        let mut call = api.call(operation.method.clone(), &owner.path_of(operation)?);
        if let Some(body) = &operation.body {
            call = call.json(body);
        }
        // Refused calls are logged too, so the status does not matter.
        call.send().await?;
    }
    owner.person.browser.post("/api/auth/refresh", &json!({})).await?.success()?;
    let (api, signed_in) = stack.sign_in_with(&mut owner.person.browser, &owner.person.email).await?;
    ensure!(signed_in.tenant == owner.person.signed_in.tenant, "it is the same tenant");
    owner.person.browser.post("/api/auth/logout", &json!({})).await?.success()?;

    let entries = all(&stack.sign_in(&owner.person.email).await?.0, "").await?;
    drop(api);
    let written: BTreeSet<String> = entries.iter().map(|entry| text(entry, "action")).collect();
    let expected = operations.iter().map(|it| format!("{} {}", it.method, it.path));
    let missing: Vec<String> =
        expected.filter(|it| !written.contains(it) && !WITHOUT_TENANT.contains(&it.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for entry in &entries {
        assert_eq!(text(entry, "actor"), owner.person.signed_in.user);
        assert!(
            text(entry, "credential").starts_with("sess_") && !text(entry, "request").is_empty(),
            "{entry}"
        );
        assert!(entry["status"].as_u64().is_some_and(|status| (200..600).contains(&status)), "{entry}");
    }
    // Entries hold the ids of their subjects, but nothing of the bodies: no name, no address, no text.
    let said = serde_json::to_string(&entries)?;
    assert!(said.contains(owner.id("ProjectId")?), "the project is named");
    for personal in [owner.person.email.as_str(), "@", "The LORD", "press"] {
        assert!(!said.contains(personal), "{personal} is in the log");
    }
    Ok(())
}

#[tokio::test]
async fn an_owner_finds_what_they_look_for_and_a_member_is_shown_nothing() -> Result<()> {
    let stack = shared()?;
    let (owner, other) = (new_user(&stack).await?, new_user(&stack).await?);
    let renamed = |name: &str| json!({ "name": name });
    for name in ["Moab", "Bethlehem", "Judah"] {
        let call = owner.api.call(Method::PATCH, "/api/account").json(&renamed(name));
        call.send().await?.success()?;
    }
    let call = owner.api.call(Method::PATCH, "/api/account").json(&renamed(""));
    assert_eq!(call.send().await?.status, StatusCode::UNPROCESSABLE_ENTITY);

    let user = &owner.signed_in.user;
    for (filter, expected) in [
        ("action=PATCH".to_owned(), 4),
        ("action=PATCH&succeeded=true".to_owned(), 3),
        ("action=PATCH&succeeded=false".to_owned(), 1),
        (format!("actor={user}&action=PATCH"), 4),
        (format!("credential={}&action=PATCH", owner.signed_in.session), 4),
        (format!("credential={}", other.signed_in.session), 0),
        ("actor=operator".to_owned(), 0),
        (format!("subject={}", other.signed_in.tenant), 0),
        ("until=2020-01-01T00:00:00Z".to_owned(), 0),
        ("from=2020-01-01T00:00:00Z&action=PATCH".to_owned(), 4),
    ] {
        assert_eq!(all(&owner.api, &format!("&{filter}")).await?.len(), expected, "{filter}");
    }
    // Paging gives the same entries, newest first, and each entry holds the hash of the previous one.
    let (whole, mut paged, mut before) = (all(&owner.api, "").await?, Vec::new(), None);
    loop {
        let cursor = before.map(|before: u64| format!("&before={before}")).unwrap_or_default();
        let page: Value = owner.api.get(&format!("/api/account/audit?limit=2{cursor}")).await?.json()?;
        paged.extend(page["items"].as_array().cloned().unwrap_or_default());
        before = page["next"].as_u64();
        if before.is_none() {
            break;
        }
    }
    assert_eq!(paged, whole);
    assert!(whole.windows(2).all(|pair| pair[0]["previous"] == pair[1]["hash"]), "{whole:?}");
    for wrong in ["limit=0", "limit=201", "actor=everybody", "before=0", "color=red"] {
        let answer = owner.api.get(&format!("/api/account/audit?{wrong}")).await?;
        assert!(answer.status.is_client_error(), "{wrong}: {}", answer.text());
    }
    assert!(all(&other.api, "").await?.iter().all(|entry| text(entry, "actor") != *user));
    Ok(())
}

#[tokio::test]
async fn calls_at_once_leave_one_chain_without_a_gap() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let calls = (0..20).map(|turn| {
        let call =
            owner.api.call(Method::PATCH, "/api/account").json(&json!({ "name": format!("Name {turn}") }));
        async move { Ok::<_, anyhow::Error>(call.send().await?.status) }
    });
    let statuses = join_all(calls).await.into_iter().collect::<Result<Vec<_>>>()?;
    let entries = all(&owner.api, "&action=PATCH").await?;
    assert_eq!(entries.len(), statuses.len(), "{statuses:?}");
    verified(&Aws::of(&stack)?, &owner.signed_in.tenant).await
}

#[tokio::test]
async fn tampering_with_the_audit_log_is_detected() -> Result<()> {
    let own = OwnStack::start("audit-verify", UNLIMITED)?;
    let aws = Aws::of(&own.stack)?;
    let owner = new_user(&own.stack).await?;
    let tenant = owner.signed_in.tenant.clone();
    for name in 0..8 {
        let call =
            owner.api.call(Method::PATCH, "/api/account").json(&json!({ "name": format!("Name {name}") }));
        call.send().await?.success()?;
    }
    aws.invoke("seal-audit").await?;
    verified(&aws, &tenant).await?;

    let table = aws.table("audit_table")?;
    let written = items(&table, &tenant).await?;
    let of = |seq: usize| written.iter().find(|item| sort(item) == format!("ENTRY#{seq:012}")).cloned();
    let (two, three, last) = (of(2).context("2")?, of(3).context("3")?, of(9).context("9")?);
    let with = |item: &Item, name: &str, value: AttributeValue| {
        let mut item = item.clone();
        item.insert(name.to_owned(), value);
        item
    };
    let swapped = [with(&two, "sk", three["sk"].clone()), with(&three, "sk", two["sk"].clone())];
    let flipped = two["action"].as_s().map(|action| action.replacen('P', "Q", 1)).unwrap_or_default();
    let edited = with(&two, "action", AttributeValue::S(flipped));
    let head = written.iter().find(|item| sort(item) == "HEAD").context("no head")?;
    let eight = of(8).context("8")?;
    let set_back = with(&with(head, "seq", AttributeValue::N("8".into())), "hash", eight["hash"].clone());
    for (name, put, deleted, expected) in [
        ("a byte flipped", vec![edited], vec![], vec!["entry 2 was edited"]),
        ("one dropped", vec![], vec![&two], vec!["entry 2 was dropped"]),
        ("two swapped", swapped.to_vec(), vec![], vec!["entry 2 does not", "entry 3 does not"]),
        ("the tail cut off", vec![], vec![&last], vec!["ends at 8 and went to 9"]),
        ("tail and head set back", vec![set_back], vec![&last], vec!["ends at 8 and went to 9"]),
        ("all gone", vec![], written.iter().collect(), vec!["ends at 0 and went to 9"]),
    ] {
        table.put_items(put).await?;
        table.delete_items(deleted.into_iter().map(Key::of_item)).await?;
        let verify = aws.run_operator(&["audit", "verify"]).await?;
        let said = String::from_utf8_lossy(&verify.stdout).into_owned();
        eprint!("{name}:\n{said}");
        assert!(!verify.status.success(), "{name}");
        for finding in expected {
            assert!(said.contains(&format!("{tenant}: ")) && said.contains(finding), "{name}: {said}");
        }
        table.delete_items(written.iter().map(Key::of_item)).await?;
        table.put_items(written.clone()).await?;
        verified(&aws, &tenant).await?;
    }
    sealed_for_good(&aws).await?;

    // The missing entries of an erased tenant are no finding.
    let vault = Bucket::new(&aws.config, aws.name("vault_bucket")?, true, API_TIMEOUT);
    let of = ObjectKey::tombstone(&tenant.parse()?);
    vault.put(&of, br#"{}"#.to_vec(), "application/json").await?;
    table.delete_items(written.iter().map(Key::of_item)).await?;
    assert!(aws.operator_stdout(&["audit", "verify"]).await?.contains(&format!("{tenant}: erased")));
    Ok(())
}

/// The seals cannot be deleted in any version: the vault has an object lock.
async fn sealed_for_good(aws: &Aws) -> Result<()> {
    let config = aws_sdk_s3::config::Builder::from(&aws.config).force_path_style(true).build();
    let s3 = aws_sdk_s3::Client::from_conf(config);
    let vault = aws.name("vault_bucket")?;
    let versions = s3.list_object_versions().bucket(&vault).prefix("audit-heads/").send().await?;
    ensure!(!versions.versions().is_empty(), "nothing is sealed");
    for version in versions.versions() {
        let delete = s3.delete_object().bucket(&vault).set_key(version.key.clone());
        let refused = delete.set_version_id(version.version_id.clone()).send().await;
        assert!(refused.is_err(), "{version:?} can be deleted");
    }
    Ok(())
}

/// A change whose entry cannot be written is refused; a change whose process was interrupted has an entry without
/// outcome.
#[tokio::test]
async fn nothing_is_changed_before_the_audit_log_has_an_entry() -> Result<()> {
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let behind = [UNLIMITED, &[StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &url)]].concat();
    let own = OwnStack::start("audit-faults", &behind)?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    let (aws, owner) = (Aws::of(&own.stack)?, new_user(&own.stack).await?);
    let rename = async |name: &str| -> Result<StatusCode> {
        let call = owner.api.call(Method::PATCH, "/api/account").json(&json!({ "name": name }));
        Ok(call.send().await?.status)
    };
    assert_eq!(rename("Before").await?, StatusCode::OK);

    // Only the audit table fails.
    proxy.inject_when(Fault::ServerError, |call| call.touches("AuditTable"));
    assert_eq!(rename("Never").await?, StatusCode::SERVICE_UNAVAILABLE);
    proxy.clear_fault();
    assert_eq!(owner.api.account().await?.tenant.name, "Before");

    // The table fails after the pending entry is written: the change is made, and its outcome is not recorded.
    proxy.inject_when(Fault::ServerError, |call| {
        call.operation == "TransactWriteItems" && call.touches("AuditTable")
    });
    assert_eq!(rename("After").await?, StatusCode::OK);
    proxy.clear_fault();
    let table = aws.table("audit_table")?;
    let tenant: TenantId = owner.signed_in.tenant.parse()?;
    let begun = table.items(&tenancy::Partition::audit_pending(&tenant), None).await?.items;
    assert_eq!(begun.len(), 1, "{begun:?}");
    // Five minutes later the sealer takes the pending entry over; here its time is set back.
    let overdue = begun.into_iter().map(|mut item| {
        item.insert("seal_at".into(), AttributeValue::N("1".into()));
        item
    });
    table.put_items(overdue).await?;
    aws.invoke("seal-audit").await?;
    assert!(table.items(&tenancy::Partition::audit_pending(&tenant), None).await?.items.is_empty());
    let renamed = all(&owner.api, "&action=PATCH").await?;
    let statuses: Vec<&Value> = renamed.iter().map(|entry| &entry["status"]).collect();
    assert_eq!(statuses, [&Value::Null, &json!(200)], "{renamed:?}");
    verified(&aws, &owner.signed_in.tenant).await
}

/// Of many refused calls the first have entries of their own, and the others are counted in one.
#[tokio::test]
async fn refused_calls_do_not_grow_the_log_without_bound() -> Result<()> {
    const REFUSED: u64 = 60;
    let stack = shared()?;
    let (aws, owner) = (Aws::of(&stack)?, new_user(&stack).await?);
    let rename = async |name: &str| -> Result<StatusCode> {
        let call = owner.api.call(Method::PATCH, "/api/account").json(&json!({ "name": name }));
        Ok(call.send().await?.status)
    };
    // Several at once, so that several processes take part.
    for _ in 0..REFUSED / 6 {
        for status in join_all((0..6).map(|_| rename(""))).await {
            assert_eq!(status?, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    assert_eq!(rename("Moab").await?, StatusCode::OK);
    let unknown = format!("/api/account/api-keys/key_{}", uuid::Uuid::now_v7().simple());
    let other = owner.api.call(Method::DELETE, &unknown).send().await?;
    assert_eq!(other.status, StatusCode::NOT_FOUND);

    // Ten, and one more for every six minutes that the test takes.
    let refused = all(&owner.api, "&action=PATCH&succeeded=false").await?;
    let listed = u64::try_from(refused.len())?;
    assert!((10..=12).contains(&listed), "{listed} entries");
    assert!(refused.iter().all(|entry| entry["count"] == 1 && entry["status"] == 422), "{refused:?}");
    let succeeded = all(&owner.api, "&action=PATCH&succeeded=true").await?;
    assert_eq!(succeeded.len(), 1, "what succeeds is never only counted");
    let deleted = all(&owner.api, "&action=DELETE").await?;
    assert_eq!(deleted.len(), 1, "another action has entries of its own");

    // The flood of the session hides no call with another credential.
    let order = json!({"name": "press", "scope": "all"});
    let key: Value =
        owner.api.call(Method::POST, "/api/account/rotate-api-key").json(&order).send().await?.json()?;
    let with_key = owner.api.with_token(&text(&key, "key"));
    let other = with_key.call(Method::PATCH, "/api/account").json(&json!({"name": ""})).send().await?;
    assert!(other.status.is_client_error(), "{}", other.text());
    let of_key = all(&owner.api, &format!("&action=PATCH&credential={}", text(&key, "id"))).await?;
    assert_eq!(of_key.len(), 1, "{of_key:?}");

    // An hour later the sealer writes the count; here its time is set back.
    let table = aws.table("audit_table")?;
    let tenant: TenantId = owner.signed_in.tenant.parse()?;
    let counters = table.items(&tenancy::Partition::audit_pending(&tenant), None).await?.items;
    assert_eq!(counters.len(), 1, "no call stays pending: {counters:?}");
    let due = counters.into_iter().map(|mut item| {
        item.insert("seal_at".into(), AttributeValue::N("1".into()));
        item
    });
    table.put_items(due).await?;
    aws.invoke("seal-audit").await?;
    assert!(table.items(&tenancy::Partition::audit_pending(&tenant), None).await?.items.is_empty());
    let refused = all(&owner.api, "&action=PATCH&succeeded=false").await?;
    assert_eq!(u64::try_from(refused.len())?, listed + 2);
    let counted = &refused[0];
    assert_eq!((&counted["count"], &counted["status"]), (&json!(REFUSED - listed), &json!(422)), "{counted}");
    assert_eq!(text(counted, "actor"), owner.signed_in.user);
    assert_eq!(text(counted, "credential"), owner.signed_in.session);
    verified(&aws, &owner.signed_in.tenant).await
}

async fn verified(aws: &Aws, tenant: &str) -> Result<()> {
    let said = aws.operator_stdout(&["audit", "verify", "--tenant", tenant]).await?;
    ensure!(said.contains("as written"), "{said}");
    Ok(())
}

/// All entries that match a filter, newest first.
async fn all(api: &Api, filter: &str) -> Result<Vec<Value>> {
    let page: Value = api.get(&format!("/api/account/audit?limit=200{filter}")).await?.json()?;
    ensure!(page["next"].is_null(), "more than a page");
    page["items"].as_array().cloned().context("no items")
}

async fn items(table: &Table, tenant: &str) -> Result<Vec<Item>> {
    let tenant: TenantId = tenant.parse()?;
    Ok(table.items(&tenant.partition(), None).await?.items)
}

fn sort(item: &Item) -> &str {
    item.get("sk").and_then(|key| key.as_s().ok()).map_or("", String::as_str)
}

fn text(entry: &Value, name: &str) -> String {
    entry[name].as_str().unwrap_or_default().to_owned()
}
