//! Requests to the routes and their responses, as far as these do not need AWS.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use audit::AuditLog;
use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use axum::body::{Body, to_bytes};
use cloud::{queue::Queue, secrets::Secret, table::Table};
use edge::Limiter;
use http::{Request, StatusCode, header};
use identity::{AccessTokens, IdentityStore, Lifetimes, MailQueue};
use lambda_http::request::RequestContext;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::auth::Auth;
use crate::cookie::Cookies;
use crate::mail_limits::MailLimits;
use crate::routes;

const ORIGIN: &str = "https://app.example.org";

type Headers<'a> = &'a [(&'a str, &'a str)];

/// A configuration whose AWS endpoint refuses every connection.
fn nowhere() -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url("http://127.0.0.1:1")
        .retry_config(RetryConfig::disabled())
        .build()
}

/// The request context that API Gateway sends; `authorizer` is the context that the authorizer returned.
fn context(authorizer: Value) -> RequestContext {
    let event: Value = serde_json::from_str(include_str!("../../../events/auth.json")).unwrap();
    let mut context = event["requestContext"].clone();
    if !authorizer.is_null() {
        context["authorizer"] = json!({"lambda": authorizer});
    }
    RequestContext::ApiGatewayV2(serde_json::from_value(context).unwrap())
}

fn with_session() -> Value {
    json!({
        "tenant": "tenant_0198f0c5a1b27c3d8e4f5a6b7c8d9e01",
        "user": "user_0198f0c5a1b37d4e8f506172839405a6",
        "session": "sess_0198f0c5a1b47e5f90617283940516b7",
        "role": "owner",
        "plan": "free",
        "method": "magic_link",
        "scope": "all",
    })
}

fn with_api_key() -> Value {
    let mut context = with_session();
    context.as_object_mut().unwrap().remove("session");
    context["method"] = json!("api_key");
    context["api_key"] = json!("key_0198f0c5a1b47e5f90617283940516b7");
    context
}

struct Answered {
    status: StatusCode,
    body: Value,
    cookie: String,
    /// The header `WWW-Authenticate`.
    challenge: String,
}

async fn answer(method: &str, path: &str, headers: Headers<'_>, body: &str, authorizer: Value) -> Answered {
    answer_over(&nowhere(), method, path, headers, body, authorizer).await
}

async fn answer_over(
    config: &SdkConfig,
    method: &str,
    path: &str,
    headers: Headers<'_>,
    body: &str,
    authorizer: Value,
) -> Answered {
    let keys = Arc::new(Secret::new(config, "keys".into()));
    let auth = Auth {
        identity: IdentityStore::new(
            Table::new(config, "identity".into()),
            Table::new(config, "revocations".into()),
            Lifetimes::DEFAULT,
        ),
        tokens: AccessTokens::new(Arc::clone(&keys), "test".into(), Lifetimes::DEFAULT.access_token),
        keys,
        mail_queue: MailQueue::new(
            Queue::new(config, "http://127.0.0.1:1/queue".into()),
            Table::new(config, "rates".into()),
        ),
        audit: AuditLog::new(Table::new(config, "audit".into())),
        limiter: Limiter::new(config, "rates".into(), 10, 60),
        mail_limits: MailLimits::hourly(6, 30, 24),
        frontend_origin: ORIGIN.into(),
        cookies: Cookies::new(true),
    };
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(context(authorizer));
    let response = edge::layer(routes().with_state(Arc::new(auth)), edge::Middleware::default())
        .oneshot(request)
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let text = |name| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let (cookie, challenge) = (text(header::SET_COOKIE), text(header::WWW_AUTHENTICATE));
    let body = to_bytes(body, usize::MAX).await.unwrap();
    if !parts.status.is_success() {
        assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
    }
    Answered {
        status: parts.status,
        body: serde_json::from_slice(&body).unwrap_or_default(),
        cookie: cookie.unwrap_or_default(),
        challenge: challenge.unwrap_or_default(),
    }
}

const OWN: Headers<'_> = &[("origin", ORIGIN)];
const OWN_JSON: Headers<'_> = &[("origin", ORIGIN), ("content-type", "application/json")];
const OWN_TEXT: Headers<'_> = &[("origin", ORIGIN), ("content-type", "text/plain")];
const JSON: Headers<'_> = &[("content-type", "application/json")];
const NULL: Headers<'_> = &[("origin", "null"), ("content-type", "application/json")];
const CROSS_SITE: Headers<'_> = &[("sec-fetch-site", "cross-site"), ("content-type", "application/json")];
const FOREIGN: Headers<'_> = &[("origin", "https://evil.example.org"), ("content-type", "application/json")];

