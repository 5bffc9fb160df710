//! The functions' log: a search for a request's id finds all that it caused, a search for a secret finds nothing.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use client::{ApiResponse, Browser, LocalStack, Method};
use harness::{DRAFT, log_lines, minutes, new_user, shared, wait_for_job};
use serde_json::{Value, json};
use tokio::time::timeout;

/// How often the log is searched: its lines appear when an invocation ends.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

#[tokio::test]
async fn one_id_leads_from_a_request_to_the_mail_that_it_caused() -> Result<()> {
    let stack = shared()?;
    let email = format!("followed-{}@example.com", std::process::id());
    let mut browser = Browser::new(&stack);
    let asked = browser.post("/api/auth/magic-link/request", &json!({"email": email})).await?;
    assert_lines_with(&stack, request_id(&asked)?, &["POST /api/auth/magic-link/request 202", "sent mail"])
        .await
}

#[tokio::test]
async fn one_id_leads_from_a_render_to_its_last_step() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let project =
        person.api.create_project(&harness::text("The LORD is my light. Whom shall I fear?")).await?.id;
    let path = format!("/api/v1/projects/{project}/render");
    let ordered = person.api.call(Method::POST, &path).json(&json!({"resolution": DRAFT})).send().await?;
    wait_for_job(&person.api, &ordered.json()?, minutes(4)).await?;
    let told = [
        "POST /api/v1/projects/{id}/render 202",
        "image-0000 done",
        "narration-0000 done",
        "clip-0000 done",
        "soundtrack-0000 done",
        "stitch-0000 done",
    ];
    assert_lines_with(&stack, request_id(&ordered)?, &told).await
}

#[tokio::test]
async fn neither_secret_nor_address_is_in_a_log() -> Result<()> {
    let stack = shared()?;
    let email = format!("unlogged-{}@example.com", std::process::id());
    let mut browser = Browser::new(&stack);
    let token = browser.link(&stack, &email).await?;
    let mail = stack.mails_to(&email).await?.pop().context("no mail")?;
    let mut secrets: Vec<String> = vec![email.clone(), token.clone()];
    secrets.extend(codes(&mail.body_text));
    secrets.extend(browser.cookie_values().map(str::to_owned));

    // A good request, a repeated one and a malformed one: refused secrets must not be logged either.
    let verify = "/api/auth/magic-link/verify";
    let signed_in: Value = browser.post(verify, &json!({"token": token})).await?.json()?;
    browser.post(verify, &json!({"token": token})).await?;
    browser.post(verify, &json!({"token": [token], "email": email})).await?;
    let access = signed_in["access_token"].as_str().context("no access token")?;
    secrets.extend(access.split('.').skip(1).map(str::to_owned));
    secrets.extend(browser.cookie_values().map(str::to_owned));
    browser.post("/api/auth/refresh", &json!({})).await?.success()?;
    secrets.extend(browser.cookie_values().map(str::to_owned));
    let api = stack.api().with_token(access);
    api.get("/api/account").await?.success()?;
    let forged = format!("{access}x");
    stack.api().with_token(&forged).get("/api/account").await?;
    let last = api.get(&format!("/api/account?access_token={access}")).await?;

    // First wait for a line that must be there: so the search works, and the log is complete up to here.
    assert_lines_with(&stack, request_id(&last)?, &["GET /api/account 200"]).await?;
    assert!(secrets.len() >= 5, "{secrets:?}");
    for secret in secrets {
        let lines = log_lines(&stack, &secret).await?;
        assert!(lines.is_empty(), "{secret} is in the log: {lines:?}");
    }
    Ok(())
}

/// The sign-in codes in a mail (`ABCD-EFGH`), with and without the hyphen.
fn codes(mail: &str) -> Vec<String> {
    let is_code = |word: &&str| {
        word.split_once('-').is_some_and(|(one, other)| [one, other].iter().all(|part| part.len() == 4))
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
    };
    let codes = mail.split_whitespace().map(|word| word.trim_matches('.')).filter(is_code);
    codes.flat_map(|code| [code.to_owned(), code.replace('-', "")]).collect()
}

/// The `X-Request-Id` of an answer.
fn request_id(answer: &ApiResponse) -> Result<&str> {
    answer.success()?;
    answer.header("x-request-id").filter(|id| !id.is_empty()).context("no request id")
}

/// Waits until the log has a line with each of these messages and this correlation id.
async fn assert_lines_with(stack: &LocalStack, id: &str, messages: &[&str]) -> Result<()> {
    let mut lines = Vec::new();
    let complete = async {
        loop {
            lines = log_lines(stack, id).await?;
            let missing = messages.iter().find(|message| !lines.iter().any(|line| says(line, message, id)));
            if missing.is_none() {
                return anyhow::Ok(());
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    match timeout(Duration::from_secs(20), complete).await {
        Ok(found) => found,
        Err(_) => bail!("not all of {messages:?} in {lines:#?}"),
    }
}

fn says(line: &Value, message: &str, id: &str) -> bool {
    let told = line["message"].as_str().is_some_and(|told| told.starts_with(message));
    told && line["span"]["correlation_id"] == id
}
