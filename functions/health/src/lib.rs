//! The health routes: whether the API is alive, and whether what it needs answers. They have no rate limit, and know of
//! the services only how to ping them. The tests in `src/health.rs` show both responses.

mod checks;
mod health;

use std::sync::Arc;

use edge::{Router, routes};

pub use checks::{Check, Checks};

/// The routes of this function. They need [`Checks`] as their state.
pub fn routes() -> Router<Arc<Checks>> {
    Router::new().routes(routes!(health::alive)).routes(routes!(health::ready))
}
