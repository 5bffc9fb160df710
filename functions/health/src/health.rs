use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use edge::{Answer, Json, Problem, Router};
use serde_json::{Map, Value, json};

use crate::checks::Checks;

pub(crate) fn router(checks: Checks) -> Router {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).with_state(Arc::new(checks))
}

/// Whether the function runs. Reads: none. Writes: none.
async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Whether everything that the API needs answers; what does not is named, why stands in the log only.
///
/// Reads: the descriptions of three tables, a bucket and two queues. Writes: none.
async fn ready(State(checks): State<Arc<Checks>>) -> Answer<Json<Value>> {
    let findings = checks.run().await;
    let mut states = Map::new();
    let (mut failed, mut reasons) = (Vec::new(), Vec::new());
    for (name, trouble) in findings {
        states.insert(name.to_owned(), json!(if trouble.is_none() { "ok" } else { "failing" }));
        if let Some(reason) = trouble {
            failed.push(name);
            reasons.push(format!("{name}: {reason}"));
        }
    }
    if failed.is_empty() {
        return Ok(Json(json!({"status": "ready", "checks": states})));
    }
    let problem = Problem::unavailable(&failed.join(", "), reasons.join("; "));
    Err(problem.with("failed", failed).with("checks", states))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use axum::body::{Body, to_bytes};
    use http::{Request, StatusCode, header};
    use tower::ServiceExt;

    use super::*;
    use crate::checks::Check;

    fn well(name: &'static str) -> Check {
        Check::new(name, async || Ok::<(), String>(()))
    }

    async fn answer(method: &str, path: &str, checks: Checks) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = edge::dress(router(checks), None).oneshot(request).await.unwrap();
        let status = response.status();
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers().contains_key(header::RETRY_AFTER), status == 503);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn alive_asks_nobody() {
        let broken = Check::new("table", async || Err("down"));
        let (status, body) = answer("GET", "/healthz", Checks::new(vec![broken])).await;
        assert_eq!((status, body), (StatusCode::OK, json!({"status": "ok"})));
    }

    #[tokio::test]
    async fn ready_when_everything_answers() {
        let (status, body) = answer("GET", "/readyz", Checks::new(vec![well("a"), well("b")])).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body, json!({"status": "ready", "checks": {"a": "ok", "b": "ok"}}));
    }

    #[tokio::test]
    async fn what_fails_or_hangs_is_named_in_time_and_not_explained() {
        let deadline = Duration::from_millis(50);
        let checks = Checks::new(vec![
            Check::new("hanging", std::future::pending::<Result<(), String>>),
            well("well"),
            Check::new("broken", async || Err("arn:aws:secret-detail")),
            Check::new("hanging_too", std::future::pending::<Result<(), String>>),
        ]);
        let began = Instant::now();
        let (status, body) = answer("GET", "/readyz", checks.within(deadline)).await;
        assert!(began.elapsed() < 20 * deadline, "asked one after the other");
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(body["code"], "unavailable");
        assert_eq!(body["failed"], json!(["hanging", "broken", "hanging_too"]));
        assert_eq!(body["checks"]["well"], "ok");
        assert!(!body.to_string().contains("secret-detail"), "{body}");
    }

    #[tokio::test]
    async fn other_routes_and_methods_are_problems() {
        for (method, path, code) in
            [("GET", "/health", "not_found"), ("POST", "/readyz", "method_not_allowed")]
        {
            assert_eq!(answer(method, path, Checks::new(vec![])).await.1["code"], code);
        }
    }
}
