//! Who people are: addresses, sign-in links, sessions, tenants and their members, credentials.
//!
//! The `identity` table holds:
//!
//! | key | item |
//! |---|---|
//! | `LINK#{sha256 of address}` | the one sign-in link of an address that nobody has used yet |
//! | `EMAIL#{sha256 of address}` | who an address is, and which tenants they belong to |
//! | `API_KEY#{sha256 of key}` | an API key, as whoever is shown it finds it |
//! | `TENANT#{tenant}` / `TENANT` | the tenant |
//! | `TENANT#{tenant}` / `USER#{user}` | a member |
//! | `TENANT#{tenant}` / `SESSION#{session}` | one sign-in |
//! | `TENANT#{tenant}` / `INVITATION#{invitation}` | somebody who was asked to join |
//! | `TENANT#{tenant}` / `API_KEY#{key}` | an API key, as the tenant lists it |
//! | `TENANT#{tenant}` / `ERASURE` | that the tenant is being erased |
//!
//! No secret is stored: what was handed out is kept as SHA-256, and of a session's refresh tokens the
//! key by which one follows from another.

mod access_token;
mod address;
mod api_key;
mod lifetimes;
mod link;
mod mail;
mod records;
mod refresh_token_family;
mod secret;
mod session;
mod sign_in_code;
mod signing_keys;
mod store;

pub use access_token::{AccessTokens, Claims, TokenError};
pub use address::{EmailAddress, InvalidAddress};
pub use api_key::ApiKeyText;
pub use lifetimes::Lifetimes;
pub use link::{BrowserNonce, LinkToken, NewLink, Proof};
pub use mail::Mail;
pub use records::{ApiKey, Invitation, Member, Membership, Tenant};
pub use secret::Secret;
pub use session::{RefreshToken, Session, SignIn};
pub use sign_in_code::{InvalidCode, SignInCode};
pub use signing_keys::{Jwk, Jwks, KeyError, SigningKey, SigningKeys};
pub use store::{
    ApiKeyError, Erasure, ErasureError, IdentityStore, InvitationError, InvitationToken, LinkError, LogOut,
    MemberError, NewApiKey, NewInvitation, OwnerError, Plans, SessionError, ValidCredential,
};
