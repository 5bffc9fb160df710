//! Subscriptions: what Stripe says of them, what the `billing` table keeps, and what a tenant may use for it.
//!
//! Stripe is right, and the table follows it: every event is only a hint that something has changed. Whoever
//! hears one calls [`sync_subscription`], which asks Stripe how things stand now.

mod hint;
mod signature;

#[cfg(feature = "store")]
mod account;
#[cfg(feature = "store")]
mod checkout;
#[cfg(feature = "stripe")]
mod client;
#[cfg(feature = "stripe")]
mod configured;
#[cfg(feature = "store")]
mod prices;
#[cfg(feature = "store")]
mod reconcile;
#[cfg(feature = "store")]
mod revenue;
#[cfg(feature = "store")]
mod store;
#[cfg(feature = "store")]
mod stripe;
#[cfg(feature = "store")]
mod subscription;
#[cfg(feature = "store")]
mod sync;

pub use hint::{Hint, MalformedEvent};
pub use signature::{BadSignature, TOLERANCE, verify};

#[cfg(feature = "store")]
pub use account::BillingAccount;
#[cfg(feature = "store")]
pub use checkout::{Checkout, CheckoutError, Pages, begin_checkout, open_portal};
#[cfg(feature = "stripe")]
pub use client::{StripeClient, StripeSecret};
#[cfg(feature = "stripe")]
pub use configured::Billing;
#[cfg(feature = "store")]
pub use prices::Prices;
#[cfg(feature = "store")]
pub use reconcile::{Drift, DriftKind, Reconciliation, reconcile};
#[cfg(feature = "store")]
pub use revenue::{Revenue, Sum};
#[cfg(feature = "store")]
pub use store::{Accounts, BillingTable};
#[cfg(feature = "store")]
pub use stripe::{NewCheckout, RemoteSubscription, Stripe, StripeError};
#[cfg(feature = "store")]
pub use subscription::{Access, GRACE, Recurring, Subscription, SubscriptionStatus};
#[cfg(feature = "store")]
pub use sync::{SyncError, Synced, sync_customer, sync_subscription};
