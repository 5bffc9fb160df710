//! DynamoDB fails: every route answers 503 in time, and nothing is half done.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{ApiResponse, Browser, LocalStack, Method, StatusCode};
use fault_proxy::{Call, Fault, FaultProxy, Phase};
use futures_util::{StreamExt as _, stream};
use harness::{Operation, OwnStack, StackOption, TestUser, UNLIMITED, new_user, operations};
use serde_json::{Value, json};

/// The longest time until a route answers.
const MAX_DURATION: Duration = Duration::from_secs(5);

/// How often a slow request is repeated: other tests may slow the machine down by chance, and a hanging table is slow every
/// time.
const TRIES: usize = 3;

/// How many requests are sent concurrently.
const AT_ONCE: usize = 12;

/// The routes that need no table.
const UNAFFECTED: [&str; 7] = [
    "/healthz",
    "/.well-known/jwks.json",
    "/openapi.json",
    "/api/v1/templates",
    "/api/v1/templates/{id}",
    "/api/v1/languages",
    "/api/v1/voices",
];

const VERIFY: &str = "/api/auth/magic-link/verify";
const ACCEPT: &str = "/api/auth/invitations/accept";
const REVOKE: &str = "/api/auth/api-keys/revoke";

const FAULTS: [Fault; 4] = [Fault::Refuse, Fault::Hang, Fault::ServerError, Fault::Throttle];

#[tokio::test]
async fn with_its_tables_down_every_route_says_so_in_time_and_does_nothing() -> Result<()> {
    let proxy = FaultProxy::start().await?;
    let url = proxy.url();
    let behind_proxy = [UNLIMITED, &[StackOption::Environment("AWS_ENDPOINT_URL_DYNAMODB", &url)]].concat();
    let own = OwnStack::start("table-down", &behind_proxy)?;
    proxy.forward_to(&own.stack.outputs.endpoint);
    let fixture = Fixture::create(&own.stack).await?;
    let before = fixture.state(0).await?;

    let mut slowest = (Duration::ZERO, String::new());
    for (turn, fault) in (1..).zip(FAULTS) {
        // API Gateway caches the authorizer's decision for a minute under the exact spelling of the header, so the same
        // token can be sent with and without a cached decision.
        let (known, unknown) = (fixture.credential(turn), fixture.credential(turn + FAULTS.len()));
        fixture.state(turn).await?;
        proxy.inject(fault);
        let attempts: Vec<(Operation, &str)> = operations()?
            .into_iter()
            .flat_map(|operation| [(operation.clone(), known.as_str()), (operation, unknown.as_str())])
            .filter(|(operation, credential)| !operation.public || *credential == known)
            .collect();
        let tried = stream::iter(attempts)
            .map(|(operation, credential)| fixture.attempt(operation, credential, fault))
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        proxy.clear_fault();
        let ill: Vec<String> =
            tried.iter().filter_map(|tried| Some(format!("{:#}", tried.as_ref().err()?))).collect();
        assert!(ill.is_empty(), "{}", ill.join("\n"));
        slowest = tried.into_iter().flatten().fold(slowest, Ord::max);
    }
    eprintln!("slowest: {:.2} s for {}", slowest.0.as_secs_f32(), slowest.1);

    // Requests work again at once, except where a refusal is cached.
    assert_eq!(fixture.state(2 * FAULTS.len() + 1).await?, before, "nothing of it did anything");
    assert_eq!(own.stack.mails_to(&fixture.uninvited).await?.len(), 0, "no mail goes out unlimited");
    let Fixture { mut person, link, invitation, .. } = fixture;
    let followed = person.browser.verify(Some(&link), None).await?;
    assert_eq!(followed.user, person.signed_in.user, "the link was not spent");
    let api = own.stack.api().with_token(&followed.access_token);
    let accepted = api.call(Method::POST, ACCEPT).json(&json!({"token": invitation})).send().await?;
    assert_eq!(accepted.status, StatusCode::OK, "nor the invitation: {}", accepted.text());
    log_out_half_way(&own.stack, &proxy, &person, [&person.signed_in.session, &followed.session]).await
}

