//! The routes of a tenant's account: name, members, invitations, API keys, usage, audit log, exports and deletion.
//!
//! Handlers hold HTTP only. What a member or an API key is, is in the `identity` crate, usage in `metering`, exports in
//! `protection`, the audit log in `audit`. `src/tests.rs` shows requests and their responses.

mod account;
mod api_keys;
mod audit_log;
mod deletion;
mod exports;
mod invitation_limits;
mod invitations;
mod members;
mod name;
mod state;
#[cfg(test)]
mod tests;
mod usage;

use std::sync::Arc;

use edge::{Router, routes};

pub use invitation_limits::InvitationLimits;
pub use state::Accounts;

/// The routes of this function. They need [`Accounts`] as their state.
pub fn routes() -> Router<Arc<Accounts>> {
    Router::new()
        .routes(routes!(account::show_account, account::change_account))
        .routes(routes!(usage::show_usage))
        .routes(routes!(members::list_members))
        .routes(routes!(members::change_member, members::remove_member))
        .routes(routes!(invitations::list_invitations, invitations::invite))
        .routes(routes!(invitations::withdraw_invitation))
        .routes(routes!(exports::request_export))
        .routes(routes!(exports::list_exports))
        .routes(routes!(exports::download_export))
        .routes(routes!(deletion::delete_account))
        .routes(routes!(api_keys::list_api_keys))
        .routes(routes!(api_keys::rotate_api_key))
        .routes(routes!(api_keys::delete_api_key))
        .routes(routes!(audit_log::list_audit_entries))
}
