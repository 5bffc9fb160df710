//! The HTTP edge that all API functions share: problems, extractors that answer with them, who may call
//! how often, response headers, one log line a request, and the API's description.

mod caller;
mod extract;
mod limiter;
pub mod openapi;
mod problem;
mod serve;

pub use caller::{Caller, Owner, Person, SourceIp};
pub use extract::{Json, Path, Query};
pub use limiter::{Limiter, Rate, Refusal};
pub use problem::{Code, Problem};
pub use serve::{dress, serve};
/// Routes that describe themselves: path and method come from the handler's `#[utoipa::path]`, so that
/// the description and what is served cannot differ.
pub use utoipa_axum::router::OpenApiRouter as Router;
pub use utoipa_axum::routes;

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;