/// The table fails when the first of a person's sessions has ended, and then again when the second has, so that this
/// write is repeated: the audit log says of both that they have ended.
async fn log_out_half_way(
    stack: &LocalStack,
    proxy: &FaultProxy,
    person: &TestUser,
    [first, second]: [&String; 2],
) -> Result<()> {
    let mut browser = Browser::new(stack);
    stack.sign_in_with(&mut browser, &person.email).await?;
    let is_end = |call: &Call| {
        call.operation == "UpdateItem" && call.keys.iter().any(|key| key.sk.starts_with("SESSION#"))
    };
    let mut ends = 0;
    proxy.inject_when(Fault::Refuse, move |call| {
        ends += usize::from(is_end(call));
        is_end(call) && ends > 1
    });
    let everywhere = json!({"scope": "global"});
    let stopped = browser.post("/api/auth/logout", &everywhere).await?;
    assert_eq!(stopped.status, StatusCode::SERVICE_UNAVAILABLE, "{}", stopped.text());
    proxy.clear_fault();
    let is_lost = AtomicBool::new(false);
    proxy.watch(move |phase, call| match phase {
        Phase::Answered(_) if is_end(call) && !is_lost.swap(true, Ordering::SeqCst) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    browser.post("/api/auth/logout", &everywhere).await?.success()?;

    let (api, _) = stack.sign_in(&person.email).await?;
    for (session, status) in [(first, 503), (second, 204)] {
        let log: Value = api.get(&format!("/api/account/audit?subject={session}")).await?.json()?;
        let entries = log["items"].as_array().context("no items")?.iter();
        let ends: Vec<&Value> = entries.filter(|entry| entry["action"] == "POST /api/auth/logout").collect();
        let [end] = ends[..] else { panic!("it is recorded once: {log}") };
        assert_eq!((&end["actor"], &end["status"]), (&json!(person.signed_in.user), &json!(status)), "{log}");
    }
    Ok(())
}

/// A user with a sign-in link, an invitation and an API key that are not used yet.
struct Fixture {
    stack: LocalStack,
    person: TestUser,
    project: String,
    /// The token of a sign-in link.
    link: String,
    /// The token of an invitation to somebody else's tenant.
    invitation: String,
    /// An API key that is reported as leaked while the tables are down.
    key: String,
    /// An address for which a link is requested while the tables are down.
    uninvited: String,
}

impl Fixture {
    async fn create(stack: &LocalStack) -> Result<Self> {
        let mut person = new_user(stack).await?;
        let project = person.api.create_project(&harness::text("The LORD is my light.")).await?.id;
        let known = stack.mails_to(&person.email).await?.len();
        let host = new_user(stack).await?;
        let guest = json!({"email": person.email, "role": "member"});
        host.api.call(Method::POST, "/api/account/invitations").json(&guest).send().await?.success()?;
        let invitation = stack.token_after(&person.email, known).await?;
        let order = json!({"name": "press", "scope": "read"});
        let key = person.api.call(Method::POST, "/api/account/rotate-api-key").json(&order).send().await?;
        let key = key.json::<Value>()?["key"].as_str().context("no key")?.to_owned();
        let link = person.browser.link(stack, &person.email).await?;
        let uninvited = format!("uninvited-{}@example.com", std::process::id());
        Ok(Self { stack: stack.clone(), person, project, link, invitation, key, uninvited })
    }

    /// The user's `Authorization` header, in one of the spellings that RFC 9110 allows: with more or fewer spaces.
    fn credential(&self, spelling: usize) -> String {
        format!("Bearer{}{}", " ".repeat(spelling + 1), self.person.signed_in.access_token)
    }

    /// Everything that the user could have changed.
    async fn state(&self, spelling: usize) -> Result<Vec<Value>> {
        let mut state = Vec::new();
        for operation in operations()? {
            if operation.method == Method::GET && operation.parameters.is_empty() && !operation.public {
                let call = self.stack.api().call(Method::GET, &operation.path);
                let answer = call.header("authorization", &self.credential(spelling)).send().await?;
                ensure!(!answer.status.is_server_error(), "{operation}: {}", answer.text());
                state.push(json!([answer.status.as_u16(), serde_json::from_slice::<Value>(&answer.body)?]));
            }
        }
        Ok(state)
    }

    /// Sends an operation and checks its answer; gives its duration and name.
    async fn attempt(
        &self,
        operation: Operation,
        credential: &str,
        fault: Fault,
    ) -> Result<(Duration, String)> {
        let name = format!("{operation} ({fault:?})");
        let mut took = Duration::MAX;
        for _ in 0..TRIES {
            let began = Instant::now();
            let answer = self.send(&operation, credential).await.with_context(|| name.clone())?;
            took = took.min(began.elapsed());
            self.check(&operation, &answer).with_context(|| name.clone())?;
            if took < MAX_DURATION {
                break;
            }
        }
        ensure!(took < MAX_DURATION, "{name}: {took:?}");
        Ok((took, name))
    }

    async fn send(&self, operation: &Operation, credential: &str) -> Result<ApiResponse> {
        let path = operation.path_with(|parameter| match parameter.kind.as_deref() {
            Some("ProjectId") => Ok(self.project.clone()),
            Some("SessionId") => Ok(self.person.signed_in.session.clone()),
            Some("TenantId") => Ok(self.person.signed_in.tenant.clone()),
            Some("UserId") => Ok(self.person.signed_in.user.clone()),
            Some("TemplateId") => Ok("psalm".to_owned()),
            Some("ExportFile") => Ok(format!("export_{}.zip", uuid::Uuid::now_v7().simple())),
            _ => parameter.unused(),
        })?;
        let mut call = self.stack.api().call(operation.method.clone(), &path);
        if !operation.public {
            call = call.header("authorization", credential);
        }
        if operation.path.starts_with("/api/auth/") {
            call = call
                .header("cookie", &self.person.browser.cookies())
                .header("origin", &self.stack.outputs.frontend);
        }
        if let Some(body) = &operation.body {
            call = call.json(&match operation.path.as_str() {
                "/api/auth/magic-link/request" => json!({"email": self.uninvited}),
                VERIFY => json!({"token": self.link}),
                ACCEPT => json!({"token": self.invitation}),
                REVOKE => json!({"credentials": [self.key]}),
                _ => body.clone(),
            });
        }
        Ok(call.send().await?)
    }

    fn check(&self, operation: &Operation, answer: &ApiResponse) -> Result<()> {
        if UNAFFECTED.contains(&operation.path.as_str()) {
            ensure!(answer.status == StatusCode::OK, "{} {}", answer.status, answer.text());
            return Ok(());
        }
        let told = || format!("{} {:?} {}", answer.status, answer.headers, answer.text());
        let problem = answer.problem().with_context(told)?;
        ensure!((problem.status, problem.code.as_str()) == (503, "unavailable"), told());
        ensure!(answer.status == StatusCode::SERVICE_UNAVAILABLE, told());
        let wait: Option<u32> = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
        ensure!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), told());
        if operation.path == "/readyz" {
            for table in ["identity_table", "metering_table", "studio_table"] {
                ensure!(problem.members["checks"][table] == "failing", told());
            }
            ensure!(problem.members["checks"]["media_bucket"] == "ok", told());
        }
        Ok(())
    }
}
