//! The HTTP edge that all API functions share: problems, extractors that answer with them, who may call
//! how often, response headers, one log line a request, and the API's description.

mod audit_layer;
mod authorization;
mod caller;
mod extract;
mod limiter;
pub mod openapi;
mod paid;
mod problem;
mod router;
mod serve;

pub use audit_layer::ActingUser;
pub use caller::{Caller, Owner, RecentSessionCaller, RecentSignIn, SessionCaller, SourceIp};
pub use extract::{Json, Path, Query};
pub use limiter::{Limiter, Rate, RateLimitError};
pub use paid::require_paid_subscription;
pub use problem::{Code, Problem};
pub use router::{Router, Routes};
pub use serve::{Middleware, layer, serve};
#[doc(hidden)]
pub use utoipa_axum;

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;
