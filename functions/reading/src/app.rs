//! The state that all routes share.

use studio::Studio;

/// The state of the routes.
#[derive(Clone)]
pub struct App {
    /// The tenant's lexicon.
    pub studio: Studio,
}
