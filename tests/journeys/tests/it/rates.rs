//! Rate limits with the template's own values, each test on a stack of its own.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, Browser, LocalStack, Method, StatusCode};
use fault_proxy::{Fault, FaultProxy};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use harness::{
    OwnStack, StackOption, all_routes, new_user, process_count, repository_root, throttled_routes,
};
use serde_json::{Value, json};

use crate::waits::still_job;

/// The rate of a user, requests a second.
const PER_SECOND: f64 = 10.0;

/// The burst of a user: the size of their token bucket.
const BURST: f64 = 20.0;

/// The rate of an IP address without a credential, requests a minute, and the size of its token bucket.
const PER_MINUTE: f64 = 60.0;

/// How many requests are sent concurrently: enough for several processes.
const AT_ONCE: usize = 24;

#[tokio::test]
async fn a_user_gets_a_burst_and_a_rate_whatever_the_number_of_processes() -> Result<()> {
    let own = OwnStack::start("rates-user", &[])?;
    let (hasty, calm) = (new_user(&own.stack).await?, new_user(&own.stack).await?);
    // Another user's requests start the processes, which takes longer than all that follows.
    burst(&new_user(&own.stack).await?.api, "/api/account", AT_ONCE).await?;

    let began = Instant::now();
    let asked = async { anyhow::Ok((burst(&hasty.api, "/api/account", 200).await?, began.elapsed())) };
    // Meanwhile another user stays within the limit.
    let beside = async {
        let mut answers = Vec::new();
        for _ in 0..10 {
            answers.push(calm.api.get("/api/account").await?);
            tokio::time::sleep(Duration::from_secs_f64(2.0 / PER_SECOND)).await;
        }
        anyhow::Ok(answers)
    };
    let ((answers, took), beside) = tokio::try_join!(asked, beside)?;

    let passed = assert_rest_is_limited(&answers);
    let processes = process_count(&own.stack, "account")?;
    let seconds = took.as_secs_f64();
    eprintln!("{passed} of {} passed in {seconds:.2} s through {processes} processes", answers.len());
    assert!(processes >= 2, "one process alone proves nothing");
    assert!(passed <= BURST + PER_SECOND * seconds, "{passed} in {seconds} s");
    assert!(passed >= BURST, "{passed}");
    assert!(beside.iter().all(|answer| answer.status == StatusCode::OK), "another's limit is another's");

    // After `Retry-After` a request passes.
    let last = answers.iter().rfind(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS);
    let wait = last.and_then(|answer| answer.header("retry-after")).context("no Retry-After")?;
    tokio::time::sleep(Duration::from_secs(wait.parse()?)).await;
    assert_eq!(hasty.api.get("/api/account").await?.status, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn an_address_without_a_credential_gets_sixty_a_minute() -> Result<()> {
    let own = OwnStack::start("rates-ip", &[])?;
    let person = new_user(&own.stack).await?;
    let began = Instant::now();
    let nobody = own.stack.api();
    let answers = burst(nobody, "/api/v1/templates", 100).await?;
    let passed = assert_rest_is_limited(&answers);
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    eprintln!("{passed} of {} passed in {minutes:.2} min", answers.len());
    assert!(passed <= PER_MINUTE + PER_MINUTE * minutes, "{passed} in {minutes} min");
    // The sign-in has taken a few tokens before.
    assert!(passed >= PER_MINUTE - 5.0, "{passed}");

    // The bucket gains a token every second, so one of a few requests may pass.
    let limited = |answer: &ApiResponse| answer.status == StatusCode::TOO_MANY_REQUESTS;
    let keys = burst(nobody, "/.well-known/jwks.json", 8).await?;
    assert!(keys.iter().any(limited), "the limit is the API's, not a function's");
    let account = person.api.get("/api/account").await?;
    assert_eq!(account.status, StatusCode::OK, "whoever has a credential goes on");
    // The emulator gives every request the address of this machine; the function's event can have another.
    for _ in 0..8 {
        assert_eq!(listed_from(&own.stack, "198.51.100.7").await?, 200);
    }
    Ok(())
}

#[tokio::test]
async fn without_the_limiters_table_reads_go_on_and_writes_and_mail_stop() -> Result<()> {
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let own = OwnStack::start("rates-down", &[StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &url)])?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    let person = new_user(&own.stack).await?;
    let uninvited = format!("uninvited-{}@example.com", std::process::id());
    let job = still_job(&own.stack, &person).await?;
    for fault in [Fault::Refuse, Fault::Hang, Fault::Throttle] {
        proxy.inject_when(fault, |call| call.touches("RatesTable"));
        assert_eq!(person.api.get("/api/v1/projects").await?.status, StatusCode::OK, "{fault:?}");
        assert_eq!(own.stack.api().get("/api/v1/templates").await?.status, StatusCode::OK, "{fault:?}");
        let rename = person.api.call(Method::PATCH, "/api/account").json(&json!({"name": "Unlimited"}));
        for refused in [rename.send().await?, ask_for_link(&own.stack, &uninvited).await?] {
            let problem = refused.problem().context("no problem")?;
            assert_eq!((problem.status, problem.code.as_str()), (503, "unavailable"), "{fault:?}");
            let wait = refused.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
            assert!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "{:?}", refused.headers);
        }
        let began = Instant::now();
        let job = person.api.get(&format!("/api/v1/jobs/{}?wait=20&version={}", job.id, job.version)).await?;
        assert_eq!(job.status, StatusCode::OK, "{fault:?}: {}", job.text());
        let took = began.elapsed();
        assert!(took < Duration::from_secs(15), "without slots nobody waits: {took:?}");
    }
    proxy.clear_fault();
    assert_ne!(person.api.account().await?.tenant.name, "Unlimited", "nothing was changed");
    assert_eq!(ask_for_link(&own.stack, &uninvited).await?.status, StatusCode::ACCEPTED);
    own.stack.token_after(&uninvited, 0).await?;
    assert_eq!(own.stack.mails_to(&uninvited).await?.len(), 1, "for the request that was answered well");
    Ok(())
}

