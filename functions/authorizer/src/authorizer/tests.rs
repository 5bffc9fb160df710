use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use cloud::secrets::Secret;
use cloud::table::Table;
use identity::{Device, Lifetimes, Member, SignIn, Tenant};
use serde_json::{Value, json};
use tenancy::{ApiKeyId, Plan, Role, TenantId, UserId};

use super::*;

/// A credential of a member of a tenant on the paid plan.
fn of_ruth<T>(credential: impl FnOnce(TenantId, UserId) -> T) -> ValidCredential<T> {
    let mut tenant = Tenant::new(TenantId::new(), "Ruth".into());
    tenant.plan = Plan::Pro;
    let email = "ruth@example.org".parse().unwrap();
    let member = Member { id: UserId::new(), email, role: Role::Member, created_at: tenant.created_at };
    ValidCredential { credential: credential(tenant.id, member.id), tenant, member }
}

fn session(tenant: TenantId, user: UserId) -> Session {
    SignIn::begin(tenant, user, SignInMethod::MagicLink, Device::default(), &Lifetimes::DEFAULT).session
}

fn api_key(tenant: TenantId, user: UserId) -> ApiKey {
    let text = ApiKeyText::random();
    ApiKey {
        id: ApiKeyId::new(),
        tenant,
        user,
        name: "press".into(),
        scope: Scope::Render,
        beginning: text.beginning().into(),
        digest: text.digest(),
        created_at: cloud::clock::now(),
        expires_at: None,
        last_used_on: None,
    }
}

/// An authorizer whose AWS endpoint refuses every connection.
fn authorizer() -> Authorizer {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url("http://127.0.0.1:1")
        .retry_config(RetryConfig::disabled())
        .build();
    let keys = Arc::new(Secret::new(&config, "keys".into()));
    let tokens = AccessTokens::new(keys, "test".into(), Duration::from_secs(60));
    let [table, revocations] = ["identity", "revocations"].map(|name| Table::new(&config, name.into()));
    Authorizer::new(tokens, IdentityStore::new(table, revocations, Lifetimes::DEFAULT))
}

async fn decision(authorization: Option<&str>) -> Value {
    let request = Request { identity_source: authorization.map(|header| vec![header.to_owned()]) };
    serde_json::to_value(authorizer().decide(&request).await).unwrap()
}

#[test]
fn role_and_plan_come_from_the_table() {
    let valid = of_ruth(session);
    let expected = json!({
        "isAuthorized": true,
        "context": {
            "tenant": valid.tenant.id,
            "user": valid.member.id,
            "role": "member",
            "plan": "pro",
            "method": "magic_link",
            "scope": "all",
            "session": valid.credential.id,
            "signed_in_at": valid.credential.created_at,
        },
    });
    assert_eq!(serde_json::to_value(allow(with_session(valid))).unwrap(), expected);
}

#[test]
fn an_api_key_brings_its_scope_and_no_session() {
    let valid = of_ruth(api_key);
    let expected = json!({
        "isAuthorized": true,
        "context": {
            "tenant": valid.tenant.id,
            "user": valid.member.id,
            "role": "member",
            "plan": "pro",
            "method": "api_key",
            "scope": "render",
            "api_key": valid.credential.id,
        },
    });
    assert_eq!(serde_json::to_value(allow(with_api_key(valid))).unwrap(), expected);
}

/// AWS refuses every connection here, so a refusal (rather than no decision) was made without asking it.
#[tokio::test]
async fn what_cannot_be_a_credential_is_refused_without_a_read() {
    let key = ApiKeyText::random();
    let good = key.expose();
    let refused = json!({"isAuthorized": false});
    assert_eq!(decision(None).await, refused);
    assert_eq!(decision(Some("Basic cnV0aDpyb2Fk")).await, refused);
    assert_eq!(decision(Some("Bearer dvai_live_")).await, refused);
    for place in 0..good.len() - "dvai_live_".len() {
        let place = place + "dvai_live_".len();
        let other = if good.as_bytes()[place] == b'x' { "y" } else { "x" };
        let mut mistyped = good.to_owned();
        mistyped.replace_range(place..=place, other);
        assert_eq!(decision(Some(&format!("Bearer {mistyped}"))).await, refused, "{mistyped}");
    }
}

#[tokio::test]
async fn without_the_table_there_is_no_decision_and_no_caller() {
    let undecided = json!({"isAuthorized": true, "context": {"undecided": "true"}});
    let key = ApiKeyText::random();
    for credential in ["Bearer a.b.c".to_owned(), format!("Bearer {}", key.expose())] {
        let decision = decision(Some(&credential)).await;
        assert_eq!(decision, undecided);
        assert!(serde_json::from_value::<TenantContext>(decision["context"].clone()).is_err());
    }
}

/// The functions must find neither a caller nor a tenant in it.
#[test]
fn a_credential_that_has_ended_passes_without_a_caller() {
    let decision = serde_json::to_value(ended("an expired token")).unwrap();
    assert_eq!(decision, json!({"isAuthorized": true, "context": {"ended": "true"}}));
    assert!(serde_json::from_value::<TenantContext>(decision["context"].clone()).is_err());
}

#[test]
fn the_sample_event_names_its_bearer() {
    let event: Value = serde_json::from_str(include_str!("../../../../events/authorizer.json")).unwrap();
    let request: Request = serde_json::from_value(event).unwrap();
    assert_eq!(request.identity_source.unwrap(), ["Bearer an-access-token"]);
    let absent: Request = serde_json::from_value(json!({"identitySource": null})).unwrap();
    assert!(absent.identity_source.is_none());
}
