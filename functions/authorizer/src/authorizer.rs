//! Deciding about the credential of a request.

use cloud::table::TableError;
use identity::{
    AccessTokens, ApiKey, ApiKeyText, IdentityStore, PresentedApiKey, Session, TokenError, ValidCredential,
};
use serde::{Deserialize, Serialize};
use tenancy::{Scope, SignInMethod, TenantContext};

use crate::bearer;

/// The authorizer event of API Gateway (payload format 2.0), as far as the decision depends on it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    /// The values that API Gateway caches the response under: here the `Authorization` header alone. The decision may
    /// depend on nothing else, because it is reused for other requests with the same header.
    identity_source: Option<Vec<String>>,
}

/// The response to API Gateway, in the simple format. A refusal gives no reason, so that nobody learns anything by
/// trying credentials.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    is_authorized: bool,
    /// What the functions behind the API get to know of the caller. They trust nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Context {
    Caller(TenantContext),
    /// There is no decision, and no caller: the middleware of the functions answers such a request with a 503 problem
    /// that says when to try again. Failing here instead would make API Gateway answer with a 500 of its own.
    Undecided {
        undecided: &'static str,
    },
    /// The credential was good once, and there is no caller. The middleware of the functions answers such a request
    /// with a 401 problem, so that clients refresh their token; API Gateway's own 403 would not make them do that.
    /// Nothing tells whose credential it was.
    Ended {
        ended: &'static str,
    },
}

/// Why a credential cannot be checked now.
#[derive(Debug, thiserror::Error)]
enum Undecided {
    /// The signing keys cannot be read or used.
    #[error(transparent)]
    Keys(#[from] TokenError),
    /// The identity table does not answer.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Decides about bearer tokens: access tokens of sessions, and API keys.
pub(crate) struct Authorizer {
    tokens: AccessTokens,
    identity: IdentityStore,
}

impl Authorizer {
    pub(crate) fn new(tokens: AccessTokens, identity: IdentityStore) -> Self {
        Self { tokens, identity }
    }

    /// Accepts a valid access token or API key. One that was valid once passes without a caller, and is refused by the
    /// functions; everything else is refused here, so that it starts no function: also a well-formed API key that never
    /// was one. Which keys were valid once is known for 30 days.
    ///
    /// Reads: for an access token session, tenant and member in one batch read of three items; for an API key its
    /// lookup item, then its tenant, its member and its listed item in one batch read of three, or, where there is no
    /// lookup item, one item more; none for a malformed credential. The signing keys, at most once in five minutes.
    /// Writes: one item at the first use of an API key on a day, and of a session's access tokens after a refresh.
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
            Err(TokenError::Expired) => return Ok(ended("an expired token")),
            Err(error) => return Err(error.into()),
        };
        // The token proves that somebody signed in. Whether the session still exists, and the role, only the table
        // says.
        let valid = self.identity.valid_session(&claims.tenant, &claims.sub, &claims.sid).await?;
        let Some(valid) = valid else { return Ok(ended("session, tenant or member is gone")) };
        if let Some(generation) = claims.generation
            && let Err(error) = self.identity.note_use(&claims.tenant, &valid.credential, generation).await
        {
            // The token is valid all the same. The next request that is not cached tries the write again.
            tracing::warn!(reason = %error, "that a token was used is not remembered: {error}");
        }
        Ok(allow(with_session(valid)))
    }

    async fn api_key(&self, text: &str) -> Result<Decision, Undecided> {
        let Some(text) = ApiKeyText::parse(text) else { return Ok(refuse("a mistyped API key")) };
        Ok(match self.identity.presented_api_key(&text).await? {
            PresentedApiKey::Valid(valid) => allow(with_api_key(*valid)),
            PresentedApiKey::Ended => ended("API key, tenant or member is gone"),
            PresentedApiKey::Unknown => refuse("no API key of ours"),
        })
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

fn ended(reason: &'static str) -> Decision {
    tracing::info!(reason, "refused: {reason}");
    Decision { is_authorized: true, context: Some(Context::Ended { ended: "true" }) }
}

fn refuse(reason: &'static str) -> Decision {
    tracing::info!(reason, "refused: {reason}");
    Decision { is_authorized: false, context: None }
}

#[cfg(test)]
mod tests;
