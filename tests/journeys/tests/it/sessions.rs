//! Sessions: refreshing, ending, switching the tenant, and the use of a stolen cookie.
//!
//! API Gateway caches the authorizer's decision on a token for a minute. Where a test says that a token is refused at
//! once, it is one that was not used before.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, Browser, LocalStack, Method, StatusCode};
use harness::{routes, shared, unused_email};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Longer than the time for which a rotated cookie counts as the current one.
const PAST_GRACE_PERIOD: Duration = Duration::from_secs(11);

/// An id for paths. It need not exist: the authorizer refuses before a route looks it up.
const ANY_ID: &str = "proj_0198f0c5a1b27c3d8e4f5a6b7c8d9e01";

#[tokio::test]
async fn twenty_refreshes_at_once_sign_nobody_out() -> Result<()> {
    let stack = shared()?;
    let (_, browser) = signed_in(&stack, &unused_email()).await?;
    let before = browser.cookie("refresh").context("no cookie")?.to_owned();

    let mut all = JoinSet::new();
    for _ in 0..20 {
        let mut tab = browser.clone();
        all.spawn(async move { tab.refresh().await.map(|access| (tab, access)) });
    }
    let (mut cookies, mut last) = (BTreeSet::new(), None);
    for refreshed in all.join_all().await {
        let (tab, access) = refreshed?;
        stack.api().with_token(&access.access_token).account().await?;
        cookies.insert(tab.cookie("refresh").context("no cookie")?.to_owned());
        last = Some(tab);
    }
    assert_eq!(cookies.len(), 1, "one token is the current one");
    assert!(!cookies.contains(&before), "it was rotated");
    last.context("none")?.refresh().await?;
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_later() -> Result<()> {
    let stack = shared()?;
    let (_, mut browser) = signed_in(&stack, &unused_email()).await?;
    let mut lost = browser.clone();
    browser.refresh().await?;
    tokio::time::sleep(PAST_GRACE_PERIOD).await;
    lost.refresh().await?;
    assert_eq!(lost.cookie("refresh"), browser.cookie("refresh"), "both have the current one");
    browser.refresh().await?;
    lost.refresh().await?;
    Ok(())
}

#[tokio::test]
async fn an_old_stolen_cookie_ends_the_session_everywhere() -> Result<()> {
    let stack = shared()?;
    let (api, mut owner) = signed_in(&stack, &unused_email()).await?;
    let mut thief = owner.clone();
    owner.refresh().await?;
    let newest = refreshed(&stack, &mut owner).await?;
    tokio::time::sleep(PAST_GRACE_PERIOD).await;
    refreshed(&stack, &mut owner).await?.account().await?;

    let stolen = thief.cookie("refresh").context("no cookie")?.to_owned();
    assert_session_ended(&thief.post("/api/auth/refresh", &json!({})).await?);
    assert_eq!(thief.cookie("refresh"), Some(stolen.as_str()), "a refusal takes no cookie away");
    assert_session_ended(&owner.post("/api/auth/refresh", &json!({})).await?);
    assert!(owner.cookie("refresh").is_some());
    for closed in routes()?.into_iter().filter(|route| !route.public) {
        for api in [&api, &newest] {
            let path = closed.path.replace("{id}", ANY_ID);
            let answer = api.call(closed.method.parse()?, &path).send().await?;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}: {}", answer.request, answer.text());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_forged_cookie_changes_nothing() -> Result<()> {
    let stack = shared()?;
    let (_, mut browser) = signed_in(&stack, &unused_email()).await?;
    browser.refresh().await?;
    let cookie = browser.cookie("refresh").context("no cookie")?.to_owned();
    let parts: Vec<&str> = cookie.split('.').collect();
    let [tenant, session, generation, secret] = parts[..] else { anyhow::bail!("{cookie}") };
    assert_eq!(generation, "1");
    let other: String = secret.chars().rev().collect();
    for forged in [
        format!("{tenant}.{session}.1.{other}"),
        format!("{tenant}.{session}.0.{secret}"),
        format!("{tenant}.{session}.2.{secret}"),
        format!("{tenant}.{session}.18446744073709551615.{secret}"),
        format!("{tenant}.{session}.{secret}"),
        cookie.replace("tenant_", "tenant_0"),
        "x".to_owned(),
    ] {
        let call = stack.api().call(Method::POST, "/api/auth/refresh").json(&json!({}));
        let call =
            call.header("origin", &stack.outputs.frontend).header("cookie", &format!("refresh={forged}"));
        let answer = call.send().await?;
        assert_session_ended(&answer);
    }
    browser.refresh().await?;
    Ok(())
}

#[tokio::test]
async fn logging_out_ends_the_sessions_of_its_scope() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (_, mut here) = signed_in(&stack, &email).await?;
    let (second, mut there) = signed_in(&stack, &email).await?;
    let (third, mut away) = signed_in(&stack, &email).await?;

    let stale = there.clone();
    let left = there.post("/api/auth/logout", &json!({})).await?;
    assert_eq!(left.status, StatusCode::NO_CONTENT, "{}", left.text());
    assert!(there.cookie("refresh").is_none());
    assert_refused(&second).await?;
    assert_session_ended(&stale.clone().post("/api/auth/refresh", &json!({})).await?);
    away.refresh().await?;

    here.post("/api/auth/logout", &json!({"scope": "others"})).await?.success()?;
    assert_refused(&third).await?;
    assert_session_ended(&away.post("/api/auth/refresh", &json!({})).await?);
    refreshed(&stack, &mut here).await?.account().await?;

    let (fourth, mut other) = signed_in(&stack, &email).await?;
    let last = refreshed(&stack, &mut here).await?;
    here.post("/api/auth/logout", &json!({"scope": "global"})).await?.success()?;
    assert!(here.cookie("refresh").is_none());
    assert_refused(&fourth).await?;
    assert_refused(&last).await?;
    assert_session_ended(&other.post("/api/auth/refresh", &json!({})).await?);
    Ok(())
}

#[tokio::test]
async fn only_the_invited_person_joins_and_can_switch_between_tenants() -> Result<()> {
    let stack = shared()?;
    let (owner_email, email) = (unused_email(), unused_email());
    let (owner, _) = signed_in(&stack, &owner_email).await?;
    let home = owner.account().await?.tenant.id;
    let token = invited(&stack, &owner, &email, "member").await?;
    let (api, mut browser) = signed_in(&stack, &email).await?;
    let own = api.account().await?.tenant.id;
    let (stranger, _) = signed_in(&stack, &unused_email()).await?;

    for somebody_else in [&stranger, &owner] {
        assert_eq!(accept(somebody_else, &token).await?.status, StatusCode::NOT_FOUND);
    }
    let (start, _) = token.split_at(token.len() - 4);
    assert_eq!(accept(&api, &format!("{start}AAAA")).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(switch(&mut browser, &api, &home).await?.status, StatusCode::NOT_FOUND, "not a member yet");

    let joined: Value = accept(&api, &token).await?.json()?;
    assert_eq!((&joined["id"], &joined["role"]), (&json!(home), &json!("member")));
    assert_eq!(accept(&api, &token).await?.status, StatusCode::NOT_FOUND, "it works once");
    assert_eq!(api.account().await?.tenant.id, own, "the session stays where it is");
    let tenants: Value = api.get("/api/auth/tenants").await?.json()?;
    let tenants: BTreeSet<(&str, bool)> = tenants["items"]
        .as_array()
        .context("no items")?
        .iter()
        .filter_map(|tenant| Some((tenant["id"].as_str()?, tenant["current"].as_bool()?)))
        .collect();
    assert_eq!(tenants, BTreeSet::from([(own.as_str(), true), (home.as_str(), false)]));

    for bad in ["x".to_owned(), format!("{home}0"), stranger.account().await?.tenant.id] {
        assert_eq!(switch(&mut browser, &api, &bad).await?.status, StatusCode::NOT_FOUND, "{bad}");
    }
    let mut without_cookie = Browser::new(&stack);
    assert_session_ended(&switch(&mut without_cookie, &api, &home).await?);
    let unseen = refreshed(&stack, &mut browser).await?;
    let switched: Value = switch(&mut browser, &api, &home).await?.json()?;
    let there = stack.api().with_token(switched["access_token"].as_str().context("no token")?);
    let account = there.account().await?;
    assert_eq!((account.tenant.id.as_str(), account.user.role.as_str()), (home.as_str(), "member"));
    assert_refused(&unseen).await?;
    browser.refresh().await?;
    let (again, _) = signed_in(&stack, &email).await?;
    assert_eq!(again.account().await?.tenant.id, home, "they are signed in where they were last");
    Ok(())
}

/// A switch of tenant rotates the cookie like a refresh does, with the same rules for older cookies.
#[tokio::test]
async fn a_cookie_from_before_a_switch_is_good_for_moments_and_then_ends_the_session() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (owner, _) = signed_in(&stack, &unused_email()).await?;
    let home = owner.account().await?.tenant.id;
    let token = invited(&stack, &owner, &email, "member").await?;
    let (api, mut browser) = signed_in(&stack, &email).await?;
    let own = api.account().await?.tenant.id;
    accept(&api, &token).await?.success()?;

    // A switch to the current tenant changes nothing.
    switch(&mut browser, &api, &own).await?.success()?;
    let (mut lost, mut tab, mut thief) = (browser.clone(), browser.clone(), browser.clone());
    let switched: Value = switch(&mut browser, &api, &home).await?.json()?;
    assert_eq!(switched["tenant"], home.as_str());
    // The answer was lost and the request is repeated; another tab refreshes at the same time.
    switch(&mut lost, &api, &home).await?.success()?;
    assert_eq!(tab.refresh().await?.tenant, home);
    for other in [&lost, &tab] {
        assert_eq!(other.cookie("refresh"), browser.cookie("refresh"), "all have the current one");
    }
    assert_eq!(browser.refresh().await?.tenant, home);
    let newest = refreshed(&stack, &mut browser).await?;

    tokio::time::sleep(PAST_GRACE_PERIOD).await;
    assert_session_ended(&thief.post("/api/auth/refresh", &json!({})).await?);
    assert_session_ended(&browser.post("/api/auth/refresh", &json!({})).await?);
    assert_refused(&newest).await?;
    Ok(())
}

/// After the grace period the last cookie from before a switch is an old cookie, whose use ends the session.
#[tokio::test]
async fn the_last_cookie_before_a_switch_ends_the_session_later() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (owner, _) = signed_in(&stack, &unused_email()).await?;
    let home = owner.account().await?.tenant.id;
    let token = invited(&stack, &owner, &email, "member").await?;
    let (api, mut browser) = signed_in(&stack, &email).await?;
    accept(&api, &token).await?.success()?;
    let mut before = browser.clone();
    switch(&mut browser, &api, &home).await?.success()?;
    tokio::time::sleep(PAST_GRACE_PERIOD).await;
    assert_session_ended(&before.post("/api/auth/refresh", &json!({})).await?);
    assert_session_ended(&browser.post("/api/auth/refresh", &json!({})).await?);
    Ok(())
}

