//! The routes `/healthz` and `/readyz`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Json, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::checks::Checks;

/// The response of an API that is alive.
#[derive(Serialize, ToSchema)]
pub(crate) struct Alive {
    /// Always `ok`.
    status: AliveStatus,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AliveStatus {
    Ok,
}

/// The response when everything that the API needs answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ready {
    /// Always `ready`.
    status: ReadyStatus,
    /// The result of every check, by the name of the service.
    checks: BTreeMap<&'static str, Health>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadyStatus {
    Ready,
}

/// The result of one check.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Health {
    Ok,
    Failing,
}

/// Tells whether the API is alive.
///
/// Reads: none. Writes: none.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "health",
    security(()),
    responses((status = 200, description = "It is.", body = Alive))
)]
pub(crate) async fn alive() -> Json<Alive> {
    Json(Alive { status: AliveStatus::Ok })
}

/// Tells whether everything that the API needs answers.
///
/// The response names what does not answer; the reason stands in the log only.
///
/// Reads: the descriptions of three tables, a bucket and two queues. Writes: none.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    security(()),
    responses(
        (status = 200, description = "It does.", body = Ready),
        (status = 503, description = "It does not: `unavailable`, with `failed` and `checks`."),
    )
)]
pub(crate) async fn ready(State(checks): State<Arc<Checks>>) -> Answer<Json<Ready>> {
    let results = checks.run().await;
    let mut states = BTreeMap::new();
    let (mut failed, mut reasons) = (Vec::new(), Vec::new());
    for (name, failure) in results {
        states.insert(name, if failure.is_none() { Health::Ok } else { Health::Failing });
        if let Some(reason) = failure {
            failed.push(name);
            reasons.push(format!("{name}: {reason}"));
        }
    }
    if failed.is_empty() {
        return Ok(Json(Ready { status: ReadyStatus::Ready, checks: states }));
    }
    let problem = Problem::unavailable(&failed.join(", "), reasons.join("; "));
    let states = serde_json::to_value(states).map_err(Problem::internal)?;
    Err(problem.with("failed", failed).with("checks", states))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use axum::body::{Body, to_bytes};
    use http::{Request, StatusCode, header};
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;
    use crate::checks::Check;

    fn healthy(name: &'static str) -> Check {
        Check::new(name, async || Ok::<(), String>(()))
    }

    async fn answer(method: &str, path: &str, checks: Checks) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = edge::layer(crate::routes().with_state(Arc::new(checks)), edge::Middleware::default())
            .oneshot(request)
            .await
            .unwrap();
        let status = response.status();
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers().contains_key(header::RETRY_AFTER), status == 503);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn alive_checks_nothing() {
        let broken = Check::new("table", async || Err("down"));
        let (status, body) = answer("GET", "/healthz", Checks::new(vec![broken])).await;
        assert_eq!((status, body), (StatusCode::OK, json!({"status": "ok"})));
    }

    #[tokio::test]
    async fn ready_when_everything_answers() {
        let (status, body) = answer("GET", "/readyz", Checks::new(vec![healthy("a"), healthy("b")])).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body, json!({"status": "ready", "checks": {"a": "ok", "b": "ok"}}));
    }

    #[tokio::test]
    async fn failing_and_hanging_checks_are_named_in_time_without_the_reason() {
        let deadline = Duration::from_millis(50);
        let checks = Checks::new(vec![
            Check::new("hanging", std::future::pending::<Result<(), String>>),
            healthy("well"),
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
