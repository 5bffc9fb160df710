//! Sessions: refreshing, ending, switching the tenant, and the use of a stolen cookie.
//!
//! API Gateway caches the authorizer's decision on a token for a minute. Where a test says that a token is refused at
//! once, it is one that was not used before.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, Browser, LocalStack, Method, SignedIn, StatusCode};
use cloud::table::Key;
use harness::{Aws, routes, shared, unused_email};
use serde_json::{Value, json};
use tenancy::TenantId;
use tokio::task::JoinSet;

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
    // Nobody uses what was answered, neither the cookie nor the access token.
    browser.refresh().await?;
    let (mut again, mut once_more) = (lost.clone(), lost.clone());
    let access = lost.refresh().await?;
    assert_eq!(lost.cookie("refresh"), browser.cookie("refresh"), "two tabs get the same one");
    a_minute_passes(&stack, &access).await?;
    let access = again.refresh().await?;
    assert_ne!(again.cookie("refresh"), browser.cookie("refresh"), "later, what was lost is void");
    a_minute_passes(&stack, &access).await?;
    let access = once_more.refresh().await?;
    stack.api().with_token(&access.access_token).account().await?;
    a_minute_passes(&stack, &access).await?;
    once_more.refresh().await?;
    Ok(())
}

/// The thief refreshes before the owner does, and waits with what they got. The owner's refresh goes another way, so
/// that the thief's next one ends the session, and the owner finds in the audit log why it ended.
#[tokio::test]
async fn a_thief_who_waits_for_the_owner_is_noticed() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (_, mut owner) = signed_in(&stack, &email).await?;
    let mut thief = owner.clone();
    let access = thief.refresh().await?;
    a_minute_passes(&stack, &access).await?;
    owner.refresh().await?;
    assert_ne!(owner.cookie("refresh"), thief.cookie("refresh"));
    assert_session_ended(&thief.post("/api/auth/refresh", &json!({})).await?);
    assert_session_ended(&owner.post("/api/auth/refresh", &json!({})).await?);

    let (api, _) = signed_in(&stack, &email).await?;
    let log: Value = api.get("/api/account/audit?actor=token_reuse").await?.json()?;
    let [entry] = log["items"].as_array().context("no items")?.as_slice() else {
        panic!("one reuse is recorded: {log}");
    };
    assert_eq!(entry["credential"], access.session.as_str());
    assert_eq!(entry["subjects"], json!([access.session, access.user]));
    assert_eq!((&entry["action"], &entry["status"]), (&json!("POST /api/auth/refresh"), &json!(401)));
    Ok(())
}

/// The owner uses the API after each refresh. A thief who presents each of the owner's cookies once more would keep
/// pace with the owner for ever, if the cookie before the current one stayed good until the next refresh.
#[tokio::test]
async fn a_thief_cannot_keep_pace_with_the_owner() -> Result<()> {
    let stack = shared()?;
    for owner_is_first in [true, false] {
        let (_, mut owner) = signed_in(&stack, &unused_email()).await?;
        let mut thief = owner.clone();
        let (first, second) =
            if owner_is_first { (&mut owner, &mut thief) } else { (&mut thief, &mut owner) };
        let access = first.refresh().await?;
        stack.api().with_token(&access.access_token).account().await?;
        let mut tab = second.clone();
        tab.refresh().await?;
        a_minute_passes(&stack, &access).await?;
        assert_session_ended(&second.post("/api/auth/refresh", &json!({})).await?);
        assert_session_ended(&first.post("/api/auth/refresh", &json!({})).await?);
    }
    Ok(())
}