#[tokio::test]
async fn a_removed_member_loses_access_at_once() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (owner, _) = signed_in(&stack, &unused_email()).await?;
    let home = owner.account().await?.tenant.id;
    let token = invited(&stack, &owner, &email, "owner").await?;
    let (api, mut browser) = signed_in(&stack, &email).await?;
    let own = api.account().await?.tenant.id;
    accept(&api, &token).await?.success()?;
    let switched: Value = switch(&mut browser, &api, &home).await?.json()?;
    let member = stack.api().with_token(switched["access_token"].as_str().context("no token")?);
    let user = member.account().await?.user;
    assert_eq!(user.role, "owner");
    let [before_the_change, before_the_end] =
        [refreshed(&stack, &mut browser).await?, refreshed(&stack, &mut browser).await?];

    // A change of role takes effect for tokens issued before.
    let path = format!("/api/account/members/{}", user.id);
    owner.call(Method::PATCH, &path).json(&json!({"role": "member"})).send().await?.success()?;
    assert_eq!(before_the_change.account().await?.user.role, "member");

    owner.call(Method::DELETE, &path).send().await?.success()?;
    assert_refused(&before_the_end).await?;
    assert_session_ended(&browser.post("/api/auth/refresh", &json!({})).await?);
    let (again, _) = signed_in(&stack, &email).await?;
    assert_eq!(again.account().await?.tenant.id, own, "their own tenant is theirs");
    Ok(())
}

