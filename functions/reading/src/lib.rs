//! How texts are read: the languages and voices there are. `events/reading.json` is a sample event.
//!
//! The files hold HTTP only; languages and voices stand in `film-voices`.

mod languages;
mod voices;

use edge::{Router, routes};

/// The routes of this function.
pub fn routes() -> Router {
    Router::new().routes(routes!(languages::list)).routes(routes!(voices::list))
}

#[cfg(test)]
mod tests;
