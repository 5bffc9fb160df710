//! Who people are: addresses, sign-in links, sessions and access tokens.
//!
//! The `identity` table holds:
//!
//! | key | item |
//! |---|---|
//! | `LINK#{sha256 of token}` | a sign-in link that nobody has used yet |
//! | `EMAIL#{sha256 of address}` | which person and tenant an address belongs to |
//! | `TENANT#{tenant}` / `TENANT` | the tenant |
//! | `TENANT#{tenant}` / `USER#{user}` | a person |
//! | `TENANT#{tenant}` / `SESSION#{session}` | one sign-in |
//!
//! No secret is stored: links and refresh tokens are kept as SHA-256 of 256 random bits.

mod access_token;
mod address;
mod code;
mod directory;
mod keys;
mod lifetimes;
mod mail;
mod secret;
mod session;

pub use access_token::{AccessTokens, Claims, TokenError};
pub use address::{EmailAddress, InvalidAddress};
pub use code::{InvalidCode, SignInCode};
pub use directory::{Directory, SignIn, SignInError, Tenant, User};
pub use keys::{Jwk, Jwks, KeyError, SigningKey, SigningKeys};
pub use lifetimes::Lifetimes;
pub use mail::Mail;
pub use secret::Secret;
pub use session::{RefreshToken, Session};
