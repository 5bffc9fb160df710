use cloud::table::TableError;
use identity::{AccessTokens, ApiKey, ApiKeyText, IdentityStore, Session, TokenError, ValidCredential};
use serde::{Deserialize, Serialize};
use tenancy::{Scope, SignInMethod, TenantContext};

use crate::bearer;

/// What API Gateway asks (payload format 2.0), as far as the answer depends on it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    /// The values that the answer is cached under: here the `Authorization` header alone. The answer
    /// depends on nothing else, or one request's answer would serve for another.
    identity_source: Option<Vec<String>>,
}

/// What API Gateway is told, as a simple response. A refusal gives no reason: who tries credentials
/// learns nothing from it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    is_authorized: bool,
    /// For the functions behind the API; they trust it and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Context {
    Caller(TenantContext),
    /// Nobody's: no handler that needs a caller takes it, and the edge answers it with a problem that
    /// says when to try again. To fail here instead would be a 500 of API Gateway's own.
    Undecided {
        undecided: &'static str,
    },
}

/// Whether the credential is good cannot be told now.
#[derive(Debug, thiserror::Error)]
enum Undecided {
    /// The signing keys.
    #[error(transparent)]
    Keys(#[from] TokenError),
    /// The identity table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Decides on bearers.
pub(crate) struct Authorizer {
    tokens: AccessTokens,
    identity: IdentityStore,
}

impl Authorizer {
    pub(crate) fn new(tokens: AccessTokens, identity: IdentityStore) -> Self {
        Self { tokens, identity }
    }

    /// Lets a session's access token or an API key pass, and nothing else.
    ///
    /// Reads: for an access token session, tenant and member in one batch read of three items; for an API
    /// key that item, then its tenant, member and the copy that is listed in one batch read of three; none for
    /// what cannot be either. The signing keys, at most once in five minutes. Writes: the first time that an API
    /// key is used on a day, one item.
    pub(crate) async fn decide(&self, request: &Request) -> Decision {
        let header = request.identity_source.as_ref().and_then(|sources| sources.first());
        let Some(credential) = header.and_then(|header| bearer::token(header)) else {
            return refuse("no bearer");
        };
        let decided = if ApiKeyText::has_prefix(credential) {
            self.api_key(credential).await
        } else {
            self.access_token(credential).await
        };
        decided.unwrap_or_else(|error| {
            tracing::error!(reason = %error, "undecided: {error}");
            Decision { is_authorized: true, context: Some(Context::Undecided { undecided: "true" }) }
        })
    }

    async fn access_token(&self, token: &str) -> Result<Decision, Undecided> {
        let claims = match self.tokens.verify(token).await {
            Ok(claims) => claims,
            Err(TokenError::Refused) => return Ok(refuse("not a token of ours")),
            Err(error) => return Err(error.into()),
        };
        // A token proves a sign-in; whether that still stands, and for what, only the table says.
        let valid = self.identity.valid_session(&claims.tenant, &claims.sub, &claims.sid).await?;
        Ok(valid.map_or_else(|| refuse("session, tenant or member is gone"), |it| allow(with_session(it))))
    }

    async fn api_key(&self, text: &str) -> Result<Decision, Undecided> {
        let Some(text) = ApiKeyText::parse(text) else { return Ok(refuse("a mistyped API key")) };
        let valid = self.identity.valid_api_key(&text).await?;
        Ok(valid.map_or_else(|| refuse("API key, tenant or member is gone"), |it| allow(with_api_key(it))))
    }
}

fn with_session(valid: ValidCredential<Session>) -> TenantContext {
    let ValidCredential { credential: session, tenant, member } = valid;
    TenantContext {
        tenant: tenant.id,
        user: member.id,
        role: member.role,
        plan: tenant.plan_now(),
        method: session.method,
        scope: Scope::All,
        session: Some(session.id),
        signed_in_at: Some(session.created_at),
        api_key: None,
    }
}

fn with_api_key(valid: ValidCredential<ApiKey>) -> TenantContext {
    let ValidCredential { credential: key, tenant, member } = valid;
    TenantContext {
        tenant: tenant.id,
        user: member.id,
        role: member.role,
        plan: tenant.plan_now(),
        method: SignInMethod::ApiKey,
        scope: key.scope,
        session: None,
        signed_in_at: None,
        api_key: Some(key.id),
    }
}

fn allow(context: TenantContext) -> Decision {
    let (tenant, user, method) = (context.tenant, context.user, context.method);
    tracing::info!(%tenant, %user, %method, "{user} may pass");
    Decision { is_authorized: true, context: Some(Context::Caller(context)) }
}

fn refuse(reason: &'static str) -> Decision {
    tracing::info!(reason, "refused: {reason}");
    Decision { is_authorized: false, context: None }
}

#[cfg(test)]
mod tests;
