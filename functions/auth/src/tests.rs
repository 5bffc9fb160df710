//! The routes as clients see them, as far as they answer without AWS.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use axum::body::{Body, to_bytes};
use cloud::{queue::Queue, secrets::Secret, table::Table};
use http::{Request, StatusCode, header};
use identity::{AccessTokens, Directory};
use serde_json::Value;
use tower::ServiceExt;

use crate::auth::Auth;
use crate::cookie::RefreshCookie;
use crate::router;

const ORIGIN: &str = "https://app.example.org";

type Headers<'a> = &'a [(&'a str, &'a str)];

/// An AWS that refuses every connection.
fn nowhere() -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url("http://127.0.0.1:1")
        .retry_config(RetryConfig::disabled())
        .build()
}

async fn answer(method: &str, path: &str, headers: Headers<'_>, body: &str) -> (StatusCode, Value, String) {
    let config = nowhere();
    let keys = Arc::new(Secret::new(&config, "keys".into()));
    let table = Table::new(&config, "identity".into());
    let auth = Auth {
        directory: Directory::new(table, Duration::from_secs(900), Duration::from_secs(3600)),
        tokens: AccessTokens::new(Arc::clone(&keys), "test".into(), Duration::from_secs(3600)),
        keys,
        mail_queue: Queue::new(&config, "http://127.0.0.1:1/queue".into()),
        frontend_origin: ORIGIN.into(),
        cookie: RefreshCookie::new(true),
    };
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = edge::dress(router(auth), None).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let cookie = parts.headers.get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned());
    let body = to_bytes(body, usize::MAX).await.unwrap();
    if !parts.status.is_success() {
        assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
    }
    (parts.status, serde_json::from_slice(&body).unwrap_or_default(), cookie.unwrap_or_default())
}

#[tokio::test]
async fn what_cannot_be_served_is_a_problem_of_its_own() {
    const JSON: Headers<'_> = &[("content-type", "application/json")];
    const OWN: Headers<'_> = &[("origin", ORIGIN)];
    let request = "/api/auth/magic-link/request";
    let verify = "/api/auth/magic-link/verify";
    let session = "/api/auth/sessions/sess_0198f0c5a1b27c3d8e4f5a6b7c8d9e01";
    let cases: [(&str, &str, Headers<'_>, &str, &str); 16] = [
        ("GET", "/api/auth/nothing", &[], "", "not_found"),
        ("GET", request, &[], "", "method_not_allowed"),
        ("POST", request, &[], r#"{"email":"ruth@example.org"}"#, "not_json"),
        ("POST", request, JSON, r#"{"email":"#, "bad_request"),
        ("POST", request, JSON, r#"{"mail":"ruth@example.org"}"#, "invalid"),
        ("POST", request, JSON, r#"{"email":"ruth"}"#, "invalid"),
        ("POST", verify, JSON, r#"{"token":7}"#, "invalid"),
        ("POST", verify, JSON, r#"{"token":"no token at all"}"#, "link_spent"),
        ("POST", "/api/auth/refresh", &[], "", "foreign_origin"),
        ("POST", "/api/auth/refresh", &[("origin", "https://evil.example.org")], "", "foreign_origin"),
        ("POST", "/api/auth/refresh", OWN, "", "unauthorized"),
        ("POST", "/api/auth/refresh", OWN, "token=x", "not_json"),
        ("POST", "/api/auth/logout", &[], "", "foreign_origin"),
        ("GET", "/api/auth/sessions", &[], "", "unauthorized"),
        ("DELETE", session, &[("authorization", "Bearer forged")], "", "unauthorized"),
        ("POST", "/.well-known/jwks.json", &[], "", "method_not_allowed"),
    ];
    for (method, path, headers, body, code) in cases {
        let (status, problem, cookie) = answer(method, path, headers, body).await;
        assert_eq!(problem["code"], code, "{method} {path} {body}: {problem}");
        assert_eq!(problem["status"], status.as_u16());
        assert_eq!(cookie, "", "a refusal leaves the browser's cookie as it is");
    }
}

#[tokio::test]
async fn an_aws_that_does_not_answer_is_unavailable_and_stays_unnamed() {
    let json = [("content-type", "application/json")];
    let (status, problem, _) =
        answer("POST", "/api/auth/magic-link/request", &json, r#"{"email":"ruth@example.org"}"#).await;
    assert_eq!((status, &problem["code"]), (StatusCode::SERVICE_UNAVAILABLE, &"unavailable".into()));
    assert!(!problem.to_string().contains("127.0.0.1"), "{problem}");
    let (status, ..) = answer("GET", "/.well-known/jwks.json", &[], "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn logging_out_without_a_session_still_takes_the_cookie_away() {
    let (status, _, cookie) = answer("POST", "/api/auth/logout", &[("origin", ORIGIN)], "").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(cookie.starts_with("__Host-refresh=; Path=/; Max-Age=0;"), "{cookie}");
}
