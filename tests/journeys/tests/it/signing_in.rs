//! Signing in by a link in a mail: who is signed in, how often, and what an attacker learns from trying.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use client::{Api, ApiError, ApiResponse, Browser, LocalStack, Method, SignedIn, StatusCode};
use cloud::table::Key;
use harness::{Aws, shared, unused_email};
use serde_json::{Value, json};
use tenancy::TenantId;
use tokio::task::JoinSet;

const REQUEST: &str = "/api/auth/magic-link/request";
const VERIFY: &str = "/api/auth/magic-link/verify";
const REFRESH: &str = "/api/auth/refresh";

#[tokio::test]
async fn of_fifty_who_follow_one_link_at_once_one_is_signed_in() -> Result<()> {
    let stack = shared()?;
    let mut browser = Browser::new(&stack);
    let token = browser.link(&stack, &unused_email()).await?;

    let mut all = JoinSet::new();
    for _ in 0..50 {
        let (mut tab, token) = (browser.clone(), token.clone());
        all.spawn(async move { tab.verify(Some(&token), None).await });
    }
    let (good, bad): (Vec<_>, Vec<_>) = all.join_all().await.into_iter().partition(Result::is_ok);
    for refusal in bad {
        assert_eq!(code_of(refusal)?, "link_spent");
    }
    let [signed_in] = <[_; 1]>::try_from(good).map_err(|good| anyhow::anyhow!("{} signed in", good.len()))?;
    let api = stack.api().with_token(&signed_in?.access_token);
    assert_eq!(items(&api, "/api/auth/sessions").await?.len(), 1, "one session");
    assert_eq!(items(&api, "/api/auth/tenants").await?.len(), 1, "one tenant");
    Ok(())
}

#[tokio::test]
async fn the_next_link_finds_the_same_person() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (_, first) = stack.sign_in(&email).await?;
    let (_, second) = stack.sign_in(&email).await?;
    assert_eq!((first.tenant, first.user), (second.tenant, second.user));
    assert_ne!(first.session, second.session);
    Ok(())
}

/// The owner of an account whose items are lost stays the same user, so that a restore gives the account back to them.
#[tokio::test]
async fn the_owner_of_a_lost_account_stays_the_same_user() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (_, before) = stack.sign_in(&email).await?;
    let table = Aws::of(&stack)?.table("identity_table")?;
    let tenant: TenantId = before.tenant.parse()?;
    for item in table.items(&tenant.partition(), None).await?.items {
        table.delete(&Key::of_item(&item)).await?;
    }
    let (_, after) = stack.sign_in(&email).await?;
    assert_eq!(after.user, before.user);
    assert_ne!(after.tenant, before.tenant);
    Ok(())
}

#[tokio::test]
async fn a_link_signs_in_once_and_its_cookie_is_deleted() -> Result<()> {
    let stack = shared()?;
    let mut browser = Browser::new(&stack);
    let token = browser.link(&stack, &unused_email()).await?;
    assert!(browser.cookie("sign-in").is_some() && browser.cookie("refresh").is_none());
    let earlier = browser.clone();
    browser.verify(Some(&token), None).await?;
    assert!(browser.cookie("sign-in").is_none() && browser.cookie("refresh").is_some());
    for mut again in [earlier, browser, Browser::new(&stack)] {
        assert_eq!(code_of(again.verify(Some(&token), None).await)?, "link_spent");
    }
    Ok(())
}

#[tokio::test]
async fn another_device_has_to_type_the_code() -> Result<()> {
    let stack = shared()?;
    let (email, mut asking, mut other) = (unused_email(), Browser::new(&stack), Browser::new(&stack));
    let token = asking.link(&stack, &email).await?;
    let code = code_to(&stack, &email).await?;

    for _ in 0..8 {
        // A request without a code is not counted as a try.
        assert_eq!(code_of(other.verify(Some(&token), None).await)?, "code_required");
    }
    let wrong = other.post(VERIFY, &json!({"token": token, "code": "0000-0000"})).await?;
    assert_eq!(wrong.problem().context("no problem")?.code, "code_wrong");
    assert_eq!(wrong.problem().context("no problem")?.members["tries_left"], 4);
    let signed_in = other.verify(Some(&token), Some(&code)).await?;
    assert_eq!(stack.api().with_token(&signed_in.access_token).account().await?.user.email, email);
    assert_eq!(code_of(asking.verify(Some(&token), None).await)?, "link_spent");
    Ok(())
}

