//! What one person asks, and what they have to remember between two requests.

use client::LocalStack;
use goose::goose::{GooseMethod, GooseRequest, GooseUser, TransactionError};
use goose::metrics::GooseRequestMetric;
use journeys::{DRAFT, VOICE};
use reqwest::header::{AUTHORIZATION, COOKIE, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};

/// Why a person could not go on.
type Failed = Box<TransactionError>;

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
    let url = format!("{}/api/v1/jobs/{}", stack.outputs.api, memory(user).job);
    let token = memory(user).access_token;
    let request = user.client.get(url).header(AUTHORIZATION, format!("Bearer {token}"));
    let request = GooseRequest::builder().name("see the status").set_request_builder(request);
    let answered = user.request(request.build()).await?;
    let mut asked = answered.request;
    let status: Value = match answered.response {
        Ok(response) => response.json().await.unwrap_or_default(),
        Err(_) => return Ok(()),
    };
    match status["status"].as_str() {
        Some("running" | "done") => Ok(()),
        _ => complain(user, &mut asked, &status),
    }
}

/// A post of JSON. Gives the answer and the cookies that it sets; what is no success is counted as a failure.
async fn ask(
    user: &mut GooseUser,
    stack: &LocalStack,
    name: &str,
    path: &str,
    body: Value,
    cookies: &str,
) -> Result<(Value, String), Failed> {
    let mut request = user.client.post(format!("{}{path}", stack.outputs.api)).json(&body);
    request = request.header(ORIGIN, &stack.outputs.frontend).header(COOKIE, cookies);
    let token = user.get_session_data::<Memory>().map(|memory| memory.access_token.clone());
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = GooseRequest::builder().method(GooseMethod::Post).name(name).set_request_builder(request);
    let response = user.request(request.error_on_fail().build()).await?.response?;
    let set = response.headers().get_all(SET_COOKIE).into_iter().filter_map(|cookie| cookie.to_str().ok());
    let pairs: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    let cookies = pairs.join("; ");
    let body = response.bytes().await?;
    Ok((serde_json::from_slice(&body).unwrap_or_default(), cookies))
}

fn complain(user: &mut GooseUser, asked: &mut GooseRequestMetric, answer: &Value) -> Result<(), Failed> {
    user.set_failure("not what was promised", asked, None, Some(&answer.to_string()))
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
