//! Serves a router as a Lambda function behind API Gateway, with the middleware that every route has.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use audit::AuditLog;
use aws_config::SdkConfig;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use cloud::settings::SettingError;
use cloud::table::Table;
use cloud::{correlation, tenant_role};
use futures_util::FutureExt;
use http::{Extensions, HeaderName, HeaderValue, Method, header};
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use tenancy::TenantContext;
use utoipa_axum::router::OpenApiRouter;

use crate::audit_layer::with_audit_entries;
use crate::authorization::{Authorization, read_into_extensions};
use crate::caller::SourceIp;
use crate::idempotency::{IdempotencyStore, with_idempotency};
use crate::limiter::{Limiter, RateLimitError, WhenUnavailable};
use crate::problem::{Code, Problem};

/// For how many seconds API Gateway caches an authorizer's answer (`ReauthorizeEvery` in the template), including one
/// that could not decide: it makes no sense to try again earlier.
const AUTHORIZER_CACHE_S: u32 = 60;

/// What tells a client that its credential has ended (RFC 6750, 3.1).
const INVALID_TOKEN: &str = r#"Bearer error="invalid_token", error_description="expired or revoked""#;

/// The parts of the middleware that need a table. A part that is `None` is left out.
#[derive(Clone, Default)]
pub struct Middleware {
    /// Refuses callers who send too many requests.
    pub limiter: Option<Limiter>,
    /// Records every request that may change something.
    pub audit: Option<AuditLog>,
    /// Keeps the answers to requests with an `Idempotency-Key`.
    pub idempotency: Option<IdempotencyStore>,
}

impl Middleware {
    /// Both parts: the limiter over `RATES_TABLE` with the function's own credentials (`config`), the audit log over
    /// `AUDIT_TABLE` with credentials that may write to the callers' partitions (`tenants`).
    ///
    /// # Errors
    /// As [`Limiter::from_settings`], and [`SettingError::Missing`] when `AUDIT_TABLE` is not set.
    pub fn from_settings(config: &SdkConfig, tenants: &SdkConfig) -> Result<Self, SettingError> {
        let (limiter, audit) = (Limiter::from_settings(config)?, AuditLog::from_settings(tenants)?);
        Ok(Self { limiter: Some(limiter), audit: Some(audit), idempotency: None })
    }

    /// With the answers to requests with an `Idempotency-Key` in this table, whose credentials reach the partition of the
    /// caller's tenant. Each function has a table of its own for them.
    #[must_use]
    pub fn with_idempotency(self, table: Table) -> Self {
        Self { idempotency: Some(IdempotencyStore::new(table)), ..self }
    }
}

impl From<Limiter> for Middleware {
    /// The middleware of a function none of whose routes changes anything: no audit log.
    fn from(limiter: Limiter) -> Self {
        Self { limiter: Some(limiter), audit: None, idempotency: None }
    }
}

/// Answers the events of the Lambda runtime with `router`, inside of [`layer`]. Returns only with an error.
///
/// # Errors
/// When the Lambda runtime API cannot be reached any more.
pub async fn serve(
    router: OpenApiRouter,
    middleware: impl Into<Middleware>,
) -> Result<(), lambda_http::Error> {
    lambda_http::run(layer(router, middleware.into())).await
}

/// Adds to every route: rate limits, 404 and 405 as problems, security headers, the request id, one log line, an entry
/// in the audit log for requests that may change something, a 500 problem when a handler panics, and AWS credentials
/// that reach the caller's tenant only.
///
/// API Gateway adds the CORS headers itself, from the template.
pub fn layer(router: OpenApiRouter, middleware: Middleware) -> axum::Router {
    axum::Router::from(router)
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

async fn handle(middleware: Middleware, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned()).unwrap_or_default();
    let authorization = read_into_extensions(&mut request);
    let caller = request.extensions().get::<TenantContext>().cloned();
    let tenant = caller.as_ref().map(|caller| caller.tenant.to_string()).unwrap_or_default();

    let run = async |request| {
        let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        answered.unwrap_or_else(|_| Problem::internal("a handler panicked").into_response())
    };
    // What can be refused without a read or a write comes first, so that a flood of it costs nothing more.
    let response = if authorization == Authorization::Undecided {
        Problem::unavailable("authorizer", "it could not tell")
            .retry_after(AUTHORIZER_CACHE_S)
            .into_response()
    } else if authorization == Authorization::Ended {
        // Before the limits: nothing is read or written for such a request.
        ended_credential()
    } else if !path_is_as_sent(&request) {
        Problem::not_found("thing").into_response()
    } else if route.is_empty() {
        run(request).await
    } else if let Err(problem) = check_rate(middleware.limiter.as_ref(), &method, request.extensions()).await
    {
        problem.into_response()
    } else {
        let once = async |request| with_idempotency(middleware.idempotency.as_ref(), request, run).await;
        let work = with_audit_entries(middleware.audit.as_ref(), middleware.limiter.as_ref(), request, once);
        match caller {
            Some(caller) => tenant_role::acting_for(caller.tenant, work).await,
            None => work.await,
        }
    };
    let status = response.status().as_u16();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status, ms, tenant, "{method} {route} {status}");
    response
}

