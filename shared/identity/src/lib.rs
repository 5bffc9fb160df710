//! Users, tenants and credentials: addresses, sign-in links, sessions, members, invitations and API keys.
//!
//! The crate knows the `identity` table and the signing keys in Secrets Manager. It knows nothing of HTTP, cookies or
//! how a mail looks: those belong to the functions `auth`, `account`, `authorizer` and `send-mail`.
//!
//! The `identity` table holds:
//!
//! | key | item |
//! |---|---|
//! | `LINK#{sha256 of address}` | the unused sign-in links of an address |
//! | `EMAIL#{sha256 of address}` | the user id of an address, and the tenants that the user belongs to |
//! | `API_KEY#{sha256 of key}` | an API key, for looking up a presented key |
//! | `TENANT#{tenant}` / `TENANT` | the tenant |
//! | `TENANT#{tenant}` / `USER#{user}` | a member |
//! | `TENANT#{tenant}` / `SESSION#{session}` | one sign-in, for a day after it was ended as well |
//! | `TENANT#{tenant}` / `INVITATION#{invitation}` | an invitation, open or accepted |
//! | `TENANT#{tenant}` / `API_KEY#{key}` | an API key, for listing the tenant's keys |
//! | `TENANT#{tenant}` / `ERASURE` | the erasure of the tenant, while it runs |
//!
//! The `revocations` table holds `TENANT#{tenant}` / `MEMBER#{user}`, `OWNER#{user}`, `API_KEY#{key}` and
//! `INVITATION#{invitation}`: what was ended, so that no restore brings it back.
//!
//! No secret that was handed out is stored: the table has SHA-256 digests, and for a session's refresh tokens the HMAC
//! key that derives each from the one before it.
//!
//! # Example
//! An API key is recognised, and a mistyped one refused, without asking the table.
//! ```
//! use identity::ApiKeyText;
//!
//! let key = ApiKeyText::random();
//! assert!(ApiKeyText::parse(key.expose()).is_some());
//! assert!(ApiKeyText::parse(&key.expose().replace("dvai_live_", "dvai_live_x")).is_none());
//! ```

mod access_token;
mod address;
mod api_key;
mod known_browser;
mod lifetimes;
mod link;
mod mail;
#[cfg(feature = "mail-queue")]
mod mail_queue;
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
pub use known_browser::KnownBrowser;
pub use lifetimes::Lifetimes;
pub use link::{BrowserNonce, LinkToken, NewLink, Proof, Requester};
pub use mail::Mail;
#[cfg(feature = "mail-queue")]
pub use mail_queue::{KeptMails, MAIL_TTL, MailError, MailMessage, MailQueue, MailReference};
pub use records::{ApiKey, Invitation, Member, Membership, Tenant};
pub use secret::Secret;
pub use session::{Device, EndedSession, RefreshToken, Session, SignIn};
pub use sign_in_code::{InvalidCode, SignInCode};
pub use signing_keys::{Jwk, Jwks, KeyError, SigningKey, SigningKeys};
pub use store::{
    ApiKeyError, Erasure, ErasureError, IdentityStore, InvitationError, InvitationToken, LinkError, LogOut,
    LogOutError, LoggedOut, MakeLinkError, MemberError, NewApiKey, NewInvitation, OwnerError, Plans,
    PresentedApiKey, Revocation, Revoked, SessionError, ValidCredential,
};
