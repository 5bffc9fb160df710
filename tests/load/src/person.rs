//! What one person asks, and what they have to remember between two requests.

use std::time::Duration;

use client::LocalStack;
use goose::goose::{GooseMethod, GooseRequest, GooseUser, TransactionError};
use harness::{DRAFT, VOICE};
use reqwest::header::{AUTHORIZATION, COOKIE, ORIGIN, RETRY_AFTER, SET_COOKIE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

/// Why a person could not go on.
type Failed = Box<TransactionError>;

/// How often somebody comes back who is told to.
const TURNS: u32 = 10;

/// Who somebody is, what they have made, and what they wait for.
#[derive(Clone, Debug, Default)]
struct Memory {
    access_token: String,
    project: String,
    job: String,
}

/// Signs in by the link in the mail. How long the mail takes is not measured.
pub async fn sign_in(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let email = format!("load-{}@example.com", uuid::Uuid::now_v7().simple());
    let asked =
        ask(user, stack, "ask for a link", "/api/auth/magic-link/request", json!({"email": email}), "");
    let (_, cookies) = asked.await?;
    let token = stack.token_after(&email, 0).await.map_err(|error| error.to_string())?;
    let verify = json!({"token": token});
    let (signed_in, _) =
        ask(user, stack, "follow the link", "/api/auth/magic-link/verify", verify, &cookies).await?;
    let access_token = text(&signed_in, "access_token")?;
    user.set_session_data(Memory { access_token, ..Memory::default() });
    Ok(())
}

/// Makes a project of one scene.
pub async fn make_project(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let project = json!({"text": "The LORD is my light.", "voice": VOICE});
    let (made, _) = ask(user, stack, "make a project", "/api/v1/projects", project, "").await?;
    let project = text(&made, "id")?;
    remember(user, |memory| memory.project = project);
    Ok(())
}

/// Sees what the film would take.
pub async fn see_quote(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let path = format!("/api/v1/projects/{}/render/quote", memory(user).project);
    ask(user, stack, "see the quote", &path, json!({"resolution": DRAFT}), "").await.map(drop)
}

/// Starts the film.
pub async fn start_film(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let path = format!("/api/v1/projects/{}/render", memory(user).project);
    let (started, _) = ask(user, stack, "start the film", &path, json!({"resolution": DRAFT}), "").await?;
    let job = text(&started, "id")?;
    remember(user, |memory| memory.job = job);
    Ok(())
}

/// Looks how far it is.
pub async fn see_status(user: &mut GooseUser, stack: &LocalStack) -> Result<(), Failed> {
    let path = format!("/api/v1/jobs/{}", memory(user).job);
    let (status, _) =
        send(user, stack, Asked { name: "see the status", path: &path, body: None, cookies: "" }).await?;
    match status["status"].as_str() {
        Some("running" | "done") => Ok(()),
        _ => Err(Box::new(TransactionError::Custom(format!("a job is neither running nor done: {status}")))),
    }
}

/// One request, until it is more than "come back later".
struct Asked<'a> {
    name: &'a str,
    path: &'a str,
    /// None for a GET.
    body: Option<Value>,
    cookies: &'a str,
}

/// A post of JSON.
async fn ask(
    user: &mut GooseUser,
    stack: &LocalStack,
    name: &str,
    path: &str,
    body: Value,
    cookies: &str,
) -> Result<(Value, String), Failed> {
    send(user, stack, Asked { name, path, body: Some(body), cookies }).await
}

/// Gives the answer and the cookies that it sets. Whoever is told to come back later does so, as the page does;
/// every attempt is measured.
async fn send(user: &mut GooseUser, stack: &LocalStack, asked: Asked<'_>) -> Result<(Value, String), Failed> {
    let method = if asked.body.is_some() { GooseMethod::Post } else { GooseMethod::Get };
    let mut turn = 1;
    loop {
        let url = format!("{}{}", stack.outputs.api, asked.path);
        let mut request = match &asked.body {
            Some(body) => user.client.post(url).json(body).header(COOKIE, asked.cookies),
            None => user.client.get(url),
        };
        request = request.header(ORIGIN, &stack.outputs.frontend);
        let token = user.get_session_data::<Memory>().map(|memory| memory.access_token.clone());
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = GooseRequest::builder().method(method).name(asked.name).set_request_builder(request);
        let response = user.request(request.build()).await?.response?;
        if let Some(wait) = come_back_after(&response).filter(|_| turn < TURNS) {
            turn += 1;
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

/// How long to wait, if the answer says so.
fn come_back_after(response: &Response) -> Option<Duration> {
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

fn memory(user: &GooseUser) -> Memory {
    user.get_session_data::<Memory>().cloned().unwrap_or_default()
}

fn remember(user: &mut GooseUser, change: impl FnOnce(&mut Memory)) {
    let mut memory = memory(user);
    change(&mut memory);
    user.set_session_data(memory);
}
