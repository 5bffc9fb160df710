//! The public catalogue of project templates.

mod catalogue;

use edge::{Router, routes};

/// The routes of this function.
pub fn routes() -> Router {
    Router::new().routes(routes!(catalogue::list)).routes(routes!(catalogue::show))
}
