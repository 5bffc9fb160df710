//! A request reads and writes as many items as its description says, counted by a proxy before DynamoDB.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use client::{ApiResponse, Method};
use fault_proxy::{Call, FaultProxy};
use harness::{Operation, OwnStack, StackOption, TenantFixture, UNLIMITED, authorize, operations};
use identity::ApiKeyText;
use serde_json::{Value, json};

#[tokio::test]
async fn requests_cost_what_their_descriptions_say() -> Result<()> {
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let behind_proxy = [UNLIMITED, &[StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &url)]].concat();
    let own = OwnStack::start("costs", &behind_proxy)?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    let owner = TenantFixture::create(&own.stack).await?;

    quiet(&proxy).await;
    for credential in [owner.person.signed_in.access_token.as_str(), "x.y.z"] {
        // The first call also fetches the signing keys, which are in no table.
        authorize(&own.stack, credential).await?;
        proxy.take_calls();
        let allowed = authorize(&own.stack, credential).await?["isAuthorized"] == true;
        let calls = without_sweeper(proxy.take_calls());
        assert_eq!(
            calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(),
            if allowed { vec!["BatchGetItem"] } else { vec![] }
        );
        assert!(calls.iter().all(|call| call.touches("IdentityTable") && call.reads() == 3), "{calls:?}");
    }

    let (key, wrong) = api_key(&owner).await?;
    let invented = ApiKeyText::random().expose().to_owned();
    // The first use on a day, a second use, a mistyped key, whose checksum fails without a read, and one that never
    // was.
    for (credential, reads, writes) in [(&key, 4, 1), (&key, 4, 0), (&wrong, 0, 0), (&invented, 2, 0)] {
        proxy.take_calls();
        let allowed = authorize(&own.stack, credential).await?["isAuthorized"] == true;
        let calls = without_sweeper(proxy.take_calls());
        assert_eq!((sum(&calls, Call::reads), sum(&calls, Call::writes)), (reads, writes), "{calls:#?}");
        assert_eq!(allowed, *credential == key);
    }

    let mut operations = operations()?;
    operations.sort_by_key(|operation| operation.method == Method::DELETE);
    let mut checked = 0;
    for operation in operations {
        let (Some(reads), Some(writes)) = (claim(&operation, "Reads: "), claim(&operation, "Writes: "))
        else {
            continue;
        };
        // From here on API Gateway has the authorizer's decision in its cache.
        owner.person.api.account().await?;
        proxy.take_calls();
        let answer = send(&owner, &operation).await?;
        let (limiter, calls): (Vec<Call>, Vec<Call>) =
            without_sweeper(proxy.take_calls()).into_iter().partition(|call| call.touches("RatesTable"));
        let is_logged = operation.method != Method::GET;
        let (log, calls): (Vec<Call>, Vec<Call>) =
            calls.into_iter().partition(|call| is_logged && call.touches("AuditTable"));
        if !answer.status.is_success() {
            continue;
        }
        let counted = (sum(&calls, Call::reads), sum(&calls, Call::writes));
        assert_eq!(counted, (reads, writes), "{operation}: {calls:#?}");
        // The audit log: an entry before the call is executed, and its outcome.
        let logged = (sum(&log, Call::reads), sum(&log, Call::writes));
        assert_eq!(
            logged,
            if is_logged && !operation.public { (1, 4) } else { (0, 0) },
            "{operation}: {log:#?}"
        );
        // The rate limiter retries once where another process has taken from the same bucket.
        let spent: usize = limiter.iter().map(Call::writes).sum();
        assert!(spent <= 2 && limiter.iter().all(|call| call.reads() == 0), "{operation}: {limiter:#?}");
        checked += 1;
    }
    eprintln!("{checked} operations counted");
    assert!(checked >= 20, "{checked}");

    owner.person.api.account().await?;
    proxy.take_calls();
    owner.person.api.account().await?;
    let calls = without_sweeper(proxy.take_calls());
    let limiter: Vec<&Call> = calls.iter().filter(|call| call.touches("RatesTable")).collect();
    assert_eq!(
        limiter.iter().map(|call| call.writes()).sum::<usize>(),
        1,
        "one write on the happy path: {limiter:#?}"
    );
    Ok(())
}

/// Waits until no call has come for two seconds: an export cleans up after it is ready.
async fn quiet(proxy: &FaultProxy) {
    loop {
        proxy.take_calls();
        tokio::time::sleep(Duration::from_secs(2)).await;
        if without_sweeper(proxy.take_calls()).is_empty() {
            return;
        }
    }
}

/// A new API key, and one in which the last character is wrong.
async fn api_key(owner: &TenantFixture) -> Result<(String, String)> {
    let order = json!({ "name": "counted", "scope": "read" });
    let made = owner.person.api.call(Method::POST, "/api/account/rotate-api-key").json(&order).send().await?;
    let key = made.json::<Value>()?["key"].as_str().context("no key")?.to_owned();
    let last = if key.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &key[..key.len() - 1]);
    Ok((key, wrong))
}

fn sum(calls: &[Call], of: impl Fn(&Call) -> usize) -> usize {
    calls.iter().map(of).sum()
}

/// Without the sweeper's queries of an index, which come once a minute.
fn without_sweeper(calls: Vec<Call>) -> Vec<Call> {
    calls.into_iter().filter(|call| call.index.is_none()).collect()
}

async fn send(owner: &TenantFixture, operation: &Operation) -> Result<ApiResponse> {
    let path = match operation.public && !operation.parameters.is_empty() {
        true => operation.path_with(|_| Ok("psalm".to_owned()))?,
        false => owner.path_of(operation)?,
    };
    let api = &owner.person.api;
    let mut call = api.call(operation.method.clone(), &path);
    if let Some(body) = &operation.body {
        call = call.json(body);
    }
    Ok(call.send().await?)
}

/// How many items and queries a description claims; none where the number varies.
fn claim(operation: &Operation, name: &str) -> Option<usize> {
    let (_, claim) = operation.description.split_once(name)?;
    let claim = claim.split('.').next()?.replace('\n', " ");
    claim.split(", ").flat_map(|part| part.split(" and ")).map(count).sum()
}

fn count(part: &str) -> Option<usize> {
    let part = part.trim_start_matches("one transaction of ");
    let part = part.trim_end_matches(" in one transaction").trim_end_matches(" in a transaction");
    let number = |word| {
        ["one", "two", "three", "four", "five", "six"].iter().position(|it| *it == word).map(|at| at + 1)
    };
    match part.split_once(' ') {
        None => (part == "none").then_some(0),
        Some((word, "item" | "items" | "query" | "queries")) => number(word),
        // Objects are in S3, and not counted here.
        Some((word, "object" | "objects")) => number(word).map(|_| 0),
        Some(_) => None,
    }
}

#[test]
fn a_cost_that_varies_is_not_checked() -> Result<()> {
    for (said, counted) in [
        ("none", Some(0)),
        ("two items", Some(2)),
        ("one item and one query", Some(2)),
        ("one item, one object", Some(1)),
        ("one transaction of three items", Some(3)),
        ("two items in one transaction", Some(2)),
        ("three items and one for each artefact", None),
        ("one item, with `wait` one every 0", None),
    ] {
        let mut one = operations()?.into_iter().next().context("no operation")?;
        one.description = format!("Does it. Reads: {said}. Writes: none.");
        ensure!(claim(&one, "Reads: ") == counted, "{said}");
    }
    Ok(())
}
