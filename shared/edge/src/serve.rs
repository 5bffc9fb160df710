//! A router as a Lambda function behind API Gateway.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use audit::AuditLog;
use aws_config::SdkConfig;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use cloud::settings::SettingError;
use cloud::{correlation, tenant_role};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, header};
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use tenancy::TenantContext;

use crate::audit_layer::with_audit_entries;
use crate::limiter::{Limiter, RateLimitError};
use crate::problem::Problem;
use crate::router::Router;
use crate::{Code, caller};

/// How long API Gateway keeps the answer of an authorizer that could not tell, in seconds: as long as any
/// other (`ReauthorizeEvery` in the template).
const UNDECIDED_FOR_S: u32 = 60;

/// What stands before every handler.
#[derive(Clone, Default)]
pub struct Middleware {
    /// Who calls too often is refused.
    pub limiter: Option<Limiter>,
    /// Whatever changes something is written down.
    pub audit: Option<AuditLog>,
}

impl Middleware {
    /// Both, over the tables that the settings name: `RATES_TABLE`, and `AUDIT_TABLE` with the credentials that reach
    /// the tenants' chains.
    ///
    /// # Errors
    /// [`SettingError`].
    pub fn configured(config: &SdkConfig, tenants: &SdkConfig) -> Result<Self, SettingError> {
        let (limiter, audit) = (Limiter::configured(config)?, AuditLog::configured(tenants)?);
        Ok(Self { limiter: Some(limiter), audit: Some(audit) })
    }
}

impl From<Limiter> for Middleware {
    /// For functions that change nothing.
    fn from(limiter: Limiter) -> Self {
        Self { limiter: Some(limiter), audit: None }
    }
}

/// Serves `router` until the Lambda runtime ends, with [`layer`] around it.
///
/// # Errors
/// When the Lambda runtime ends.
pub async fn serve(router: Router, middleware: impl Into<Middleware>) -> Result<(), lambda_http::Error> {
    lambda_http::run(layer(router, middleware.into())).await
}

/// Adds what every route has: rate limits, 404 and 405 as problems, security headers, the request id, one log
/// line, an entry in the audit log where something may change, a 500 problem where a handler panics, and
/// credentials for the caller's tenant only.
///
/// API Gateway adds the CORS headers itself, from the template.
pub fn layer(router: Router, middleware: Middleware) -> axum::Router {
    router
        .into_axum()
        .fallback(async || Problem::new(Code::NotFound, "There is no such route. Check the path."))
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed, "Use another method."))
        .layer(middleware::from_fn_with_state(middleware, respond))
}

async fn respond(State(middleware): State<Middleware>, request: Request, next: Next) -> Response {
    let request_id = request_id(&request).unwrap_or_default();
    let mut response = correlation::scope(request_id.clone(), handle(middleware, request, next)).await;
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert("x-request-id", value);
    }
    response
}

async fn handle(middleware: Middleware, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned()).unwrap_or_default();
    let (parts, body) = request.into_parts();
    let (caller, is_undecided) = (caller::context(&parts), caller::is_undecided(&parts));
    let ip = caller::source_ip(&parts);
    let request = Request::from_parts(parts, body);
    let tenant = caller.as_ref().map(|caller| caller.tenant.to_string()).unwrap_or_default();

    let response = if is_undecided {
        Problem::unavailable("authorizer", "it could not tell").retry_after(UNDECIDED_FOR_S).into_response()
    } else if let Err(problem) = admit(middleware.limiter.as_ref(), caller.as_ref(), ip.as_deref()).await {
        problem.into_response()
    } else if is_as_sent(&request) {
        let run = async |request| {
            let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            answered.unwrap_or_else(|_| Problem::internal("a handler panicked").into_response())
        };
        let work = with_audit_entries(middleware.audit.as_ref(), caller.as_ref(), request, run);
        match &caller {
            Some(caller) => tenant_role::acting_for(caller.tenant, work).await,
            None => work.await,
        }
    } else {
        Problem::not_found("thing").into_response()
    };
    let status = response.status().as_u16();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status, ms, tenant, "{method} {route} {status}");
    response
}

/// Whoever has a credential is limited by who they are, anybody else by where they come from. A limiter
/// whose table does not answer stops nobody: what a route itself needs may be well.
async fn admit(
    limiter: Option<&Limiter>,
    caller: Option<&TenantContext>,
    ip: Option<&str>,
) -> Result<(), Problem> {
    let Some(limiter) = limiter else { return Ok(()) };
    let spent = match (caller, ip) {
        (Some(caller), _) => limiter.limit_user(&caller.user.to_string()).await,
        (None, Some(ip)) => limiter.limit_ip(ip).await,
        // Only in tests of a router: API Gateway always says where a request comes from.
        (None, None) => Ok(()),
    };
    match spent {
        Err(RateLimitError::Unavailable(error)) => {
            tracing::warn!(reason = %error, "the limiter's table is not answering: {error}");
            Ok(())
        }
        other => Ok(other?),
    }
}

fn request_id(request: &Request) -> Option<String> {
    match request.extensions().get::<RequestContext>()? {
        RequestContext::ApiGatewayV2(context) => context.request_id.clone(),
        _ => None,
    }
}

/// Whether the path that routes match is the one that came. API Gateway decodes a path, and making a URL
/// of it again drops control characters at its end, resolves dots, and takes `?` and `#` for its own:
/// `…/proj_1%00` would be another name of `…/proj_1`. No id has a character that a URL would escape.
fn is_as_sent(request: &Request) -> bool {
    let sent = request.raw_http_path();
    // Empty where no gateway was: in tests of a router.
    sent.is_empty() || sent == request.uri().path()
}

/// Sent with every response: OWASP's list for an API that serves JSON and nothing to be framed.
const SECURITY_HEADERS: [(&str, &str); 5] = [
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_path_that_changes_on_its_way_into_a_url_is_none() {
        for (sent, made, good) in [
            ("/projects/proj_1", "/projects/proj_1", true),
            ("/projects/proj_1\0", "/projects/proj_1", false),
            ("/projects/proj_1?x", "/projects/proj_1?x", false),
            ("/projects/a/../proj_1", "/projects/proj_1", false),
            ("/projects/a\\proj_1", "/projects/a/proj_1", false),
            ("/projects/a b", "/projects/a%20b", false),
            ("", "/projects/proj_1", true),
        ] {
            let request = Request::builder().uri(made).body(Body::empty()).unwrap().with_raw_http_path(sent);
            assert_eq!(is_as_sent(&request), good, "{sent:?}");
        }
    }
}
