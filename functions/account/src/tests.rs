//! Requests to the routes and their responses, as far as these do not need AWS.

use std::sync::Arc;
use std::time::Duration;

use audit::AuditLog;
use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use axum::body::{Body, to_bytes};
use cloud::bucket::{API_TIMEOUT, Bucket};
use cloud::{queue::Queue, table::Table};
use edge::Limiter;
use http::{Request, header};
use identity::{IdentityStore, Lifetimes, MailQueue, Plans};
use lambda_http::request::RequestContext;
use metering::{Entitlements, UsageCounter};
use protection::Exports;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::invitation_limits::InvitationLimits;
use crate::routes;
use crate::state::Accounts;

/// A state whose AWS endpoint refuses every connection.
fn accounts() -> Accounts {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url("http://127.0.0.1:1")
        .retry_config(RetryConfig::disabled())
        .build();
    let metering = Table::new(&config, "metering".into());
    let plans = Plans::new(Table::new(&config, "identity".into()));
    Accounts {
        identity: IdentityStore::new(
            Table::new(&config, "identity".into()),
            Table::new(&config, "revocations".into()),
            Lifetimes::DEFAULT,
        ),
        entitlements: Entitlements::new(plans, metering.clone(), metering.clone()),
        counter: UsageCounter::new(metering),
        mail_queue: MailQueue::new(
            Queue::new(&config, "http://127.0.0.1:1/queue".into()),
            Table::new(&config, "rates".into()),
        ),
        audit: AuditLog::new(Table::new(&config, "audit".into())),
        limiter: Limiter::new(&config, "rates".into(), 10, 60),
        invitation_limits: InvitationLimits::hourly(20, 6),
        frontend_origin: "https://app.example.org".into(),
        exports: Exports::new(Table::new(&config, "identity".into())),
        export_queue: Queue::new(&config, "http://127.0.0.1:1/queue".into()),
        erasure_queue: Queue::new(&config, "http://127.0.0.1:1/queue".into()),
        bucket: Bucket::new(&config, "media".into(), true, API_TIMEOUT),
        recent_sign_in: Duration::from_secs(15 * 60),
    }
}