#[tokio::test]
async fn the_browser_that_asked_may_type_the_code_instead() -> Result<()> {
    let stack = shared()?;
    let (email, mut browser) = (unused_email(), Browser::new(&stack));
    browser.link(&stack, &email).await?;
    let code = code_to(&stack, &email).await?;
    assert_eq!(code_of(browser.verify(None, None).await)?, "code_required");
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    assert_eq!(code_of(Browser::new(&stack).verify(None, Some(&typed)).await)?, "link_spent");
    browser.verify(None, Some(&typed)).await?;
    Ok(())
}

#[tokio::test]
async fn however_many_guess_at_once_there_are_five_tries() -> Result<()> {
    let stack = shared()?;
    let (email, mut browser) = (unused_email(), Browser::new(&stack));
    let token = browser.link(&stack, &email).await?;
    let code = code_to(&stack, &email).await?;

    let mut all = JoinSet::new();
    for guess in 0..20 {
        let (mut other, token) = (Browser::new(&stack), token.clone());
        all.spawn(async move { other.verify(Some(&token), Some(&format!("0000-00{guess:02}"))).await });
    }
    let mut told = Vec::new();
    for refusal in all.join_all().await {
        told.push(code_of(refusal)?);
    }
    let wrong = told.iter().filter(|code| *code == "code_wrong").count();
    assert_eq!(wrong, 4, "the fifth voids the link: {told:?}");
    assert!(told.iter().all(|code| code == "code_wrong" || code == "link_spent"), "{told:?}");
    assert_eq!(code_of(Browser::new(&stack).verify(Some(&token), Some(&code)).await)?, "link_spent");
    assert_eq!(code_of(browser.verify(Some(&token), None).await)?, "link_spent", "void for everybody");
    Ok(())
}

#[tokio::test]
async fn who_knows_an_address_alone_cannot_void_its_link() -> Result<()> {
    let stack = shared()?;
    let mut browser = Browser::new(&stack);
    let token = browser.link(&stack, &unused_email()).await?;
    // The first half of a token is the digest of the address, which anybody can compute.
    let (address, secret) = token.split_at(token.len() / 2 + 4);
    let forged = format!("{address}{}", secret.chars().rev().collect::<String>());
    for guess in 0..6 {
        let code = format!("0000-000{guess}");
        let refused = Browser::new(&stack).verify(Some(&forged), Some(&code)).await;
        assert_eq!(code_of(refused)?, "link_spent");
    }
    browser.verify(Some(&token), None).await?;
    Ok(())
}

#[tokio::test]
async fn links_live_side_by_side_until_one_signs_in() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let mut asked = Vec::new();
    for _ in 0..5 {
        let mut browser = Browser::new(&stack);
        let token = browser.link(&stack, &email).await?;
        asked.push((browser, token, code_to(&stack, &email).await?));
    }
    let (mut other, [first, second]) = (asked[4].0.clone(), [&asked[0], &asked[1]]);
    assert_eq!(code_of(other.verify(Some(&first.1), None).await)?, "code_required", "it did not ask for it");
    let wrong = other.verify(Some(&first.1), Some(&second.2)).await;
    assert_eq!(code_of(wrong)?, "code_wrong", "each link has a code of its own");
    // Five wrong codes void a link, and no other.
    for guess in 0..4 {
        code_of(other.verify(Some(&first.1), Some(&format!("0000-000{guess}"))).await)?;
    }
    assert_eq!(code_of(first.0.clone().verify(Some(&first.1), None).await)?, "link_spent");

    second.0.clone().verify(Some(&second.1), None).await?;
    for (mut browser, token, code) in asked {
        assert_eq!(code_of(browser.verify(Some(&token), None).await)?, "link_spent");
        assert_eq!(code_of(browser.verify(Some(&token), Some(&code)).await)?, "link_spent");
    }
    Ok(())
}

/// Whoever asks again because a mail is late may use whichever comes first.
#[tokio::test]
async fn a_browser_may_follow_any_of_the_links_that_it_asked_for() -> Result<()> {
    let stack = shared()?;
    for which in [0, 2] {
        let (email, mut browser) = (unused_email(), Browser::new(&stack));
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(browser.link(&stack, &email).await?);
        }
        browser.verify(Some(&tokens[which]), None).await?;
    }
    let (email, mut browser) = (unused_email(), Browser::new(&stack));
    browser.link(&stack, &email).await?;
    let code = code_to(&stack, &email).await?;
    browser.link(&stack, &email).await?;
    browser.verify(None, Some(&code)).await?;
    Ok(())
}

