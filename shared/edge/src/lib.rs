//! The HTTP edge that all API functions share: problems, extractors that answer with them, response
//! headers, one log line a request.

mod caller;
mod extract;
mod problem;
mod serve;

pub use caller::Caller;
pub use extract::{Json, Path, Query};
pub use problem::{Code, Problem};
pub use serve::{dress, serve};

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;
