//! Extractors for who is calling. A handler that takes one of them as an argument is reached by such callers only.
//!
//! All of them read the [`TenantContext`] that the [middleware](crate::layer) put into the request's extensions.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, MatchedPath};
use http::Method;
use http::request::Parts;
use jiff::Timestamp;
use tenancy::{Role, Scope, SessionId, TenantContext};

use crate::problem::{Code, Problem};

/// A caller whom the Lambda authorizer let pass, with a credential whose scope includes this route.
#[derive(Clone, Debug)]
pub struct Caller(pub TenantContext);

/// A [`Caller`] with the role of an owner in the tenant.
#[derive(Clone, Debug)]
pub struct Owner(pub TenantContext);

/// A [`Caller`] who signed in and calls with an access token, not with an API key.
#[derive(Clone, Debug)]
pub struct SessionCaller {
    /// The caller, as the authorizer established it.
    pub context: TenantContext,
    /// The session that the access token belongs to.
    pub session: SessionId,
}

/// A [`SessionCaller`] who signed in recently, so that a browser that was left open does not suffice for an
/// irreversible request. The handlers' state [says](RecentSignIn) what counts as recent.
#[derive(Clone, Debug)]
pub struct RecentSessionCaller(pub SessionCaller);

/// Implemented by the state of handlers that ask for a [`RecentSessionCaller`].
pub trait RecentSignIn {
    /// How long after a sign-in it still counts as recent.
    fn recent_sign_in(&self) -> Duration;
}

impl<T: RecentSignIn> RecentSignIn for Arc<T> {
    fn recent_sign_in(&self) -> Duration {
        T::recent_sign_in(self)
    }
}

/// The address that the request came from, as API Gateway saw it. For IPv6 it is the /64 network, because one
/// subscriber has all of its addresses.
#[derive(Clone, Debug)]
pub struct SourceIp(pub String);

/// The whole address that the request came from, as API Gateway saw it: what people recognise a session by. Absent in
/// tests of a router, which have no gateway.
#[derive(Clone, Debug, Default)]
pub struct ClientIp(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let context = parts.extensions.get::<TenantContext>().cloned().ok_or_else(unauthorized)?;
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        if is_in_scope(context.scope, &parts.method, route) {
            return Ok(Self(context));
        }
        let detail = format!("The API key's scope is `{}`. Use one with a wider scope.", context.scope);
        Err(Problem::new(Code::ScopeRequired, detail))
    }
}

impl<S: Sync> FromRequestParts<S> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(context) = Caller::from_request_parts(parts, state).await?;
        match context.role {
            Role::Owner => Ok(Self(context)),
            Role::Member => Err(Problem::new(Code::RoleRequired, "Ask an owner of the account to do this.")),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for SessionCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(context) = Caller::from_request_parts(parts, state).await?;
        let session = context.session.ok_or_else(|| {
            Problem::new(Code::SessionRequired, "Sign in to do this; an API key does not suffice.")
        })?;
        Ok(Self { context, session })
    }
}

impl<S: RecentSignIn + Sync> FromRequestParts<S> for RecentSessionCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = SessionCaller::from_request_parts(parts, state).await?;
        let recent = state.recent_sign_in();
        if is_recent(caller.context.signed_in_at, recent, cloud::clock::now()) {
            return Ok(Self(caller));
        }
        let detail =
            format!("Sign in again: this takes a sign-in of the last {} minutes.", recent.as_secs() / 60);
        Err(Problem::new(Code::RecentSignInRequired, detail))
    }
}

/// Whether `signed_in_at` lies within `recent` of `now`. An unknown time is not recent.
fn is_recent(signed_in_at: Option<Timestamp>, recent: Duration, now: Timestamp) -> bool {
    signed_in_at.is_some_and(|at| now.duration_since(at).unsigned_abs() <= recent)
}

impl<S: Sync> FromRequestParts<S> for SourceIp {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let source = parts.extensions.get::<Self>().cloned();
        source.ok_or_else(|| Problem::internal("a request without a source address"))
    }
}

/// Whether a credential of this scope is good for the route: `read` for every GET, `render` also for whatever lies
/// below `/api/v1/`, `all` for everything.
fn is_in_scope(scope: Scope, method: &Method, route: &str) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match scope {
        Scope::All => true,
        Scope::Render => reads || route.starts_with("/api/v1/"),
        Scope::Read => reads,
    }
}

fn unauthorized() -> Problem {
    Problem::new(Code::Unauthorized, "Send a valid access token or API key as `Authorization: Bearer …`.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_recent_up_to_the_limit_and_not_after() {
        let (at, recent) = (Timestamp::from_second(1_800_000_000).unwrap(), Duration::from_secs(900));
        let after = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        assert!(is_recent(Some(at), recent, after(0)) && is_recent(Some(at), recent, after(900)));
        assert!(!is_recent(Some(at), recent, after(901)));
        assert!(!is_recent(None, recent, at));
    }

    #[test]
    fn a_scope_includes_methods_and_routes() {
        let (project, members) = ("/api/v1/projects", "/api/account/members/{id}");
        for (scope, method, route, good) in [
            (Scope::Read, Method::GET, members, true),
            (Scope::Read, Method::POST, project, false),
            (Scope::Render, Method::POST, project, true),
            (Scope::Render, Method::GET, members, true),
            (Scope::Render, Method::DELETE, members, false),
            (Scope::All, Method::DELETE, members, true),
        ] {
            assert_eq!(is_in_scope(scope, &method, route), good, "{scope} {method} {route}");
        }
    }
}