const REQUEST: &str = "/api/auth/magic-link/request";
const VERIFY: &str = "/api/auth/magic-link/verify";
const REFRESH: &str = "/api/auth/refresh";
const LOGOUT: &str = "/api/auth/logout";
const SESSION: &str = "/api/auth/sessions/sess_0198f0c5a1b27c3d8e4f5a6b7c8d9e01";
const SWITCH: &str = "/api/auth/tenants/tenant_0198f0c5a1b27c3d8e4f5a6b7c8d9e01/session";
const ACCEPT: &str = "/api/auth/invitations/accept";
const RUTH: &str = r#"{"email":"ruth@example.org"}"#;

#[tokio::test]
async fn every_failure_has_its_own_problem_code() {
    let nobody = || Value::Null;
    let cases: [(&str, &str, Headers<'_>, &str, Value, &str); 35] = [
        ("GET", "/api/auth/nothing", &[], "", nobody(), "not_found"),
        ("GET", REQUEST, &[], "", nobody(), "method_not_allowed"),
        ("POST", REQUEST, OWN, RUTH, nobody(), "not_json"),
        ("POST", REQUEST, OWN_TEXT, RUTH, nobody(), "not_json"),
        ("POST", REQUEST, OWN_JSON, r#"{"email":"#, nobody(), "bad_request"),
        ("POST", REQUEST, OWN_JSON, r#"{"mail":"ruth@example.org"}"#, nobody(), "invalid"),
        ("POST", REQUEST, OWN_JSON, r#"{"email":"ruth"}"#, nobody(), "invalid"),
        ("POST", REQUEST, OWN_JSON, "{\"email\":\"r\u{fc}th@example.org\"}", nobody(), "invalid"),
        // A program without `Origin` and cookie.
        ("POST", REQUEST, JSON, r#"{"email":"ruth"}"#, nobody(), "invalid"),
        ("POST", VERIFY, JSON, "{}", nobody(), "link_spent"),
        ("GET", VERIFY, OWN, "", nobody(), "method_not_allowed"),
        ("HEAD", VERIFY, OWN, "", nobody(), ""),
        ("POST", VERIFY, OWN_JSON, r#"{"token":7}"#, nobody(), "invalid"),
        ("POST", VERIFY, OWN_JSON, r#"{"token":"no token at all"}"#, nobody(), "link_spent"),
        ("POST", VERIFY, OWN_JSON, r#"{"token":"no token","code":"ABCD-EFGH"}"#, nobody(), "link_spent"),
        ("POST", VERIFY, OWN_JSON, r#"{"code":"ABCD-EFGH"}"#, nobody(), "link_spent"),
        ("POST", VERIFY, OWN_JSON, "{}", nobody(), "link_spent"),
        ("POST", REFRESH, OWN, "", nobody(), "unauthorized"),
        ("POST", REFRESH, JSON, "{}", nobody(), "unauthorized"),
        ("POST", REFRESH, OWN_TEXT, "token=x", nobody(), "not_json"),
        ("POST", LOGOUT, OWN_TEXT, "scope=global", nobody(), "not_json"),
        ("POST", LOGOUT, OWN_JSON, r#"{"scope":"everybody"}"#, nobody(), "invalid"),
        ("POST", LOGOUT, OWN_JSON, "{", nobody(), "bad_request"),
        ("GET", "/api/auth/sessions", &[], "", nobody(), "unauthorized"),
        ("GET", "/api/auth/sessions", &[], "", json!({"undecided": "true"}), "unavailable"),
        ("GET", "/api/auth/sessions", &[], "", with_api_key(), "session_required"),
        ("GET", "/api/auth/sessions", &[], "", with_session(), "unavailable"),
        ("DELETE", SESSION, &[("authorization", "Bearer forged")], "", nobody(), "unauthorized"),
        ("DELETE", "/api/auth/sessions/x", &[], "", with_session(), "not_found"),
        ("GET", "/api/auth/tenants", &[], "", with_api_key(), "session_required"),
        ("POST", SWITCH, OWN, "", nobody(), "unauthorized"),
        ("POST", SWITCH, OWN, "", with_session(), "unauthorized"),
        ("POST", SWITCH, OWN, "", with_api_key(), "session_required"),
        ("POST", ACCEPT, JSON, r#"{"token":"x"}"#, with_session(), "not_found"),
        ("POST", "/.well-known/jwks.json", &[], "", nobody(), "method_not_allowed"),
    ];
    for (method, path, headers, body, authorizer, code) in cases {
        let answered = answer(method, path, headers, body, authorizer).await;
        if method == "HEAD" {
            assert_eq!(answered.status, StatusCode::METHOD_NOT_ALLOWED);
            continue;
        }
        assert_eq!(answered.body["code"], code, "{method} {path} {body}: {}", answered.body);
        assert_eq!(answered.body["status"], answered.status.as_u16());
        assert_eq!(answered.cookie, "", "a refusal leaves the browser's cookie as it is");
    }
}

/// A client that got a 401 has to learn that refreshing its token helps.
#[tokio::test]
async fn a_credential_that_was_good_once_is_a_401_that_says_so() {
    for (method, path) in [("GET", "/api/auth/sessions"), ("DELETE", SESSION), ("POST", SWITCH)] {
        let headers = [("origin", ORIGIN), ("authorization", "Bearer x")];
        let answered = answer(method, path, &headers, "", json!({"ended": "true"})).await;
        assert_eq!(
            (answered.status, &answered.body["code"]),
            (StatusCode::UNAUTHORIZED, &"unauthorized".into())
        );
        assert!(answered.challenge.starts_with(r#"Bearer error="invalid_token""#), "{}", answered.challenge);
    }
    let answered = answer("POST", REFRESH, OWN_JSON, "{}", Value::Null).await;
    assert_eq!(answered.challenge, "Bearer", "no token was presented");
}

/// Nothing that sets or reads a cookie can be reached from another site's page.
#[tokio::test]
async fn requests_from_other_sites_are_refused() {
    for (path, body, authorizer) in [
        (REQUEST, RUTH, Value::Null),
        (VERIFY, "{}", Value::Null),
        (REFRESH, "{}", Value::Null),
        (LOGOUT, "{}", Value::Null),
        (SWITCH, "{}", with_session()),
    ] {
        for headers in [FOREIGN, NULL, CROSS_SITE] {
            let answered = answer("POST", path, headers, body, authorizer.clone()).await;
            assert_eq!(answered.body["code"], "foreign_origin", "{path}: {}", answered.body);
            assert_eq!(answered.cookie, "");
        }
    }
}

/// The limiter is asked first, and does not answer here: no mail may be sent without being counted.
#[tokio::test]
async fn an_aws_that_does_not_answer_is_unavailable_and_stays_unnamed() {
    let answered = answer("POST", REQUEST, OWN_JSON, RUTH, Value::Null).await;
    assert_eq!(
        (answered.status, &answered.body["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"unavailable".into())
    );
    assert!(!answered.body.to_string().contains("127.0.0.1"), "{}", answered.body);
    assert_eq!(answered.cookie, "");
    let answered = answer("GET", "/.well-known/jwks.json", &[], "", Value::Null).await;
    assert_eq!(answered.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn logging_out_without_a_session_still_takes_the_cookie_away() {
    for (headers, body) in [(OWN, ""), (OWN_JSON, ""), (OWN_JSON, "{}"), (OWN_JSON, r#"{"scope":"global"}"#)]
    {
        let answered = answer("POST", LOGOUT, headers, body, Value::Null).await;
        assert_eq!(answered.status, StatusCode::NO_CONTENT, "{}", answered.body);
        let (pair, attributes) = answered.cookie.split_once("; ").unwrap();
        assert_eq!(pair, "__Host-refresh=");
        assert!(attributes.split("; ").any(|attribute| attribute == "Max-Age=0"), "{attributes}");
    }
    let answered = answer("POST", LOGOUT, OWN_JSON, r#"{"scope":"others"}"#, Value::Null).await;
    assert_eq!((answered.status, answered.cookie.as_str()), (StatusCode::NO_CONTENT, ""));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let body = format!(r#"{{"scope":"{}"}}"#, "x".repeat(3 * 1024 * 1024));
    let answered = answer("POST", LOGOUT, OWN_JSON, &body, Value::Null).await;
    assert_eq!(
        (answered.status, &answered.body["code"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &"too_large".into())
    );
}

/// A server that refuses every AWS request, and the list of operations that it received.
fn refusing() -> (SdkConfig, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            for line in reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()) {
                if let Some(target) = line.to_lowercase().strip_prefix("x-amz-target: ") {
                    seen.lock().unwrap().push(target.to_owned());
                }
            }
            let answer = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 36\r\n\r\n{\"__type\":\"ResourceNotFoundFailure\"}";
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let config = nowhere().into_builder().endpoint_url(format!("http://127.0.0.1:{port}"));
    (config.credentials_provider(SharedCredentialsProvider::new(credentials)).build(), asked)
}

/// A link must not be used up when no access token can be signed.
#[tokio::test]
async fn without_signing_keys_no_table_is_touched() {
    let token = |tail: &str| format!(r#"{{"token":"{}{tail}"}}"#, "A".repeat(85));
    let cookie = format!(
        "__Host-refresh=tenant_0198f0c5a1b27c3d8e4f5a6b7c8d9e01.sess_0198f0c5a1b47e5f90617283940516b7.0.{}",
        "A".repeat(43)
    );
    let with_cookie = [("origin", ORIGIN), ("content-type", "application/json"), ("cookie", cookie.as_str())];
    for (path, body, authorizer) in [
        (VERIFY, token("A"), Value::Null),
        (REFRESH, "{}".to_owned(), Value::Null),
        (SWITCH, "{}".to_owned(), with_session()),
    ] {
        let (config, asked) = refusing();
        let answered = answer_over(&config, "POST", path, &with_cookie, &body, authorizer).await;
        assert_eq!(answered.body["code"], "unavailable", "{path}: {}", answered.body);
        let asked = asked.lock().unwrap();
        assert_eq!(*asked, ["secretsmanager.getsecretvalue"], "{path}");
    }
}
