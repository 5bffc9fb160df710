//! The routes as clients see them, as far as they answer without AWS.

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use axum::body::{Body, to_bytes};
use cloud::table::Table;
use http::{Request, header};
use identity::{Directory, Lifetimes};
use lambda_http::request::RequestContext;
use metering::Meter;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::app::Accounts;
use crate::router;

/// Over an AWS that refuses every connection.
fn accounts() -> Accounts {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url("http://127.0.0.1:1")
        .retry_config(RetryConfig::disabled())
        .build();
    Accounts {
        directory: Directory::new(Table::new(&config, "identity".into()), Lifetimes::DEFAULT),
        meter: Meter::new(Table::new(&config, "metering".into())),
    }
}

/// What API Gateway hands over when the authorizer let `role` pass.
fn caller(role: &str) -> RequestContext {
    let authorizer = json!({
        "tenant": "tenant_0198f0c5a1b27c3d8e4f5a6b7c8d9e01",
        "user": "user_0198f0c5a1b37d4e8f506172839405a6",
        "session": "sess_0198f0c5a1b47e5f90617283940516b7",
        "role": role,
        "plan": "free",
        "method": "magic_link",
        "scope": "all",
    });
    let event: Value = serde_json::from_str(include_str!("../../../events/account.json")).unwrap();
    let mut context = event["requestContext"].clone();
    context["authorizer"]["lambda"] = authorizer;
    RequestContext::ApiGatewayV2(serde_json::from_value(context).unwrap())
}

async fn answer(method: &str, path: &str, role: Option<&str>, content_type: &str, body: &str) -> Value {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, content_type);
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    if let Some(role) = role {
        request.extensions_mut().insert(caller(role));
    }
    let response = edge::dress(router(accounts()), None).oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
    serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
}

#[tokio::test]
async fn what_cannot_be_served_is_a_problem_of_its_own() {
    const JSON: &str = "application/json";
    let account = "/api/account";
    let cases = [
        ("GET", "/api/account/nothing", Some("owner"), JSON, "", "not_found"),
        ("PUT", account, Some("owner"), JSON, "", "method_not_allowed"),
        ("GET", account, None, JSON, "", "unauthorized"),
        ("GET", "/api/account/usage", None, JSON, "", "unauthorized"),
        ("GET", "/api/account/usage", Some("emperor"), JSON, "", "unauthorized"),
        ("PATCH", account, Some("owner"), "text/plain", r#"{"name":"Ruth"}"#, "not_json"),
        ("PATCH", account, Some("owner"), JSON, r#"{"name":"#, "bad_request"),
        ("PATCH", account, Some("owner"), JSON, r#"{"name":" "}"#, "invalid"),
        ("PATCH", account, Some("owner"), JSON, r#"{"name":"Ruth","plan":"pro"}"#, "invalid"),
        ("PATCH", account, Some("member"), JSON, r#"{"name":"Ruth"}"#, "role_required"),
        ("GET", account, Some("owner"), JSON, "", "unavailable"),
        ("GET", "/api/account/usage", Some("owner"), JSON, "", "unavailable"),
    ];
    for (method, path, role, content_type, body, code) in cases {
        let problem = answer(method, path, role, content_type, body).await;
        assert_eq!(problem["code"], code, "{method} {path} {body}: {problem}");
    }
}

#[tokio::test]
async fn a_name_out_of_bounds_names_its_field() {
    let problem = answer("PATCH", "/api/account", Some("owner"), "application/json", r#"{"name":""}"#).await;
    assert_eq!(problem["errors"], json!([{"field": "name", "detail": "give at least one character"}]));
}
