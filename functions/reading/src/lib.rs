//! How texts are read: the languages and voices there are, and the words that an account has read in its own way.
//! `events/reading.json` is a sample event.
//!
//! The files hold HTTP only. Languages and voices stand in `film-voices`, the lexicon is kept by `studio`.

mod languages;
mod lexicon;
mod voices;

use edge::{Router, routes};
use studio::Studio;

/// The state of the routes.
#[derive(Clone)]
pub struct App {
    /// The tenant's lexicon.
    pub studio: Studio,
}

/// The routes of this function.
pub fn routes() -> Router<App> {
    Router::new()
        .routes(routes!(languages::list))
        .routes(routes!(voices::list))
        .routes(routes!(lexicon::read, lexicon::replace))
}

#[cfg(test)]
mod tests;
