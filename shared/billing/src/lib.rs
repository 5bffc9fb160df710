//! Subscriptions: what Stripe says of them, what the `billing` table keeps, and which plan a tenant has for it.
//!
//! Stripe is the source of truth and the table follows it. A webhook event is only a notification that something has
//! changed: every caller then runs [`sync_subscription`], which fetches the subscription from Stripe and writes it under
//! an optimistic lock. So events may arrive in any order, more than once, or never.
//!
//! The crate knows neither HTTP nor Lambda, and no media. Its features bound what a function has to link:
//!
//! | feature | adds | for |
//! |---|---|---|
//! | none | signature and parsing of webhook bodies | `stripe-webhook`, which must start quickly |
//! | `store` | accounts, sync, checkout, reconciliation, over the trait [`Stripe`] | tests with a Stripe in memory |
//! | `stripe` | the client of Stripe's API | functions that talk to Stripe |
//!
//! ```
//! use billing::WebhookNotification;
//!
//! let body = br#"{"id": "evt_1", "type": "invoice.paid", "data": {"object": {"id": "in_1", "customer": "cus_1"}}}"#;
//! let notification = WebhookNotification::read(body)?;
//! assert!(notification.concerns_subscription());
//! assert_eq!(notification.customer.as_deref(), Some("cus_1"));
//! # Ok::<(), billing::MalformedEvent>(())
//! ```

mod signature;
mod webhook_notification;

#[cfg(feature = "store")]
mod account;
#[cfg(feature = "stripe")]
mod billing;
#[cfg(feature = "store")]
mod checkout;
#[cfg(feature = "stripe")]
mod client;
#[cfg(feature = "store")]
mod prices;
#[cfg(feature = "store")]
mod reconcile;
#[cfg(feature = "store")]
mod return_urls;
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

pub use signature::{BadSignature, TOLERANCE, verify};
pub use webhook_notification::{MalformedEvent, WebhookNotification};

#[cfg(feature = "store")]
pub use account::BillingAccount;
#[cfg(feature = "stripe")]
pub use billing::Billing;
#[cfg(feature = "store")]
pub use checkout::{Checkout, CheckoutError, begin_checkout, open_portal};
#[cfg(feature = "stripe")]
pub use client::{StripeClient, StripeSecret};
#[cfg(feature = "store")]
pub use prices::Prices;
#[cfg(feature = "store")]
pub use reconcile::{Drift, DriftKind, Reconciliation, reconcile};
#[cfg(feature = "store")]
pub use return_urls::{CheckoutUrls, ForeignUrl, MAX_RETURN_URL, NotAnOrigin, Origins, ReturnUrls};
#[cfg(feature = "store")]
pub use revenue::{Revenue, Sum};
#[cfg(feature = "store")]
pub use store::{AccountStore, BillingTable};
#[cfg(feature = "store")]
pub use stripe::{NewCheckout, RemoteSubscription, Stripe, StripeError};
#[cfg(feature = "store")]
pub use subscription::{Access, GRACE, Recurring, Subscription, SubscriptionStatus};
#[cfg(feature = "store")]
pub use sync::{SyncError, Synced, sync_customer, sync_subscription};