/// curl, or a generated client: neither `Origin` nor `Sec-Fetch-Site`, and no cookie but those that it was given.
#[tokio::test]
async fn a_program_signs_in_and_refreshes_without_a_browsers_headers() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let post = |path, body: &Value| stack.api().call(Method::POST, path).json(body);
    let asked = post(REQUEST, &json!({"email": email})).send().await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    let token = stack.token_after(&email, 0).await?;
    let proof = json!({"token": token, "code": code_to(&stack, &email).await?});
    let answer = post(VERIFY, &proof).send().await?;
    let signed_in: SignedIn = answer.json()?;
    stack.api().with_token(&signed_in.access_token).account().await?;

    let set = answer.headers.get_all("set-cookie").into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = set.filter_map(|line| line.split(';').next());
    let cookie = pairs.find(|pair| pair.starts_with("refresh=")).context("no refresh token")?;
    let refresh = |cookie: &str| post(REFRESH, &json!({})).header("cookie", cookie);
    // Not from a page of another site, which a browser would tell.
    for (name, value) in [("origin", "https://evil.example.org"), ("sec-fetch-site", "cross-site")] {
        let foreign = refresh(cookie).header(name, value).send().await?;
        assert_eq!(foreign.problem().context("no problem")?.code, "foreign_origin");
    }
    let form = stack.api().call(Method::POST, REFRESH).header("cookie", cookie).send().await?;
    assert_eq!(form.problem().context("no problem")?.code, "not_json");
    let again: SignedIn = refresh(cookie).send().await?.json()?;
    assert_eq!(again.session, signed_in.session);
    Ok(())
}

#[tokio::test]
async fn a_domain_with_other_letters_is_mailed_and_known_in_its_ascii_form() -> Result<()> {
    let stack = shared()?;
    let name = unused_email().split('@').next().context("no name")?.to_owned();
    let (typed, ascii) = (format!("{name}@B\u{fc}cher.example"), format!("{name}@xn--bcher-kva.example"));
    let mut browser = Browser::new(&stack);
    let asked = browser.post(REQUEST, &json!({"email": typed})).await?;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    let token = stack.token_after(&ascii, 0).await?;
    let first = browser.verify(Some(&token), None).await?;
    assert_eq!(stack.api().with_token(&first.access_token).account().await?.user.email, ascii);
    let (_, second) = stack.sign_in(&ascii).await?;
    assert_eq!(second.user, first.user, "one person");

    let refused = browser.post(REQUEST, &json!({"email": "r\u{fc}th@example.org"})).await?;
    let problem = refused.problem().context("no problem")?;
    assert_eq!((problem.status, problem.code.as_str()), (422, "invalid"));
    assert!(problem.detail.contains("before the @"), "{}", problem.detail);
    Ok(())
}

#[tokio::test]
async fn nobody_learns_which_addresses_are_known() -> Result<()> {
    let stack = shared()?;
    let known = unused_email();
    stack.sign_in(&known).await?;
    let mut seen = BTreeSet::new();
    for email in [known, unused_email(), "ruth@no-such-domain.invalid".to_owned()] {
        let answer = Browser::new(&stack).post(REQUEST, &json!({ "email": email })).await?;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        seen.insert(outline(&answer)?);
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
    Ok(())
}

/// The visible parts of an answer, without those that differ every time.
fn outline(answer: &ApiResponse) -> Result<String> {
    let mut outline = vec![answer.text()];
    for (name, value) in &answer.headers {
        outline.push(match name.as_str() {
            "set-cookie" => {
                let (pair, attributes) = value.to_str()?.split_once(';').context("no attributes")?;
                format!("{} {attributes}", pair.len())
            }
            "date" | "x-request-id" | "apigw-requestid" | "x-amzn-requestid" | "x-amz-request-id" => {
                name.to_string()
            }
            _ => format!("{name} {}", value.to_str()?),
        });
    }
    Ok(outline.join("\n"))
}

async fn code_to(stack: &LocalStack, email: &str) -> Result<String> {
    let mail = stack.mails_to(email).await?.pop().context("no mail")?;
    Ok(mail.code().context("no code in the mail")?.to_owned())
}

/// The problem's code of a refused sign-in.
#[track_caller]
fn code_of(refused: Result<SignedIn, ApiError>) -> Result<String> {
    let error = refused.err().context("somebody was signed in")?;
    Ok(error.problem().with_context(|| error.to_string())?.code.clone())
}

async fn items(api: &Api, path: &str) -> Result<Vec<Value>> {
    let list: Value = api.get(path).await?.json()?;
    Ok(list["items"].as_array().context("no items")?.clone())
}
