//! API keys: scopes, rotation, revocation, and that no key is in a log.

use std::time::Duration;

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, LocalStack, Method, StatusCode};
use harness::{log_lines, new_user, shared, text};
use identity::ApiKeyText;
use serde_json::{Value, json};

/// How often the log is searched: its lines appear when an invocation ends.
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// How long a log line or a mail may take.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_key_does_what_its_scope_says() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let (read, render, all) = (
        with_key(&stack, &owner.api, "reads", "read").await?,
        with_key(&stack, &owner.api, "renders", "render").await?,
        with_key(&stack, &owner.api, "does", "all").await?,
    );
    for key in [&read, &render, &all] {
        let account = key.account().await?;
        assert_eq!(account.tenant.id, owner.signed_in.tenant);
        assert_eq!(account.user.email, owner.email);
        key.projects().await?;
    }
    let myself = format!("/api/account/members/{}", owner.signed_in.user);
    let (name, role) = (json!({"name": "Moab"}), json!({"role": "member"}));
    let project = json!({"text": "The LORD is my light.", "title": "Light", "language": "en"});
    let (invitation, key) =
        (json!({"email": "a@example.com", "role": "owner"}), json!({"name": "does", "scope": "all"}));
    for (method, path, body, on_read, on_render, on_all) in [
        (Method::POST, "/api/v1/projects", &project, "scope_required", "", ""),
        (Method::PATCH, "/api/account", &name, "scope_required", "scope_required", ""),
        (Method::PATCH, &myself, &role, "scope_required", "scope_required", "session_required"),
        (Method::DELETE, &myself, &Value::Null, "scope_required", "scope_required", "session_required"),
        (
            Method::POST,
            "/api/account/invitations",
            &invitation,
            "scope_required",
            "scope_required",
            "session_required",
        ),
        (
            Method::POST,
            "/api/account/rotate-api-key",
            &key,
            "scope_required",
            "scope_required",
            "session_required",
        ),
        (
            Method::GET,
            "/api/auth/sessions",
            &Value::Null,
            "session_required",
            "session_required",
            "session_required",
        ),
    ] {
        for (api, expected) in [(&read, on_read), (&render, on_render), (&all, on_all)] {
            let call = api.call(method.clone(), path);
            let answer = if body.is_null() { call } else { call.json(body) }.send().await?;
            let problem = answer.problem().map(|problem| problem.code).unwrap_or_default();
            assert_eq!(problem, expected, "{method} {path}: {}", answer.text());
            assert_eq!(answer.status.is_success(), expected.is_empty(), "{method} {path}: {}", answer.text());
        }
    }
    render.create_project(&text("Whom shall I fear?")).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_no_live_key_is_refused_like_any_other_credential() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let (key, id) = rotate(&owner.api, "press", "read", 0).await?;
    let (deleted, deleted_id) = rotate(&owner.api, "gone", "read", 0).await?;
    let path = format!("/api/account/api-keys/{deleted_id}");
    for status in [StatusCode::NO_CONTENT, StatusCode::NO_CONTENT] {
        assert_eq!(owner.api.call(Method::DELETE, &path).send().await?.status, status);
    }
    let last = if key.ends_with('0') { "1" } else { "0" };
    assert_refused(&stack, &deleted).await?;
    let mut bad = vec![
        // Its checksum does not fit.
        format!("{}{last}", &key[..key.len() - 1]),
        key[..key.len() - 1].to_owned(),
        format!("{key}0"),
        key.to_lowercase(),
        id,
        // It never was a key, though its checksum fits.
        ApiKeyText::random().expose().to_owned(),
        "dvai_live_".to_owned(),
        "garbage".to_owned(),
    ];
    bad.retain(|bad| *bad != key);
    let mut refusals = Vec::new();
    for bad in &bad {
        let answer = stack.api().with_token(bad).get("/api/account").await?;
        refusals.push((answer.status, answer.text()));
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "what is wrong with a key is not told: {refusals:?}");
    assert_eq!(refusals[0].0, StatusCode::FORBIDDEN, "API Gateway's own answer: {refusals:?}");
    assert_good(&stack, &key).await
}

