use cloud::table::TableError;
use identity::{AccessTokens, Claims, Directory, Session, Tenant, TokenError};
use serde::{Deserialize, Serialize};
use tenancy::{Scope, TenantContext};

use crate::bearer;

/// What API Gateway asks (payload format 2.0), as far as the answer depends on it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    /// The values that the answer is cached under: here the `Authorization` header alone. The answer
    /// depends on nothing else, or one request's answer would serve for another.
    identity_source: Option<Vec<String>>,
}

/// What API Gateway is told, as a simple response. A refusal gives no reason: who tries tokens learns
/// nothing from it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    is_authorized: bool,
    /// For the functions behind the API; they trust it and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<TenantContext>,
}

/// Whether the bearer is good cannot be told now. API Gateway answers 500: nobody passes. The message
/// has no token in it, for the runtime logs it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Undecided {
    /// The signing keys.
    #[error(transparent)]
    Keys(TokenError),
    /// The identity table.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<Undecided> for lambda_runtime::Diagnostic {
    fn from(error: Undecided) -> Self {
        Self { error_type: "Undecided".into(), error_message: error.to_string() }
    }
}

/// Decides on bearers.
pub(crate) struct Authorizer {
    tokens: AccessTokens,
    directory: Directory,
}

impl Authorizer {
    pub(crate) fn new(tokens: AccessTokens, directory: Directory) -> Self {
        Self { tokens, directory }
    }

    /// Reads: session and tenant, one batch read of two items. Writes: none.
    pub(crate) async fn decide(&self, request: &Request) -> Result<Decision, Undecided> {
        let header = request.identity_source.as_ref().and_then(|sources| sources.first());
        let Some(token) = header.and_then(|header| bearer::token(header)) else {
            return Ok(refuse("no bearer"));
        };
        let claims = match self.tokens.verify(token).await {
            Ok(claims) => claims,
            Err(TokenError::Refused) => return Ok(refuse("not a token of ours")),
            Err(error) => return Err(Undecided::Keys(error)),
        };
        let standing = self.directory.standing(&claims.tenant, &claims.sid).await?;
        Ok(judge(&claims, standing))
    }
}

/// A token proves a sign-in; whether that still stands, and for what, only the table says.
fn judge(claims: &Claims, standing: Option<(Session, Tenant)>) -> Decision {
    match standing {
        None => refuse("session or tenant is gone"),
        Some((session, _)) if session.user != claims.sub => refuse("another person's session"),
        Some((session, tenant)) => allow(TenantContext {
            tenant: tenant.id,
            user: session.user,
            role: session.role,
            plan: tenant.plan,
            method: session.method,
            scope: Scope::All,
            session: Some(session.id),
            api_key: None,
        }),
    }
}

fn allow(context: TenantContext) -> Decision {
    let (tenant, user) = (context.tenant, context.user);
    tracing::info!(%tenant, %user, "{user} may pass");
    Decision { is_authorized: true, context: Some(context) }
}

fn refuse(reason: &'static str) -> Decision {
    tracing::info!(reason, "refused: {reason}");
    Decision { is_authorized: false, context: None }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tenancy::{ContentHash, Plan, Role, SessionId, SignInMethod, TenantId, UserId};

    use super::*;

    /// A token that says owner, of a session that says member, in a tenant on the paid plan.
    fn standing() -> (Claims, Session, Tenant) {
        let (tenant, user, sid) = (TenantId::new(), UserId::new(), SessionId::new());
        let now = cloud::clock::now();
        let claims = json!({
            "iss": "devotionalai", "aud": "devotionalai", "iat": 0, "nbf": 0, "exp": 0,
            "sub": user, "tenant": tenant, "sid": sid, "role": "owner",
        });
        let session = Session {
            id: sid,
            user,
            role: Role::Member,
            method: SignInMethod::MagicLink,
            created_at: now,
            refresh_digest: ContentHash::of(b"refresh"),
            expires_at: now.as_second() + 60,
        };
        let tenant = Tenant { id: tenant, name: "Ruth".into(), plan: Plan::Pro, created_at: now };
        (serde_json::from_value(claims).unwrap(), session, tenant)
    }

    #[test]
    fn role_and_plan_come_from_the_table_and_not_from_the_token() {
        let (claims, session, tenant) = standing();
        let decision = judge(&claims, Some((session, tenant)));
        let expected = json!({
            "isAuthorized": true,
            "context": {
                "tenant": claims.tenant,
                "user": claims.sub,
                "role": "member",
                "plan": "pro",
                "session": claims.sid,
                "method": "magic_link",
                "scope": "all",
            },
        });
        assert_eq!(serde_json::to_value(decision).unwrap(), expected);
    }

    #[test]
    fn every_refusal_looks_alike() {
        let (claims, mut session, tenant) = standing();
        session.user = UserId::new();
        let refusals = [judge(&claims, None), judge(&claims, Some((session, tenant))), refuse("no bearer")];
        for refusal in refusals {
            assert_eq!(serde_json::to_value(refusal).unwrap(), json!({"isAuthorized": false}));
        }
    }

    #[test]
    fn the_sample_event_names_its_bearer() {
        let event: Value = serde_json::from_str(include_str!("../../../events/authorizer.json")).unwrap();
        let request: Request = serde_json::from_value(event).unwrap();
        assert_eq!(request.identity_source.unwrap(), ["Bearer an-access-token"]);
        let absent: Request = serde_json::from_value(json!({"identitySource": null})).unwrap();
        assert!(absent.identity_source.is_none());
    }
}
