//! A router as a Lambda function behind API Gateway.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, header};
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;

use crate::{Code, Problem};

/// Serves `router` until the Lambda runtime ends, with [`dress`] around it.
///
/// # Errors
/// When the Lambda runtime ends.
pub async fn serve(router: Router) -> Result<(), lambda_http::Error> {
    lambda_http::run(dress(router)).await
}

/// Adds what every route has: 404 and 405 as problems, security headers, the request id, one log
/// line, and a 500 problem where a handler panics.
///
/// API Gateway adds the CORS headers itself, from the template.
pub fn dress(router: Router) -> Router {
    router
        .fallback(async || Problem::new(Code::NotFound, "There is no such route. Check the path."))
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed, "Use another method."))
        .layer(middleware::from_fn(around))
}

async fn around(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned()).unwrap_or_default();
    let (request_id, tenant) = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => (
            context.request_id.clone().unwrap_or_default(),
            context.authorizer.as_ref().and_then(|a| a.fields.get("tenant")).cloned(),
        ),
        _ => Default::default(),
    };
    let mut response = if is_as_sent(&request) {
        let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        answered.unwrap_or_else(|_| Problem::internal("a handler panicked").into_response())
    } else {
        Problem::not_found("thing").into_response()
    };
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
    let status = response.status().as_u16();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let tenant = tenant.as_ref().and_then(|t| t.as_str()).unwrap_or_default();
    tracing::info!(%method, route, status, ms, request_id, tenant, "{method} {route} {status}");
    response
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
