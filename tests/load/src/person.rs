//! The requests of one user, and the state between two of them.

use std::time::Duration;

use client::LocalStack;
use goose::goose::{GooseMethod, GooseRequest, GooseUser, TransactionError};
use harness::{DRAFT, VOICE};
use reqwest::header::{AUTHORIZATION, COOKIE, ORIGIN, RETRY_AFTER, SET_COOKIE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

/// Why a user's requests cannot go on.
type Failed = Box<TransactionError>;

/// How often a request is sent at most when the answer is 429 or 503 with `Retry-After`.
const MAX_ATTEMPTS: u32 = 10;

/// What a user has to know for the next request.
#[derive(Clone, Debug, Default)]
struct UserState {
    access_token: String,
    project: String,
    job: String,
}

/// Signs in by the link in the mail. The time until the mail comes is not measured.
pub async fn sign_in(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let email = format!("load-{}@example.com", uuid::Uuid::now_v7().simple());
    let asked =
        post(user, stack, "ask for a link", "/api/auth/magic-link/request", json!({"email": email}), "");
    let (_, cookies) = asked.await?;
    let token = stack.token_after(&email, 0).await.map_err(|error| error.to_string())?;
    let verify = json!({"token": token});
    let (signed_in, _) =
        post(user, stack, "follow the link", "/api/auth/magic-link/verify", verify, &cookies).await?;
    let access_token = text(&signed_in, "access_token")?;
    user.set_session_data(UserState { access_token, ..UserState::default() });
    Ok(())
}

/// Creates a project of one scene.
pub async fn make_project(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let project = json!({"text": "The LORD is my light.", "voice": VOICE});
    let (made, _) = post(user, stack, "make a project", "/api/v1/projects", project, "").await?;
    let project = text(&made, "id")?;
    update_state(user, |state| state.project = project);
    Ok(())
}

/// Asks for the quote of a render.
pub async fn see_quote(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let path = format!("/api/v1/projects/{}/render/quote", state(user).project);
    post(user, stack, "see the quote", &path, json!({"resolution": DRAFT}), "").await.map(drop)
}

/// Starts a render job.
pub async fn start_film(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let path = format!("/api/v1/projects/{}/render", state(user).project);
    let (started, _) = post(user, stack, "start the film", &path, json!({"resolution": DRAFT}), "").await?;
    let job = text(&started, "id")?;
    update_state(user, |state| state.job = job);
    Ok(())
}

/// Reads the job's status.
pub async fn see_status(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let path = format!("/api/v1/jobs/{}", state(user).job);
    let (status, _) =
        send(user, stack, PlannedRequest { name: "see the status", path: &path, body: None, cookies: "" })
            .await?;
    match status["status"].as_str() {
        Some("running" | "done") => Ok(()),
        _ => Err(Box::new(TransactionError::Custom(format!("a job is neither running nor done: {status}")))),
    }
}

/// A request that is repeated while the answer says to retry.
struct PlannedRequest<'a> {
    name: &'a str,
    path: &'a str,
    /// JSON of a POST; none for a GET.
    body: Option<Value>,
    cookies: &'a str,
}

/// Sends a POST of JSON.
async fn post(
    user: &mut GooseUser,
    stack: &LocalStack,
    name: &str,
    path: &str,
    body: Value,
    cookies: &str,
) -> Result<(Value, String), Failed> {
    send(user, stack, PlannedRequest { name, path, body: Some(body), cookies }).await
}

/// Sends a request; gives the body and the cookies of the answer. It is repeated after `Retry-After`, as the frontend
/// does; every attempt is measured.
async fn send(
    user: &mut GooseUser,
    stack: &LocalStack,
    asked: PlannedRequest<'_>,
) -> Result<(Value, String), Failed> {
    let method = if asked.body.is_some() { GooseMethod::Post } else { GooseMethod::Get };
    let mut attempt = 1;
    loop {
        let url = format!("{}{}", stack.outputs.api, asked.path);
        let mut request = match &asked.body {
            Some(body) => user.client.post(url).json(body).header(COOKIE, asked.cookies),
            None => user.client.get(url),
        };
        request = request.header(ORIGIN, &stack.outputs.frontend);
        let token = user.get_session_data::<UserState>().map(|state| state.access_token.clone());
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = GooseRequest::builder().method(method).name(asked.name).set_request_builder(request);
        let response = user.request(request.build()).await?.response?;
        if let Some(wait) = retry_after(&response).filter(|_| attempt < MAX_ATTEMPTS) {
            attempt += 1;
            tokio::time::sleep(wait).await;
            continue;
        }
        let set =
            response.headers().get_all(SET_COOKIE).into_iter().filter_map(|cookie| cookie.to_str().ok());
        let pairs: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
        let (cookies, status) = (pairs.join("; "), response.status());
        let body = response.bytes().await?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() {
            return Ok((body, cookies));
        }
        return Err(Box::new(TransactionError::Custom(format!("{}: {status}: {body}", asked.name))));
    }
}

/// The `Retry-After` of a 429 or 503.
fn retry_after(response: &Response) -> Option<Duration> {
    if ![StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&response.status()) {
        return None;
    }
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn text(answer: &Value, name: &str) -> Result<String, Failed> {
    let text = answer[name].as_str().map(str::to_owned);
    text.ok_or_else(|| Box::new(TransactionError::Custom(format!("no {name} in {answer}"))))
}

fn state(user: &GooseUser) -> UserState {
    user.get_session_data::<UserState>().cloned().unwrap_or_default()
}

fn update_state(user: &mut GooseUser, change: impl FnOnce(&mut UserState)) {
    let mut state = state(user);
    change(&mut state);
    user.set_session_data(state);
}
