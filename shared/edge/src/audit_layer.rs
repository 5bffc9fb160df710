//! Entries in the audit log around a handler: a pending one before it runs, completed with its status afterwards.

use std::time::Duration;

use audit::{Actor, AuditLog, Call};
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use cloud::{clock, correlation};
use http::Method;
use tenancy::{SessionId, TenantContext, TenantId, UserId};

use crate::limiter::{Limiter, Rate, RateLimitError};
use crate::problem::Problem;

/// How many refused requests with one credential to one route have entries of their own: so many at once, and so many
/// an hour. Enough to see who tries what; a flood shows by its count.
const REFUSALS_LISTED: u32 = 10;

/// The user whom a public route turned out to act for, which the authorizer cannot know: a handler that signs
/// somebody in or out returns it as a part of its response, and the request is recorded in that tenant's log.
#[derive(Clone, Copy, Debug)]
pub struct ActingUser {
    /// The tenant in whose log the request is recorded.
    pub tenant: TenantId,
    /// The user who is recorded as the actor.
    pub user: UserId,
    /// The session that is recorded as the credential.
    pub session: SessionId,
}

impl IntoResponseParts for ActingUser {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

/// Runs `handle`. When the request's method may change something, records it in the audit log: in that of the caller's
/// tenant, and, where the handler returned an [`ActingUser`] of another tenant, in that tenant's as well.
///
/// For the caller's tenant a pending entry is written first: when that fails, the request is answered with
/// `unavailable` and `handle` does not run. Failures after `handle` ran are logged only.
///
/// Of the requests with one session or API key to one route that are refused (4xx, which changed nothing), the first
/// ten and then ten an hour have entries of their own; the others are counted, and the count becomes one entry an hour.
///
/// Cost for the caller's tenant: one read, one write, and one transaction of three items; for a refused request one
/// write more, for one that is only counted three or four writes. For an acting user one read and one transaction of
/// two items.
pub(crate) async fn with_audit_entries(
    log: Option<&AuditLog>,
    limiter: Option<&Limiter>,
    request: Request,
    handle: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let (Some(log), Some(route)) = (log.filter(|_| changes(request.method())), route(&request)) else {
        return handle(request).await;
    };
    let details = CallDetails {
        action: format!("{} {route}", request.method()),
        subjects: subjects(&route, request.uri().path()),
        request: correlation::current().unwrap_or_default(),
    };
    let caller = request.extensions().get::<TenantContext>().cloned();
    let pending = match &caller {
        None => None,
        Some(caller) => match log.begin(caller.tenant, details.call(caller.user, credential(caller))).await {
            Ok(pending) => Some(pending),
            Err(error) => return Problem::unavailable("audit", error).into_response(),
        },
    };
    let response = handle(request).await;
    let status = response.status().as_u16();
    let is_counted = match &caller {
        Some(caller) => is_counted(limiter, caller, &details.action, status).await,
        None => false,
    };
    let written = match pending {
        Some(pending) if is_counted => log.count_refused(pending, status).await,
        Some(pending) => log.end(pending, Some(status)).await,
        None => Ok(()),
    };
    if let Err(error) = written {
        // The change itself is done. The entry stays pending, and the hourly sealer moves it into the chain.
        tracing::error!(status, reason = %error, "the outcome is not in the audit log: {error}");
    }
    let acting_user = response.extensions().get::<ActingUser>().copied();
    if let Some(ActingUser { tenant, user, session }) =
        acting_user.filter(|user| caller.as_ref().is_none_or(|caller| caller.tenant != user.tenant))
    {
        let call = details.call(user, Some(session.to_string()));
        if let Err(error) = log.append(&tenant, call, status).await {
            tracing::error!(status, %tenant, %user, reason = %error, "not in the audit log: {error}");
        }
    }
    response
}

/// The parts of an entry that do not depend on the tenant it is written for.
struct CallDetails {
    action: String,
    subjects: Vec<String>,
    request: String,
}

impl CallDetails {
    fn call(&self, user: UserId, credential: Option<String>) -> Call {
        Call {
            at: clock::now(),
            actor: Actor::User(user),
            credential,
            action: self.action.clone(),
            subjects: self.subjects.clone(),
            request: self.request.clone(),
        }
    }
}

/// Whether a request is counted only: it was refused, like many others with this credential and action within the hour.
/// When the limiter cannot tell, the request has an entry of its own.
async fn is_counted(limiter: Option<&Limiter>, caller: &TenantContext, action: &str, status: u16) -> bool {
    let Some(limiter) = limiter.filter(|_| (400..500).contains(&status)) else { return false };
    let rate = Rate::new(REFUSALS_LISTED, Duration::from_secs(3600));
    let taken = limiter.take_token("AUDIT_REFUSED", &refusals_of(caller, action), rate).await;
    matches!(taken, Err(RateLimitError::Limited { .. }))
}

/// The name of the bucket that refused requests take tokens from. One credential's flood does not take the entries of
/// another's, and the number of buckets is bounded by that of sessions and keys, which have limits of their own.
fn refusals_of(caller: &TenantContext, action: &str) -> String {
    let TenantContext { tenant, user, .. } = caller;
    format!("{tenant} {user} {} {action}", credential(caller).unwrap_or_default())
}

fn changes(method: &Method) -> bool {
    !method.is_safe()
}

fn route(request: &Request) -> Option<String> {
    request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned())
}