/// The answer to a credential that was good once. It does not say why the credential is not good any more.
fn ended_credential() -> Response {
    let detail =
        "The access token or API key has expired or was revoked. Refresh the token, or sign in again.";
    let mut response = Problem::new(Code::Unauthorized, detail).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(INVALID_TOKEN));
    response
}

/// Takes a token from the caller's bucket, or from that of the source address where there is no caller. When the
/// limiter's table does not answer, a request that changes nothing goes on: what the route itself needs may still
/// work. Any other request is refused, because without limits anybody could send as many of them as they like.
async fn check_rate(
    limiter: Option<&Limiter>,
    method: &Method,
    extensions: &Extensions,
) -> Result<(), Problem> {
    let Some(limiter) = limiter else { return Ok(()) };
    let then = if method.is_safe() { WhenUnavailable::GoOn } else { WhenUnavailable::Refuse };
    let taken = match (extensions.get::<TenantContext>(), extensions.get::<SourceIp>()) {
        (Some(caller), _) => limiter.limit_user(&caller.user.to_string(), then).await,
        (None, Some(SourceIp(ip))) => limiter.limit_ip(ip, then).await,
        // Only in tests of a router: API Gateway always says where a request comes from.
        (None, None) => Ok(()),
    };
    match taken {
        Err(RateLimitError::Unavailable(error)) if then == WhenUnavailable::GoOn => {
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

/// Whether the path that the router matches is the one that the client sent. API Gateway decodes the path, and
/// `lambda_http` makes a URL of it again, which drops control characters at its end, resolves dots, and takes `?` and
/// `#` for delimiters: `…/proj_1%00` would be another name of `…/proj_1`. No id contains a character that a URL would
/// escape, so such a request is answered with 404.
fn path_is_as_sent(request: &Request) -> bool {
    let sent = request.raw_http_path();
    // Empty in tests of a router, which have no gateway.
    sent.is_empty() || sent == request.uri().path()
}

/// Sent with every response: what OWASP's REST security cheat sheet lists for an API that serves only JSON.
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
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn what_needs_no_table_is_refused_before_the_limiter_and_changes_wait_for_it() {
        // Nothing listens at this address: the limiter's table does not answer.
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::from_static("us-east-1"))
            .endpoint_url("http://127.0.0.1:1")
            .build();
        let handlers = axum::routing::get(async || "shown").post(async || "changed");
        let router = OpenApiRouter::new().route("/thing", handlers);
        let app = layer(router, Limiter::new(&config, "rates".into(), 10, 60).into());
        for (method, path, sent, status) in [
            (Method::GET, "/thing", "/thing", 200),
            (Method::POST, "/thing", "/thing", 503),
            // These would be 503 as well if the limiter came first.
            (Method::POST, "/nothing", "/nothing", 404),
            (Method::POST, "/thing", "/thing\0", 404),
        ] {
            let request = Request::builder().method(&method).uri(path).body(Body::empty()).unwrap();
            let mut request = request.with_raw_http_path(sent);
            request.extensions_mut().insert(SourceIp("198.51.100.7".into()));
            let response = app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{method} {sent:?}");
            assert_eq!(response.headers().contains_key("retry-after"), status == 503, "{method} {sent:?}");
        }
    }

    #[test]
    fn a_path_that_url_parsing_changes_is_not_found() {
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
            assert_eq!(path_is_as_sent(&request), good, "{sent:?}");
        }
    }
}