#[tokio::test]
async fn a_key_that_was_found_in_public_ends_whoever_reports_it() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let (leaked, id) = rotate(&owner.api, "press", "all", 0).await?;
    let (kept, _) = rotate(&owner.api, "kept", "all", 0).await?;
    let known = stack.mails_to(&owner.email).await?.len();
    // The answer does not tell which of them was a key.
    let mut answers = Vec::new();
    for found in [leaked.as_str(), "dvai_live_nothing", leaked.as_str(), ""] {
        let report = json!({ "credentials": [found] });
        let call = stack.api().call(Method::POST, "/api/auth/api-keys/revoke").json(&report);
        let answer = call.send().await?;
        answers.push((answer.status, answer.text()));
    }
    answers.dedup();
    assert!(answers.len() == 1 && answers[0].0 == StatusCode::ACCEPTED, "{answers:?}");
    assert_refused(&stack, &leaked).await?;
    assert_good(&stack, &kept).await?;
    assert!(listed(&owner.api).await?.iter().all(|key| key["id"] != id), "it is listed no more");
    let mails = tokio::time::timeout(PATIENCE, async {
        loop {
            let mails = stack.mails_to(&owner.email).await?;
            if mails.len() > known {
                return anyhow::Ok(mails);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    });
    let mails = mails.await??;
    let mail = mails.last().context("no mail")?;
    assert!(mail.body_text.contains("press") && !mail.body_text.contains(&leaked), "{}", mail.body_text);
    let log: Value = owner.api.get("/api/account/audit?actor=leak_report").await?.json()?;
    assert_eq!(log["items"].as_array().map(Vec::len), Some(1), "{log}");
    assert_eq!(log["items"][0]["subjects"], json!([id]), "{log}");
    Ok(())
}

#[tokio::test]
async fn a_list_says_when_a_key_was_used_and_no_log_says_the_key() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let (used, used_id) = rotate(&owner.api, "used", "all", 0).await?;
    let (_, idle_id) = rotate(&owner.api, "idle", "read", 0).await?;
    let api = stack.api().with_token(&used);
    api.get("/api/account").await?.success()?;
    let wrong = format!("{}{}", &used[..used.len() - 1], if used.ends_with('0') { "1" } else { "0" });
    stack.api().with_token(&wrong).get("/api/account").await?;
    let keys = listed(&owner.api).await?;
    let of = |id: &str| keys.iter().find(|key| key["id"] == id).context("not listed");
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    assert_eq!(of(&used_id)?["last_used_on"], today);
    assert_eq!(of(&idle_id)?["last_used_on"], Value::Null);
    // A key with one wrong character must not be logged either: the character could be guessed.
    let last = api.get("/api/account").await?;
    let id = last.header("x-request-id").context("no request id")?;
    tokio::time::timeout(PATIENCE, async {
        while log_lines(&stack, id).await?.is_empty() {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        anyhow::Ok(())
    })
    .await??;
    for secret in [&used, &wrong, &used[10..40].to_owned()] {
        let lines = log_lines(&stack, secret).await?;
        assert!(lines.is_empty(), "{secret} is in the log: {lines:?}");
    }
    Ok(())
}

/// API Gateway caches the authorizer's decision for a minute: a key that is revoked here is not used before its
/// revocation.
#[tokio::test]
async fn a_rotated_key_ends_at_once_or_after_the_overlap() -> Result<()> {
    rotates(&shared()?).await
}

/// Rotates a key, with and without overlap; `policies` does the same with IAM enforced.
pub async fn rotates(stack: &LocalStack) -> Result<()> {
    let owner = new_user(stack).await?;
    let (bystander, _) = rotate(&owner.api, "other", "read", 0).await?;
    let (first, _) = rotate(&owner.api, "press", "read", 0).await?;
    let (second, second_id) = rotate(&owner.api, "press", "render", 0).await?;
    let (third, third_id) = rotate(&owner.api, "press", "render", 60).await?;
    assert_refused(stack, &first).await?;
    for key in [&second, &third, &bystander] {
        assert_good(stack, key).await?;
    }
    let keys = listed(&owner.api).await?;
    let of = |id: &str| keys.iter().find(|key| key["id"] == id).context("not listed");
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert_eq!(of(&third_id)?["expires_at"], Value::Null);
    assert!(of(&second_id)?["expires_at"].is_string(), "{keys:?}");

    let (fourth, _) = rotate(&owner.api, "press", "render", 60).await?;
    let (fifth, _) = rotate(&owner.api, "press", "render", 0).await?;
    assert_refused(stack, &fourth).await?;
    for key in [&fifth, &bystander] {
        assert_good(stack, key).await?;
    }
    assert_eq!(listed(&owner.api).await?.len(), 2);
    Ok(())
}

/// With the largest number of keys, all of one name, a rotation without overlap replaces them all.
#[tokio::test]
async fn at_the_cap_a_key_can_still_be_replaced_at_once() -> Result<()> {
    const AT_ONCE: usize = 50;
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    for _ in 0..AT_ONCE {
        rotate(&owner.api, "press", "read", 1440).await?;
    }
    assert_eq!(listed(&owner.api).await?.len(), AT_ONCE);
    for (name, overlap_minutes) in [("press", 1), ("other", 0)] {
        let body = json!({"name": name, "scope": "read", "overlap_minutes": overlap_minutes});
        let refused = owner.api.call(Method::POST, "/api/account/rotate-api-key").json(&body).send().await?;
        let code = refused.problem().map(|problem| problem.code);
        assert_eq!((refused.status, code.as_deref()), (StatusCode::CONFLICT, Some("too_many")));
    }
    let (last, id) = rotate(&owner.api, "press", "read", 0).await?;
    let keys = listed(&owner.api).await?;
    assert_eq!((keys.len(), &keys[0]["id"]), (1, &json!(id)), "{keys:?}");
    assert_good(&stack, &last).await
}

/// Eight concurrent rotations: each is answered with a key of its own, and only one of the keys is valid afterwards.
#[tokio::test]
async fn rotations_at_once_leave_one_key_of_a_name() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let one = || rotate(&owner.api, "press", "read", 0);
    let made = tokio::try_join!(one(), one(), one(), one(), one(), one(), one(), one())?;
    let made = [made.0, made.1, made.2, made.3, made.4, made.5, made.6, made.7];
    let mut good = 0;
    for (key, _) in &made {
        good += usize::from(stack.api().with_token(key).account().await.is_ok());
    }
    assert_eq!((good, listed(&owner.api).await?.len()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn a_key_is_shown_once() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let (key, id) = rotate(&owner.api, " press ", "read", 0).await?;
    assert!(key.starts_with("dvai_live_") && key.len() == 46, "{key}");
    let keys = listed(&owner.api).await?;
    assert!(!json!(keys).to_string().contains(&key[..20]), "{keys:?}");
    let [listed] = keys.as_slice() else { panic!("one key: {keys:?}") };
    assert_eq!(listed["id"], id.as_str());
    assert_eq!(listed["name"], "press");
    assert_eq!(listed["created_by"], owner.signed_in.user.as_str());
    let beginning = listed["beginning"].as_str().context("no beginning")?;
    assert!(key.starts_with(beginning) && beginning.len() == 14, "{beginning}");
    Ok(())
}

#[tokio::test]
async fn no_key_is_in_the_functions_log() -> Result<()> {
    let stack = shared()?;
    let owner = new_user(&stack).await?;
    let (key, _) = rotate(&owner.api, "logged", "read", 0).await?;
    let api = with_bearer(&stack, &key);
    let last = if key.ends_with('x') { "y" } else { "x" };
    let wrong = format!("{}{last}", &key[..key.len() - 1]);
    // A good request, one beyond the scope, and a wrong key: refused credentials must not be logged either.
    assert!(api.create_project(&text("The LORD is my light.")).await.is_err());
    assert!(with_bearer(&stack, &wrong).account().await.is_err());
    let last = api.get(&format!("/api/account?key={key}")).await?;
    let id = last.success()?.header("x-request-id").context("no request id")?;

    // First wait for a line that must be there: so the search works, and the log is complete up to here.
    let found = async {
        while log_lines(&stack, id).await?.is_empty() {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, found).await.context("the last request is not in the log")??;
    for hidden in [key.as_str(), &key[10..40], &wrong] {
        let lines = log_lines(&stack, hidden).await?;
        assert!(lines.is_empty(), "{hidden} is in the log: {lines:?}");
    }
    Ok(())
}

/// Rotates the key of this name; gives the new key and its id.
pub async fn rotate(owner: &Api, name: &str, scope: &str, overlap_minutes: u32) -> Result<(String, String)> {
    let body = json!({ "name": name, "scope": scope, "overlap_minutes": overlap_minutes });
    let answer = owner.call(Method::POST, "/api/account/rotate-api-key").json(&body).send().await?;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let made: Value = answer.json()?;
    let text =
        |name: &str| Ok::<_, anyhow::Error>(made[name].as_str().context("not in the answer")?.to_owned());
    Ok((text("key")?, text("id")?))
}

async fn with_key(stack: &LocalStack, owner: &Api, name: &str, scope: &str) -> Result<Api> {
    let (key, _) = rotate(owner, name, scope, 0).await?;
    Ok(with_bearer(stack, &key))
}

fn with_bearer(stack: &LocalStack, key: &str) -> Api {
    stack.api().with_token(key)
}

async fn listed(owner: &Api) -> Result<Vec<Value>> {
    let keys: Value = owner.get("/api/account/api-keys").await?.json()?;
    Ok(keys["items"].as_array().context("no list")?.clone())
}

async fn assert_good(stack: &LocalStack, key: &str) -> Result<()> {
    stack.api().with_token(key).account().await?;
    Ok(())
}

async fn assert_refused(stack: &LocalStack, key: &str) -> Result<()> {
    let answer: ApiResponse = stack.api().with_token(key).get("/api/account").await?;
    let code = answer.problem().map(|problem| problem.code);
    assert_eq!(code.as_deref(), Some("unauthorized"), "{} {}", answer.status, answer.text());
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
    Ok(())
}