fn credential(caller: &TenantContext) -> Option<String> {
    caller.session.map(|id| id.to_string()).or_else(|| caller.api_key.map(|id| id.to_string()))
}

/// The values of the path's parameters that look like an id. Any other value is left out, because it may be anything
/// that a client wrote into the path, such as an address, and the log holds no personal data.
fn subjects(route: &str, path: &str) -> Vec<String> {
    let pairs = route.split('/').zip(path.split('/'));
    let given = pairs.filter(|(name, _)| name.starts_with('{')).map(|(_, value)| value);
    given.filter(|value| is_plain(value)).map(str::to_owned).collect()
}

/// Lower-case letters, digits and underscores, at most 48 of them: what every id of ours consists of.
fn is_plain(value: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    (1..=48).contains(&value.len()) && value.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use tenancy::{ApiKeyId, Plan, Role, Scope, SignInMethod};

    use super::*;

    #[test]
    fn the_refusals_of_each_tenant_and_credential_are_limited_apart() {
        let own = TenantContext {
            tenant: TenantId::new(),
            user: UserId::new(),
            role: Role::Owner,
            plan: Plan::Free,
            method: SignInMethod::MagicLink,
            scope: Scope::All,
            session: Some(SessionId::new()),
            signed_in_at: None,
            api_key: None,
        };
        let action = "PATCH /api/account";
        let bucket = refusals_of(&own, action);
        assert_eq!(bucket, refusals_of(&TenantContext { plan: Plan::Pro, ..own.clone() }, action));
        for other in [
            refusals_of(&TenantContext { tenant: TenantId::new(), ..own.clone() }, action),
            refusals_of(&TenantContext { user: UserId::new(), ..own.clone() }, action),
            refusals_of(&TenantContext { session: Some(SessionId::new()), ..own.clone() }, action),
            refusals_of(
                &TenantContext { session: None, api_key: Some(ApiKeyId::new()), ..own.clone() },
                action,
            ),
            refusals_of(&own, "DELETE /api/account"),
        ] {
            assert_ne!(bucket, other);
        }
    }

    #[test]
    fn only_ids_are_recorded() {
        let route = "/api/v1/projects/{id}/scenes/{scene}/regenerate";
        assert_eq!(subjects(route, "/api/v1/projects/proj_1/scenes/3/regenerate"), ["proj_1", "3"]);
        assert_eq!(subjects(route, "/api/v1/projects/ruth@example.org/scenes/3/regenerate"), ["3"]);
        assert!(subjects("/api/account", "/api/account").is_empty());
    }

    #[test]
    fn safe_methods_are_not_recorded() {
        for (method, expected) in [(Method::GET, false), (Method::HEAD, false), (Method::PATCH, true)] {
            assert_eq!(changes(&method), expected, "{method}");
        }
    }
}
