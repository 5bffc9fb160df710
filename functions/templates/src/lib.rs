//! The public catalogue of project templates: two routes, without authentication and without storage. The templates
//! themselves live in `storyboard::templates`. `events/templates.json` is a sample event.

mod catalogue;

use edge::{Router, routes};

/// The routes of this function.
pub fn routes() -> Router {
    Router::new().routes(routes!(catalogue::list)).routes(routes!(catalogue::show))
}
