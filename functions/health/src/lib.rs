//! Whether the API is alive, and whether it can reach what it needs.

mod checks;
mod health;

use std::sync::Arc;

use edge::{Router, routes};

pub use checks::{Check, Checks};

/// The routes of this function.
pub fn routes() -> Router<Arc<Checks>> {
    Router::new().routes(routes!(health::alive)).routes(routes!(health::ready))
}