#[tokio::test]
async fn an_old_stolen_cookie_ends_the_session_everywhere() -> Result<()> {
    let stack = shared()?;
    let (api, mut owner) = signed_in(&stack, &unused_email()).await?;
    let mut thief = owner.clone();
    owner.refresh().await?;
    let newest = refreshed(&stack, &mut owner).await?;
    let access = owner.refresh().await?;
    stack.api().with_token(&access.access_token).account().await?;
    a_minute_passes(&stack, &access).await?;

    let stolen = thief.cookie("refresh").context("no cookie")?.to_owned();
    assert_session_ended(&thief.post("/api/auth/refresh", &json!({})).await?);
    assert_eq!(thief.cookie("refresh"), Some(stolen.as_str()), "a refusal takes no cookie away");
    assert_session_ended(&owner.post("/api/auth/refresh", &json!({})).await?);
    assert!(owner.cookie("refresh").is_some());
    for closed in routes()?.into_iter().filter(|route| !route.public) {
        for api in [&api, &newest] {
            let path = closed.path.replace("{id}", ANY_ID);
            let answer = api.call(closed.method.parse()?, &path).send().await?;
            assert_session_ended(&answer);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_person_recognises_their_sessions_in_the_list() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (api, mut browser) = signed_in(&stack, &email).await?;
    let call = |path: &'static str, browser: &Browser, agent: &str, body: Value| {
        let call = stack.api().call(Method::POST, path).header("origin", &stack.outputs.frontend);
        call.header("cookie", &browser.cookies()).header("user-agent", agent).json(&body).send()
    };
    let mut phone = Browser::new(&stack);
    let token = phone.link(&stack, &email).await?;
    call("/api/auth/magic-link/verify", &phone, "Firefox/145.0 (Android)", json!({"token": token}))
        .await?
        .success()?;
    let sessions = async || -> Result<Vec<(String, String, bool)>> {
        let list: Value = api.get("/api/auth/sessions").await?.json()?;
        let items = list["items"].as_array().context("no items")?;
        let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        Ok(items.iter().map(|it| (text(it, "ip"), text(it, "user_agent"), it["current"] == true)).collect())
    };
    let here = "127.0.0.1".to_owned();
    let on_phone = (here.clone(), "Firefox/145.0 (Android)".to_owned(), false);
    let listed = sessions().await?;
    assert_eq!((listed.len(), listed[0].2), (2, true), "{listed:?}");
    assert_eq!(listed[1], on_phone);

    // What a refresh says is newer.
    call("/api/auth/refresh", &browser, "Firefox/146.0 (Linux)", json!({})).await?.success()?;
    let listed = sessions().await?;
    assert_eq!(listed, [(here, "Firefox/146.0 (Linux)".to_owned(), true), on_phone]);
    browser.refresh().await?;
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
    let again: Value = accept(&api, &token).await?.json()?;
    assert_eq!(again, joined, "as the first time");
    for somebody_else in [&stranger, &owner] {
        assert_eq!(accept(somebody_else, &token).await?.status, StatusCode::NOT_FOUND);
    }
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
    let (again, mut second) = signed_in(&stack, &email).await?;
    assert_eq!(again.account().await?.tenant.id, home, "they are signed in where they were last");

    // From their own tenant they end the first session, in the other one, where the owner finds it in the log.
    let elsewhere: SignedIn = switch(&mut second, &again, &own).await?.json()?;
    let elsewhere_api = stack.api().with_token(&elsewhere.access_token);
    let session = browser.refresh().await?.session;
    let path = format!("/api/auth/sessions/{session}");
    let end = async |api: &Api| anyhow::Ok(api.call(Method::DELETE, &path).send().await?.status);
    assert_eq!(end(&stranger).await?, StatusCode::NOT_FOUND);
    assert_eq!(end(&elsewhere_api).await?, StatusCode::NO_CONTENT);
    assert_session_ended(&browser.post("/api/auth/refresh", &json!({})).await?);
    assert_eq!(end(&elsewhere_api).await?, StatusCode::NO_CONTENT, "again, like the first time");
    for somebody_else in [&stranger, &owner] {
        assert_eq!(end(somebody_else).await?, StatusCode::NOT_FOUND);
    }
    let listed: Value = elsewhere_api.get("/api/auth/sessions").await?.json()?;
    assert!(!listed.to_string().contains(&session), "{listed}");
    let log: Value =
        owner.get(&format!("/api/account/audit?subject={session}&succeeded=true")).await?.json()?;
    let [entry] = log["items"].as_array().context("no items")?.as_slice() else {
        panic!("it is recorded once: {log}");
    };
    assert_eq!((&entry["actor"], &entry["credential"]), (&json!(elsewhere.user), &json!(elsewhere.session)));
    // So do they when a log-out ends it.
    let (third, mut there) = signed_in(&stack, &email).await?;
    let there: SignedIn = switch(&mut there, &third, &home).await?.json()?;
    second.post("/api/auth/logout", &json!({"scope": "global"})).await?.success()?;
    let log: Value = owner.get(&format!("/api/account/audit?subject={}", there.session)).await?.json()?;
    assert_eq!(log["items"][0]["action"], "POST /api/auth/logout", "{log}");
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
    let access = browser.refresh().await?;
    let newest = stack.api().with_token(&access.access_token);

    a_minute_passes(&stack, &access).await?;
    assert_session_ended(&thief.post("/api/auth/refresh", &json!({})).await?);
    assert_session_ended(&browser.post("/api/auth/refresh", &json!({})).await?);
    assert_refused(&newest).await?;
    Ok(())
}

/// Once the new tenant was used, the last cookie from before a switch becomes an old one, whose use ends the session.
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
    let access: SignedIn = switch(&mut browser, &api, &home).await?.json()?;
    stack.api().with_token(&access.access_token).account().await?;
    a_minute_passes(&stack, &access).await?;
    assert_session_ended(&before.post("/api/auth/refresh", &json!({})).await?);
    assert_session_ended(&browser.post("/api/auth/refresh", &json!({})).await?);
    Ok(())
}

