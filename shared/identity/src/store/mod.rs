//! Reads and writes of the `identity` table and of the `revocations` table, one file for each kind of item.

mod api_keys;
mod credentials;
mod ended_sessions;
mod erasure;
mod identity_store;
mod invitations;
mod keys;
mod links;
mod members;
mod plans;
mod retry;
mod revocations;
mod sessions;

pub use api_keys::{ApiKeyError, NewApiKey};
pub use credentials::{PresentedApiKey, ValidCredential};
pub use ended_sessions::{LogOut, LogOutError, LoggedOut};
pub use erasure::{Erasure, ErasureError};
pub use identity_store::{IdentityStore, OwnerError};
pub use invitations::{InvitationError, InvitationToken, NewInvitation};
pub use links::{LinkError, MakeLinkError};
pub use members::MemberError;
pub use plans::Plans;
pub use revocations::{Revocation, Revoked};
pub use sessions::SessionError;
