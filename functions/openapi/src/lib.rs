//! The API's description, and what the API answers where it has no route.
//!
//! API Gateway would answer unknown paths and methods itself, in a form of its own. Its `$default` route
//! leads here instead, where the description says which paths there are and what they allow.

use std::collections::BTreeMap;

use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::any;
use edge::{Code, Problem, Router, routes};
use http::{HeaderName, header};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The committed description; a test of the workspace keeps it equal to the code.
const DOCUMENT: &str = include_str!("../../../openapi.json");

/// The description changes with a deployment only.
const HEADERS: [(HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];

/// The part of a description that says where something is.
#[derive(Deserialize)]
struct Paths {
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

/// The one route of this function.
pub fn routes() -> Router {
    Router::new().routes(routes!(show))
}

/// All that API Gateway sends here: [`routes`], and what is no route.
///
/// # Errors
/// When the description cannot be read.
pub fn catch_all() -> serde_json::Result<Router> {
    everything_else(routes(), DOCUMENT)
}

/// Shows this description of the API (OpenAPI 3.1).
///
/// Reads: none. Writes: none.
#[utoipa::path(
    get,
    path = PATH,
    tag = "openapi",
    security(()),
    responses((status = 200, description = "The description.", body = Object))
)]
async fn show() -> impl IntoResponse {
    (HEADERS, DOCUMENT)
}

const PATH: &str = "/openapi.json";

/// Adds every described path with the answer to methods that it does not have; the edge answers for paths
/// that nobody described.
fn everything_else(router: Router, document: &str) -> serde_json::Result<Router> {
    let Paths { paths } = serde_json::from_str(document)?;
    let others = paths.into_iter().filter(|(path, _)| path != PATH);
    Ok(others.fold(router, |router, (path, operations)| {
        let methods =
            operations.into_keys().map(|method| method.to_uppercase()).filter(|name| is_method(name));
        let allow = methods.collect::<Vec<_>>().join(", ");
        router.undescribed(&path, any(async move || not_allowed(allow)))
    }))
}

/// A path's description has other members besides: `parameters`, `summary`.
fn is_method(name: &str) -> bool {
    matches!(name, "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "TRACE")
}

fn not_allowed(allow: String) -> impl IntoResponse {
    let problem = Problem::new(Code::MethodNotAllowed, format!("Use one of these methods: {allow}."));
    (AppendHeaders([(header::ALLOW, allow)]), problem)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::{Request, Response};
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    const SMALL: &str = r#"{"paths": {
        "/openapi.json": {"get": {}},
        "/things/{id}": {"parameters": [], "get": {}, "delete": {}},
        "/things/{id}/captions.srt": {"get": {}}
    }}"#;

    async fn answer(method: &str, path: &str) -> (Response<()>, Value) {
        let router = edge::layer(everything_else(routes(), SMALL).unwrap(), edge::Middleware::default());
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (Response::from_parts(parts, ()), serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_method_that_a_path_does_not_have_is_told_which_it_has() {
        for (path, allow) in [("/things/1", "DELETE, GET"), ("/things/1/captions.srt", "GET")] {
            let (response, problem) = answer("PUT", path).await;
            assert_eq!((response.status().as_u16(), &problem["code"]), (405, &"method_not_allowed".into()));
            assert_eq!(response.headers()[header::ALLOW], allow);
        }
        assert_eq!(answer("POST", "/openapi.json").await.1["code"], "method_not_allowed");
    }

    #[tokio::test]
    async fn a_path_that_nobody_described_is_not_found() {
        for path in ["/", "/thing", "/things/1/2/3", "/openapi.yaml", "/login"] {
            let (response, problem) = answer("GET", path).await;
            assert_eq!((response.status().as_u16(), &problem["code"]), (404, &"not_found".into()), "{path}");
        }
    }

    #[tokio::test]
    async fn the_description_is_served_as_it_was_committed() {
        let (response, document) = answer("GET", "/openapi.json").await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(document, serde_json::from_str::<Value>(DOCUMENT).unwrap());
        assert!(catch_all().is_ok());
    }
}