/// The answer of a refresh is lost, and then that of a switch: the cookie from before both is good until one arrives.
#[tokio::test]
async fn a_lost_switch_after_a_lost_refresh_ends_no_session() -> Result<()> {
    let stack = shared()?;
    let email = unused_email();
    let (owner, _) = signed_in(&stack, &unused_email()).await?;
    let home = owner.account().await?.tenant.id;
    let token = invited(&stack, &owner, &email, "member").await?;
    let (api, mut browser) = signed_in(&stack, &email).await?;
    accept(&api, &token).await?.success()?;
    browser.clone().refresh().await?;
    let lost: SignedIn = switch(&mut browser.clone(), &api, &home).await?.json()?;
    a_minute_passes(&stack, &lost).await?;
    assert_eq!(browser.refresh().await?.tenant, home);
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
    let accepted = accept(&again, &token).await?;
    assert_eq!(accepted.status, StatusCode::NOT_FOUND, "an invitation is good for joining once");
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
    assert_session_ended(&answer);
    assert!(answer.header("www-authenticate").is_some_and(|it| it.contains("invalid_token")));
    Ok(())
}

/// Moves the times in a session's item, by which the age of its cookies is told, a minute and a second back.
async fn a_minute_passes(stack: &LocalStack, of: &SignedIn) -> Result<()> {
    const PAST_GRACE_PERIOD_MS: i64 = 61_000;
    let table = Aws::of(stack)?.table("identity_table")?;
    let tenant: TenantId = of.tenant.parse()?;
    let key = Key::of(&tenant.partition(), format!("SESSION#{}", of.session));
    let item: Value = table.get(&key).await?.context("no session")?;
    let mut first_uses = item["first_uses"].clone();
    for used in first_uses["uses"].as_array_mut().context("no uses")? {
        used[1] = (used[1].as_i64().context("no time")? - PAST_GRACE_PERIOD_MS).into();
    }
    let used_at: jiff::Timestamp = item["used_at"].as_str().context("no time")?.parse()?;
    let used_at = used_at - jiff::SignedDuration::from_millis(PAST_GRACE_PERIOD_MS);
    let mut update = table.update(&key).set("first_uses", first_uses).set("used_at", used_at).when_present();
    if let Some(used_ms) = item["used_ms"].as_i64() {
        update = update.set("used_ms", used_ms - PAST_GRACE_PERIOD_MS);
    }
    update.send::<Value>().await?;
    Ok(())
}

#[track_caller]
fn assert_session_ended(answer: &ApiResponse) {
    let code = answer.problem().map(|problem| problem.code);
    assert_eq!(code.as_deref(), Some("unauthorized"), "{}: {}", answer.request, answer.text());
}