/// API Gateway's own limits: a flood of one public route leaves the token bucket of all others alone, and so do health
/// checks and requests that may wait.
#[test]
fn every_route_without_a_credential_and_the_waiting_one_has_a_throttle_of_its_own() -> Result<()> {
    let throttled = throttled_routes()?;
    let routes = all_routes()?;
    let key = |route: &harness::Route| format!("{} {}", route.method, route.path);
    let alone = routes.iter().filter(|route| route.public || route.function == "job-progress").map(key);
    let missing: Vec<String> = alone.filter(|route| !throttled.contains(route)).collect();
    assert!(missing.is_empty(), "without settings of their own: {missing:?}");
    // API Gateway refuses the settings of a route that does not exist, and with it the deployment.
    let known: Vec<String> = routes.iter().map(key).chain(["$default".to_owned()]).collect();
    let unknown: Vec<&String> = throttled.iter().filter(|route| !known.contains(route)).collect();
    assert!(unknown.is_empty(), "settings for no route: {unknown:?}");
    assert!(throttled.contains(&"$default".to_owned()), "paths without a route");
    Ok(())
}

/// Asserts that every answer is a success or a 429 with `Retry-After`; gives the number of successes.
#[allow(clippy::cast_precision_loss, reason = "a few hundred")]
fn assert_rest_is_limited(answers: &[ApiResponse]) -> f64 {
    let (passed, limited): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == StatusCode::OK);
    for answer in limited {
        let told = format!("{} {:?} {}", answer.status, answer.headers, answer.text());
        let code = answer.problem().map(|problem| (problem.status, problem.code));
        assert_eq!(code, Some((429, "rate_limited".to_owned())), "{told}");
        let wait = answer.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
        assert!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "{told}");
    }
    passed.len() as f64
}

/// Sends this many requests, [`AT_ONCE`] of them concurrently.
async fn burst(api: &Api, path: &str, count: usize) -> Result<Vec<ApiResponse>> {
    let asked = stream::iter(0..count).map(|_| api.get(path)).buffer_unordered(AT_ONCE);
    Ok(asked.try_collect().await?)
}

async fn ask_for_link(stack: &LocalStack, email: &str) -> Result<ApiResponse> {
    Ok(Browser::new(stack).post("/api/auth/magic-link/request", &json!({"email": email})).await?)
}

/// The status of a list of templates for a request from this IP address.
async fn listed_from(stack: &LocalStack, ip: &str) -> Result<u64> {
    let event = std::fs::read_to_string(repository_root().join("events/templates.json"))?;
    let mut event: Value = serde_json::from_str(&event)?;
    event["requestContext"]["http"]["sourceIp"] = json!(ip);
    let path = "/2015-03-31/functions/devotional-templates/invocations";
    let invoke = stack.api().call(Method::POST, &format!("{}{path}", stack.outputs.endpoint));
    let answer: Value = invoke.json(&event).send().await?.json()?;
    answer["statusCode"].as_u64().with_context(|| answer.to_string())
}
