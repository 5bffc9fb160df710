//! The HTTP edge that all API functions share: problems (RFC 9457), extractors that reject with them, rate limits,
//! idempotency keys, the audit log, response headers, one log line a request, and the OpenAPI description.
//!
//! The crate knows API Gateway's events, the tables of the rate limits and of the audit log, and who may call a route.
//! It knows no domain: what a project, a job or a subscription is belongs to the functions and to the other libraries.
//!
//! # Example
//! A route for signed-in callers. The middleware answers for a request without a valid credential.
//! ```
//! use axum::body::Body;
//! use edge::{Answer, Caller, Json, Middleware, Router, routes};
//! use tower::ServiceExt as _;
//!
//! /// Shows the caller's plan.
//! #[utoipa::path(get, path = "/plan", responses((status = 200, body = String)))]
//! async fn plan(Caller(caller): Caller) -> Answer<Json<&'static str>> {
//!     Ok(Json(caller.plan.as_str()))
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let router = edge::layer(Router::new().routes(routes!(plan)), Middleware::default());
//! let response = router.oneshot(http::Request::get("/plan").body(Body::empty())?).await?;
//! assert_eq!(response.status(), http::StatusCode::UNAUTHORIZED);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit_layer;
mod authorization;
mod cached;
mod caller;
mod extract;
mod field_error;
mod idempotency;
mod input;
mod limiter;
pub mod openapi;
mod paid;
mod problem;
#[cfg(test)]
mod scripted_table;
mod semaphore;
mod serve;

pub use audit_layer::ActingUser;
pub use cached::Cached;
pub use caller::{Caller, ClientIp, Owner, RecentSessionCaller, RecentSignIn, SessionCaller, SourceIp};
pub use extract::{Json, JsonOfStored, Path, Query};
pub use idempotency::{
    IdempotencyHeader, IdempotencyStore, Idempotent, REPLAYED, ReplayAs, ReplayFor, ScopedKey,
};
pub use limiter::{Limiter, Rate, RateLimitError, Tokens};
pub use paid::require_paid_subscription;
pub use problem::{Code, Problem};
pub use semaphore::{Permit, Semaphore, SemaphoreError, SlotLimit};
pub use serve::{Middleware, layer, serve};
pub use utoipa_axum::router::OpenApiRouter as Router;
pub use utoipa_axum::routes;

/// The result of a handler: a response, or the problem to answer with.
pub type Answer<T> = Result<T, Problem>;
