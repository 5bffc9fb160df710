//! The route of the OpenAPI description, and the responses to requests for which there is no route.
//!
//! API Gateway would answer unknown paths and methods itself, in a format of its own. Its `$default` route leads to
//! this function instead, which knows from the committed description which paths exist and which methods they have. It
//! depends on no other function's code. The tests in this file show its responses.

use std::collections::BTreeMap;

use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::any;
use edge::{Code, Problem, Router, routes};
use http::{HeaderName, header};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The committed description. A test of `tools/openapi` compares it with the code.
const DOCUMENT: &str = include_str!("../../../openapi.json");

/// The response headers. The description changes with a deployment only, so it can be cached.
const HEADERS: [(HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];

/// The paths of a description, with their methods.
#[derive(Deserialize)]
struct Paths {
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

/// The one described route of this function.
pub fn routes() -> Router {
    Router::new().routes(routes!(show))
}

/// Everything that API Gateway sends to this function: [`routes()`], and responses for all other paths and methods.
///
/// # Errors
/// When the committed description is not valid JSON.
pub fn catch_all() -> serde_json::Result<Router> {
    with_method_not_allowed(routes(), DOCUMENT)
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

/// Adds every path of the description, with a 405 problem that names the path's methods. Other paths are answered with
/// 404 by the edge.
fn with_method_not_allowed(router: Router, document: &str) -> serde_json::Result<Router> {
    let Paths { paths } = serde_json::from_str(document)?;
    let others = paths.into_iter().filter(|(path, _)| path != PATH);
    Ok(others.fold(router, |router, (path, operations)| {
        let methods = operations.into_keys().map(|method| method.to_uppercase());
        let mut methods: Vec<String> = methods.filter(|name| is_method(name)).collect();
        // Not described by themselves: they are answered like GET, without the body.
        if let Some(get) = methods.iter().position(|name| name == "GET") {
            methods.insert(get + 1, "HEAD".into());
        }
        let allow = methods.join(", ");
        router.route(&path, any(async move || not_allowed(allow)))
    }))
}

/// Whether a member of a path's description is a method. Others are `parameters` and `summary`.
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
        let router =
            edge::layer(with_method_not_allowed(routes(), SMALL).unwrap(), edge::Middleware::default());
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (Response::from_parts(parts, ()), serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_wrong_method_is_answered_with_the_allowed_ones() {
        for (path, allow) in [("/things/1", "DELETE, GET, HEAD"), ("/things/1/captions.srt", "GET, HEAD")] {
            let (response, problem) = answer("PUT", path).await;
            assert_eq!((response.status().as_u16(), &problem["code"]), (405, &"method_not_allowed".into()));
            assert_eq!(response.headers()[header::ALLOW], allow);
        }
        assert_eq!(answer("POST", "/openapi.json").await.1["code"], "method_not_allowed");
    }

    #[tokio::test]
    async fn an_unknown_path_is_not_found() {
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
