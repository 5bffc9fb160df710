//! The routes of sign-in: mail links, refresh and logout, sessions, changing the tenant, accepting invitations,
//! revoking leaked API keys, and the public keys of access tokens.
//!
//! Handlers hold HTTP only: what a link, a session or an invitation is, and how it changes, is in the `identity` crate.
//! `src/tests.rs` shows requests and their responses.

mod auth;
mod cookie;
mod ended_sessions;
mod key_set;
mod leaked_keys;
mod links;
mod mail_limits;
mod refresh;
mod same_origin;
mod sessions;
mod tenants;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use edge::{Router, routes};

pub use auth::Auth;

/// The routes of this function. They need an [`Auth`] as their state.
pub fn routes() -> Router<Arc<Auth>> {
    Router::new()
        .routes(routes!(links::request_link))
        .routes(routes!(links::verify_link))
        .routes(routes!(refresh::refresh))
        .routes(routes!(refresh::log_out))
        .routes(routes!(sessions::list_sessions))
        .routes(routes!(sessions::end_session))
        .routes(routes!(tenants::list_tenants))
        .routes(routes!(tenants::switch_tenant))
        .routes(routes!(tenants::accept_invitation))
        .routes(routes!(leaked_keys::revoke_leaked_keys))
        .routes(routes!(key_set::key_set))
}
