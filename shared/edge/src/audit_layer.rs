//! The audit log's place around a handler: what a call sets out to do is written down first, its outcome after.

use audit::{Actor, AuditLog, Call};
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use cloud::{clock, correlation};
use http::Method;
use tenancy::{SessionId, TenantContext, TenantId, UserId};

use crate::problem::Problem;

/// Who a call turned out to be for, where the authorizer does not say: a handler that signs somebody in or out
/// answers with it, for the log of that tenant.
#[derive(Clone, Copy, Debug)]
pub struct ActingUser {
    /// In which tenant.
    pub tenant: TenantId,
    /// Who.
    pub user: UserId,
    /// With which session.
    pub session: SessionId,
}

impl IntoResponseParts for ActingUser {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

/// Carries a request out, with entries in the audit log if it may change something: one for the caller's tenant,
/// and one for the tenant that it turned out to be for.
///
/// Cost, for the first: one read, and two writes, of one item and of three in a transaction; without the table,
/// nothing is carried out. For the second one item less.
pub(crate) async fn with_audit_entries(
    log: Option<&AuditLog>,
    caller: Option<&TenantContext>,
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
    let pending = match caller {
        None => None,
        Some(caller) => match log.begin(caller.tenant, details.call(caller.user, credential(caller))).await {
            Ok(pending) => Some(pending),
            Err(error) => return Problem::unavailable("audit", error).into_response(),
        },
    };
    let response = handle(request).await;
    let status = response.status().as_u16();
    if let Some(pending) = pending
        && let Err(error) = log.end(pending, Some(status)).await
    {
        // What was done is done. It stays among what was pending, and is chained from there.
        tracing::error!(status, reason = %error, "the outcome is not in the audit log: {error}");
    }
    let acted = response.extensions().get::<ActingUser>().copied();
    if let Some(ActingUser { tenant, user, session }) =
        acted.filter(|acted| caller.is_none_or(|caller| caller.tenant != acted.tenant))
    {
        let call = details.call(user, Some(session.to_string()));
        if let Err(error) = log.append(&tenant, call, status).await {
            tracing::error!(status, %tenant, %user, reason = %error, "not in the audit log: {error}");
        }
    }
    response
}

/// What is the same whoever it is for.
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

fn changes(method: &Method) -> bool {
    !method.is_safe()
}

fn route(request: &Request) -> Option<String> {
    request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned())
}

fn credential(caller: &TenantContext) -> Option<String> {
    caller.session.map(|id| id.to_string()).or_else(|| caller.api_key.map(|id| id.to_string()))
}

/// What stands in a path for the parameters of its route. Only what could be an id: of anything else nobody knows
/// what it holds.
fn subjects(route: &str, path: &str) -> Vec<String> {
    let pairs = route.split('/').zip(path.split('/'));
    let given = pairs.filter(|(name, _)| name.starts_with('{')).map(|(_, value)| value);
    given.filter(|value| is_plain(value)).map(str::to_owned).collect()
}

fn is_plain(value: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    (1..=48).contains(&value.len()) && value.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_are_written_down() {
        let route = "/api/v1/projects/{id}/scenes/{scene}/regenerate";
        assert_eq!(subjects(route, "/api/v1/projects/proj_1/scenes/3/regenerate"), ["proj_1", "3"]);
        assert_eq!(subjects(route, "/api/v1/projects/ruth@example.org/scenes/3/regenerate"), ["3"]);
        assert!(subjects("/api/account", "/api/account").is_empty());
    }

    #[test]
    fn reading_changes_nothing() {
        for (method, expected) in [(Method::GET, false), (Method::HEAD, false), (Method::PATCH, true)] {
            assert_eq!(changes(&method), expected, "{method}");
        }
    }
}
