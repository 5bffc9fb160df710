//! Which routes need a credential, and what a bad one gets.

use anyhow::{Context as _, Result};
use client::{Method, StatusCode};
use harness::{new_user, routes, shared};

/// An id for paths. It need not exist: the authorizer refuses before a route looks it up.
const ANY_ID: &str = "proj_0198f0c5a1b27c3d8e4f5a6b7c8d9e01";

#[tokio::test]
async fn without_a_good_token_every_route_but_the_public_ones_is_closed() -> Result<()> {
    let stack = shared()?;
    let good = new_user(&stack).await?.signed_in.access_token;
    let (signed, _) = good.rsplit_once('.').context("an access token is a JWT")?;
    let bad = [
        "x".to_owned(),
        "..".to_owned(),
        "a".repeat(4000),
        // A wrong signature, and a header with `alg: none`.
        format!("{signed}.{}", "A".repeat(86)),
        format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).context("no claims")?),
        good.chars().rev().collect(),
    ];
    let closed: Vec<_> = routes()?.into_iter().filter(|route| !route.public).collect();
    assert!(closed.len() > 20, "{closed:?}");
    for route in &closed {
        let method: Method = route.method.parse()?;
        let path = route.path.replace("{id}", ANY_ID);
        let without = stack.api().call(method.clone(), &path).send().await?;
        assert_eq!(without.status, StatusCode::UNAUTHORIZED, "{}", without.request);
        let with_garbage = stack.api().with_token("garbage").call(method, &path).send().await?;
        assert_eq!(with_garbage.status, StatusCode::FORBIDDEN, "{}", with_garbage.request);
    }
    let mut refusals = Vec::new();
    for token in &bad {
        let authorization = format!("Bearer {token}");
        let answer = stack.api().call(Method::GET, "/api/account").header("authorization", &authorization);
        let answer = answer.send().await?;
        assert!(
            matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN),
            "{token}: {} {}",
            answer.status,
            answer.text()
        );
        refusals.push(answer.text());
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "what is wrong with a token is not told: {refusals:?}");
    Ok(())
}

#[tokio::test]
async fn public_routes_answer_everybody() -> Result<()> {
    let stack = shared()?;
    for path in [
        "/healthz",
        "/readyz",
        "/.well-known/jwks.json",
        "/api/v1/templates",
        "/api/v1/templates/psalm",
        "/api/v1/languages",
        "/api/v1/voices?language=hi",
    ] {
        let answer = stack.api().get(path).await?;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_revoked_session_is_closed_and_the_others_stay() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let (elsewhere, second) = stack.sign_in(&person.email).await?;
    assert_eq!(second.tenant, person.signed_in.tenant);
    let path = format!("/api/auth/sessions/{}", second.session);
    let revoked = person.api.call(Method::DELETE, &path).send().await?;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{}", revoked.text());
    // Its client has to learn that the session is over, on every route: API Gateway's own 403 would not tell.
    for route in routes()?.into_iter().filter(|route| !route.public) {
        let path = route.path.replace("{id}", ANY_ID);
        let answer = elsewhere.call(route.method.parse()?, &path).send().await?;
        let problem = answer.problem().with_context(|| answer.text())?;
        assert_eq!((problem.status, problem.code.as_str()), (401, "unauthorized"), "{}", answer.request);
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert!(challenge.contains(r#"error="invalid_token""#), "{}: {challenge}", answer.request);
        assert!(!answer.text().contains(&second.tenant), "{}", answer.text());
    }
    assert_eq!(person.api.account().await?.user.email, person.email);
    Ok(())
}