async fn signed_in(stack: &LocalStack, email: &str) -> Result<(Api, Browser)> {
    let mut browser = Browser::new(stack);
    let (api, _) = stack.sign_in_with(&mut browser, email).await?;
    Ok((api, browser))
}

/// Invites an address, and gives the token in the mail.
async fn invited(stack: &LocalStack, owner: &Api, email: &str, role: &str) -> Result<String> {
    let invitation = json!({ "email": email, "role": role });
    owner.call(Method::POST, "/api/account/invitations").json(&invitation).send().await?.success()?;
    Ok(stack.token_after(email, 0).await?)
}

async fn accept(api: &Api, token: &str) -> Result<ApiResponse> {
    let call = api.call(Method::POST, "/api/auth/invitations/accept").json(&json!({ "token": token }));
    Ok(call.send().await?)
}

async fn switch(browser: &mut Browser, api: &Api, tenant: &str) -> Result<ApiResponse> {
    Ok(browser.post_as(api, &format!("/api/auth/tenants/{tenant}/session"), &json!({})).await?)
}

/// The API with a fresh access token, for which API Gateway has no cached decision.
async fn refreshed(stack: &LocalStack, browser: &mut Browser) -> Result<Api> {
    Ok(stack.api().with_token(&browser.refresh().await?.access_token))
}

async fn assert_refused(api: &Api) -> Result<()> {
    let answer = api.get("/api/account").await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    Ok(())
}

#[track_caller]
fn assert_session_ended(answer: &ApiResponse) {
    let code = answer.problem().map(|problem| problem.code);
    assert_eq!(code.as_deref(), Some("unauthorized"), "{}: {}", answer.request, answer.text());
}
