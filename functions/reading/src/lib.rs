//! How texts are read: what a pasted text would become, the languages and voices there are, and the words that an account
//! has read in its own way. `events/reading.json` is a sample event.
//!
//! The files hold HTTP only. Pasted texts are taken apart by `imports`, divided into scenes by `storyboard` and read by
//! `film-reading`; languages and voices stand in `film-voices`, and the lexicon is kept by `studio`.

mod app;
mod import_preview;
mod languages;
mod lexicon;
mod voices;

use edge::{Router, routes};

pub use app::App;

/// The routes of this function.
pub fn routes() -> Router<App> {
    Router::new()
        .routes(routes!(import_preview::preview))
        .routes(routes!(languages::list))
        .routes(routes!(voices::list))
        .routes(routes!(lexicon::read, lexicon::replace))
}

#[cfg(test)]
mod tests;
