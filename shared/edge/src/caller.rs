//! Who is calling, as types: a handler that takes one cannot be reached by anybody else.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, MatchedPath};
use http::Method;
use http::request::Parts;
use jiff::Timestamp;
use lambda_http::request::RequestContext;
use serde_json::{Map, Value};
use tenancy::{Role, Scope, SessionId, TenantContext};

use crate::Code;
use crate::problem::Problem;

/// The caller as the Lambda authorizer established it, with a credential that is good for this route. The
/// only source is the authorizer's answer, which a client cannot set.
#[derive(Clone, Debug)]
pub struct Caller(pub TenantContext);

/// A caller who may do everything in the tenant.
#[derive(Clone, Debug)]
pub struct Owner(pub TenantContext);

/// A caller who signed in: not a program with an API key.
#[derive(Clone, Debug)]
pub struct SessionCaller {
    /// Who.
    pub context: TenantContext,
    /// With which session.
    pub session: SessionId,
}

/// A [`SessionCaller`] who signed in a short while ago: whoever finds an open browser has to sign in first. How long
/// that is, what the handlers share [says](RecentSignIn).
#[derive(Clone, Debug)]
pub struct RecentSessionCaller(pub SessionCaller);

/// What handlers share that ask for a [`RecentSessionCaller`].
pub trait RecentSignIn {
    /// How long a sign-in is recent.
    fn recent_sign_in(&self) -> Duration;
}

impl<T: RecentSignIn> RecentSignIn for Arc<T> {
    fn recent_sign_in(&self) -> Duration {
        T::recent_sign_in(self)
    }
}

/// The address that the request came from, as API Gateway saw it; of IPv6 the network, /64: all of it is
/// one subscriber's.
#[derive(Clone, Debug)]
pub struct SourceIp(pub String);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let context = context(parts).ok_or_else(unauthorized)?;
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

/// Whether somebody who signed in then did so within `recent`. When nobody knows, it was not.
fn is_recent(signed_in_at: Option<Timestamp>, recent: Duration, now: Timestamp) -> bool {
    signed_in_at.is_some_and(|at| now.duration_since(at).unsigned_abs() <= recent)
}

impl<S: Sync> FromRequestParts<S> for SourceIp {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        source_ip(parts).map(Self).ok_or_else(|| Problem::internal("a request without a source address"))
    }
}

/// What a scope reaches: reading all of the tenant, rendering what lies below `/api/v1/`.
fn is_in_scope(scope: Scope, method: &Method, route: &str) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match scope {
        Scope::All => true,
        Scope::Render => reads || route.starts_with("/api/v1/"),
        Scope::Read => reads,
    }
}

/// The authorizer's answer, if it let a caller pass.
pub(crate) fn context(parts: &Parts) -> Option<TenantContext> {
    serde_json::from_value(Value::Object(authorizer(parts)?)).ok()
}

/// Whether the authorizer could not tell, because the table did not answer it.
pub(crate) fn is_undecided(parts: &Parts) -> bool {
    authorizer(parts).is_some_and(|fields| fields.contains_key("undecided"))
}

pub(crate) fn source_ip(parts: &Parts) -> Option<String> {
    match parts.extensions.get::<RequestContext>()? {
        RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref().map(network),
        _ => None,
    }
}

fn network(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => ip.to_owned(),
    }
}

fn authorizer(parts: &Parts) -> Option<Map<String, Value>> {
    match parts.extensions.get::<RequestContext>()? {
        RequestContext::ApiGatewayV2(context) => {
            Some(context.authorizer.as_ref()?.fields.clone().into_iter().collect())
        }
        _ => None,
    }
}

fn unauthorized() -> Problem {
    Problem::new(Code::Unauthorized, "Send a valid access token or API key as `Authorization: Bearer …`.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subscriber_is_one_source() {
        assert_eq!(network("198.51.100.7"), "198.51.100.7");
        let mine = network("2001:db8:1:2:aaaa::1");
        assert_eq!(mine, network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(mine, network("2001:db8:1:3::1"));
    }

    #[test]
    fn a_sign_in_is_recent_for_so_long() {
        let (at, recent) = (Timestamp::from_second(1_800_000_000).unwrap(), Duration::from_secs(900));
        let after = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        assert!(is_recent(Some(at), recent, after(0)) && is_recent(Some(at), recent, after(900)));
        assert!(!is_recent(Some(at), recent, after(901)));
        assert!(!is_recent(None, recent, at));
    }

    #[test]
    fn a_scope_reaches_so_far() {
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