/// The caller: nobody, a user who signed in, or a program with an API key.
#[derive(Clone, Copy, Debug)]
enum As {
    Nobody,
    Signed(&'static str),
    /// The number of minutes since the sign-in.
    SignedBefore(i64),
    Key(&'static str),
}

use As::{Key, Nobody, Signed, SignedBefore};

/// The request context that API Gateway sends when the authorizer let the caller pass.
fn context(caller: As) -> RequestContext {
    let mut authorizer = json!({
        "tenant": "tenant_0198f0c5a1b27c3d8e4f5a6b7c8d9e01",
        "user": ME,
        "role": "owner",
        "plan": "free",
        "method": "magic_link",
        "scope": "all",
    });
    match caller {
        Nobody => authorizer = json!({}),
        Signed(role) => {
            authorizer["role"] = role.into();
            authorizer["session"] = "sess_0198f0c5a1b47e5f90617283940516b7".into();
        }
        SignedBefore(minutes) => {
            let at = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(minutes);
            authorizer["signed_in_at"] = at.to_string().into();
            authorizer["session"] = "sess_0198f0c5a1b47e5f90617283940516b7".into();
        }
        Key(scope) => {
            authorizer["method"] = "api_key".into();
            authorizer["api_key"] = "key_0198f0c5a1b47e5f90617283940516b7".into();
            authorizer["scope"] = scope.into();
        }
    }
    let event: Value = serde_json::from_str(include_str!("../../../events/account.json")).unwrap();
    let mut context = event["requestContext"].clone();
    context["authorizer"]["lambda"] = authorizer;
    RequestContext::ApiGatewayV2(serde_json::from_value(context).unwrap())
}

const JSON: &str = "application/json";
const ME: &str = "user_0198f0c5a1b37d4e8f506172839405a6";
const OWNER: As = Signed("owner");
const MEMBER: As = Signed("member");

async fn answer(method: &str, path: &str, caller: As, content_type: &str, body: &str) -> Value {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, content_type);
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(context(caller));
    let router = edge::layer(routes().with_state(Arc::new(accounts())), edge::Middleware::default());
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
    serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
}

const DOWNLOAD: &str = "/api/account/download-export/export_0198f0c5a1b37d4e8f506172839405a7.zip";

#[tokio::test]
async fn every_failure_has_its_own_problem_code() {
    let account = "/api/account";
    let cases = [
        ("GET", "/api/account/nothing", OWNER, JSON, "", "not_found"),
        ("PUT", account, OWNER, JSON, "", "method_not_allowed"),
        ("GET", account, Nobody, JSON, "", "unauthorized"),
        ("GET", "/api/account/usage", Nobody, JSON, "", "unauthorized"),
        ("GET", "/api/account/usage", Signed("emperor"), JSON, "", "unauthorized"),
        ("PATCH", account, OWNER, "text/plain", r#"{"name":"Ruth"}"#, "not_json"),
        ("PATCH", account, OWNER, JSON, r#"{"name":"#, "bad_request"),
        ("PATCH", account, OWNER, JSON, r#"{"name":" "}"#, "invalid"),
        ("PATCH", account, OWNER, JSON, r#"{"name":"Ruth","plan":"pro"}"#, "invalid"),
        ("PATCH", account, MEMBER, JSON, r#"{"name":"Ruth"}"#, "role_required"),
        ("POST", "/api/account/export", OWNER, JSON, "", "recent_sign_in_required"),
        ("POST", "/api/account/export", SignedBefore(16), JSON, "", "recent_sign_in_required"),
        ("POST", "/api/account/export", SignedBefore(14), JSON, "", "unavailable"),
        ("POST", "/api/account/export", Key("all"), JSON, "", "session_required"),
        ("POST", "/api/account/delete?confirm=true", SignedBefore(16), JSON, "", "recent_sign_in_required"),
        ("POST", "/api/account/delete", SignedBefore(14), JSON, "", "invalid"),
        ("POST", "/api/account/delete?confirm=false", SignedBefore(14), JSON, "", "invalid"),
        ("POST", "/api/account/delete?confirm=yes", SignedBefore(14), JSON, "", "invalid"),
        ("POST", "/api/account/delete?confirm=true", SignedBefore(14), JSON, "", "unavailable"),
        ("POST", "/api/account/delete?confirm=true", MEMBER, JSON, "", "role_required"),
        ("POST", "/api/account/delete?confirm=true", Key("all"), JSON, "", "session_required"),
        ("GET", "/api/account/download-export/x.zip", SignedBefore(14), JSON, "", "not_found"),
        ("GET", DOWNLOAD, SignedBefore(14), JSON, "", "unavailable"),
        ("GET", DOWNLOAD, SignedBefore(16), JSON, "", "recent_sign_in_required"),
        ("GET", DOWNLOAD, OWNER, JSON, "", "recent_sign_in_required"),
        ("GET", DOWNLOAD, Key("all"), JSON, "", "session_required"),
        ("GET", "/api/account/download-export/x.zip", MEMBER, JSON, "", "role_required"),
        ("GET", account, OWNER, JSON, "", "unavailable"),
        ("GET", "/api/account/usage", OWNER, JSON, "", "unavailable"),
    ];
    for (method, path, caller, content_type, body, code) in cases {
        let problem = answer(method, path, caller, content_type, body).await;
        assert_eq!(problem["code"], code, "{method} {path} {body}: {problem}");
    }
}

#[tokio::test]
async fn a_name_out_of_bounds_names_its_field() {
    let problem = answer("PATCH", "/api/account", OWNER, JSON, r#"{"name":""}"#).await;
    assert_eq!(
        problem["errors"],
        json!([{"pointer": "#/name", "code": "invalid_value", "detail": "Give at least one character that can be seen."}])
    );
}

/// Every change of members, invitations and keys: method, path, a good body.
fn changes() -> [(&'static str, String, &'static str); 6] {
    let other = "0198f0c5a1b37d4e8f506172839405a7";
    [
        ("PATCH", format!("/api/account/members/user_{other}"), r#"{"role":"owner"}"#),
        ("DELETE", format!("/api/account/members/user_{other}"), ""),
        ("POST", "/api/account/invitations".into(), r#"{"email":"naomi@example.org","role":"member"}"#),
        ("DELETE", format!("/api/account/invitations/inv_{other}"), ""),
        ("POST", "/api/account/rotate-api-key".into(), r#"{"name":"press","scope":"render"}"#),
        ("DELETE", format!("/api/account/api-keys/key_{other}"), ""),
    ]
}

#[tokio::test]
async fn only_an_owner_who_signed_in_changes_who_may_do_what() {
    for (method, path, body) in changes() {
        for (caller, code) in [
            (Nobody, "unauthorized"),
            (MEMBER, "role_required"),
            (Key("all"), "session_required"),
            (Key("render"), "scope_required"),
            (Key("read"), "scope_required"),
            // The table does not answer here.
            (OWNER, "unavailable"),
        ] {
            let problem = answer(method, &path, caller, JSON, body).await;
            assert_eq!(problem["code"], code, "{method} {path} {caller:?}: {problem}");
        }
    }
}

#[tokio::test]
async fn anybody_may_leave() {
    let path = format!("/api/account/members/{ME}");
    assert_eq!(answer("DELETE", &path, MEMBER, JSON, "").await["code"], "unavailable");
    assert_eq!(answer("DELETE", &path, Key("all"), JSON, "").await["code"], "session_required");
}

#[tokio::test]
async fn every_member_and_key_may_list() {
    for list in ["members", "invitations", "api-keys"] {
        for caller in [OWNER, MEMBER, Key("all"), Key("render"), Key("read")] {
            let problem = answer("GET", &format!("/api/account/{list}"), caller, JSON, "").await;
            assert_eq!(problem["code"], "unavailable", "{list} {caller:?}: {problem}");
        }
    }
}

#[tokio::test]
async fn an_id_of_another_kind_is_not_found() {
    for (method, path, body) in changes().iter().filter(|(_, path, _)| path.contains('_')) {
        for id in
            ["x", "..%2f..", "proj_0198f0c5a1b37d4e8f506172839405a7", "user_0198F0C5A1B37D4E8F506172839405A7"]
        {
            let (list, _) = path.rsplit_once('/').unwrap();
            let problem = answer(method, &format!("{list}/{id}"), OWNER, JSON, body).await;
            assert_eq!(problem["code"], "not_found", "{method} {list}/{id}: {problem}");
        }
    }
}

#[tokio::test]
async fn values_out_of_bounds_are_refused() {
    let (invitations, keys) = ("/api/account/invitations", "/api/account/rotate-api-key");
    for (path, body) in [
        (invitations, json!({"email": "naomi", "role": "member"})),
        (invitations, json!({"email": "naomi@example.org", "role": "emperor"})),
        (invitations, json!({"email": "naomi@example.org"})),
        (invitations, json!({"email": "naomi@example.org", "role": "member", "tenant": "t"})),
        (keys, json!({"name": "press", "scope": "write"})),
        (keys, json!({"name": "press"})),
        (keys, json!({"name": " ", "scope": "read"})),
        (keys, json!({"name": "p".repeat(81), "scope": "read"})),
        (keys, json!({"name": "press", "scope": "read", "overlap_minutes": 1441})),
        (keys, json!({"name": "press", "scope": "read", "overlap_minutes": -1})),
        (keys, json!({"name": "press", "scope": "read", "overlap_minutes": 0.5})),
    ] {
        let problem = answer("POST", path, OWNER, JSON, &body.to_string()).await;
        assert_eq!(problem["code"], "invalid", "{path} {body}: {problem}");
    }
    for overlap in [0, 1440] {
        let body = json!({"name": "press", "scope": "read", "overlap_minutes": overlap}).to_string();
        assert_eq!(answer("POST", keys, OWNER, JSON, &body).await["code"], "unavailable");
    }
}

/// The description states the same bounds that the routes check.
#[test]
fn the_description_has_the_bounds() {
    let document = serde_json::to_value(edge::openapi::document([routes().into_openapi()])).unwrap();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let rotation = schema("Rotation");
    assert_eq!(rotation["additionalProperties"], false, "{rotation}");
    assert_eq!(rotation["properties"]["overlap_minutes"]["maximum"], 1440);
    assert_eq!(rotation["required"], json!(["name", "scope"]));
    for name in [&rotation["properties"]["name"], &schema("AccountChange")["properties"]["name"]] {
        assert_eq!(name["$ref"], "#/components/schemas/Line80", "{name}");
    }
    let name = schema("Line80");
    assert_eq!((&name["minLength"], &name["maxLength"]), (&json!(1), &json!(80)), "{name}");
    for (method, path, body) in changes() {
        let (list, id) = path.rsplit_once('/').unwrap();
        let path = if id.contains('_') { format!("{list}/{{id}}") } else { path.clone() };
        let operation = &document["paths"][path.as_str()][method.to_lowercase()];
        assert!(operation["responses"]["403"].is_object(), "{method} {path}");
        let example = &operation["requestBody"]["content"][JSON]["example"];
        assert_eq!(example.is_object(), !body.is_empty(), "{method} {path}");
    }
}
