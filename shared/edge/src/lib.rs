//! The HTTP edge that all API functions share: problems, extractors that answer with them, who may call
//! how often, response headers, one log line a request, and the API's description.

mod audited;
mod caller;
mod extract;
mod limiter;
pub mod openapi;
mod paid;
mod problem;
mod router;
mod serve;

pub use audited::Acted;
pub use caller::{Caller, Owner, Person, RecentPerson, RecentSignIn, SourceIp};
pub use extract::{Json, Path, Query};
pub use limiter::{Limiter, Rate, Refusal};
pub use paid::require_paid_subscription;
pub use problem::{Code, Problem};
pub use router::{Router, Routes};
pub use serve::{Guards, dress, serve};
#[doc(hidden)]
pub use utoipa_axum;

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;
