//! The operations of Stripe that are used, as a trait, so that tests can run against a Stripe in memory.

use std::collections::HashMap;
use std::future::Future;

use jiff::Timestamp;
use tenancy::TenantId;

use crate::subscription::{Recurring, SubscriptionStatus};

/// A request to Stripe failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StripeError {
    /// No answer, an answer after the timeout, or a 5xx: trying again later may help.
    #[error("Stripe does not answer: {0}")]
    Unavailable(String),
    /// The object does not exist. Holds the name of the parameter that named it, or the path.
    #[error("Stripe knows no {0}")]
    NotFound(String),
    /// Stripe refused the request (4xx). Holds the status and Stripe's message.
    #[error("Stripe refuses: {0}")]
    Refused(String),
}

/// A subscription, as read from Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteSubscription {
    /// The subscription's id: `sub_…`.
    pub id: String,
    /// The customer's id: `cus_…`.
    pub customer: String,
    /// The tenant in its metadata; none where the metadata lacks one.
    pub tenant: Option<TenantId>,
    /// Its status.
    pub status: SubscriptionStatus,
    /// The price's id (`price_…`) of the item that counts: the first one whose price is a plan's, else the first one.
    pub price: String,
    /// The amount that this item charges in each interval.
    pub recurring: Recurring,
    /// What the other items charge: add-ons, which change no plan.
    pub add_ons: Vec<Recurring>,
    /// When the paid period ends.
    pub current_period_end: Timestamp,
    /// Whether it ends at that time instead of being renewed.
    pub cancel_at_period_end: bool,
    /// When the oldest unpaid invoice was finalised. Meaningful only while the subscription is past due.
    pub unpaid_since: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended; none while it is live.
    pub ended_at: Option<Timestamp>,
}

/// What a checkout session is created with.
#[derive(Clone, Debug)]
pub struct NewCheckout<'a> {
    /// The tenant that subscribes.
    pub tenant: TenantId,
    /// The tenant's customer: `cus_…`.
    pub customer: &'a str,
    /// The price to subscribe to: `price_…`.
    pub price: &'a str,
    /// Where Stripe sends people after they have paid.
    pub success_url: &'a str,
    /// Where Stripe sends people who leave without paying.
    pub cancel_url: &'a str,
    /// Stripe's idempotency key: the same key never creates two sessions.
    pub idempotency_key: String,
}

/// Stripe's API, as far as subscriptions need it.
pub trait Stripe {
    /// Creates a customer for a tenant and returns its id (`cus_…`). The same idempotency key never creates two. It has
    /// no address: Stripe's checkout page asks for it.
    fn create_customer(
        &self,
        tenant: TenantId,
        idempotency_key: &str,
    ) -> impl Future<Output = Result<String, StripeError>> + Send;

    /// All subscriptions of a customer, including ended ones, the latest first.
    fn subscriptions_of(
        &self,
        customer: &str,
    ) -> impl Future<Output = Result<Vec<RemoteSubscription>, StripeError>> + Send;

    /// All subscriptions of the account, including ended ones.
    fn subscriptions(&self) -> impl Future<Output = Result<Vec<RemoteSubscription>, StripeError>> + Send;

    /// Cancels a subscription at once and credits the unused part. One that has ended already is no error.
    fn cancel(&self, subscription: &str) -> impl Future<Output = Result<(), StripeError>> + Send;

    /// Deletes a customer: Stripe forgets name, address and cards, and ends its subscriptions. Invoices and payments
    /// stay, because the seller has to keep them. One that was deleted already is no error.
    fn delete_customer(&self, customer: &str) -> impl Future<Output = Result<(), StripeError>> + Send;

    /// Creates a checkout session and returns its id and URL.
    fn create_checkout(
        &self,
        checkout: &NewCheckout<'_>,
    ) -> impl Future<Output = Result<(String, String), StripeError>> + Send;

    /// The ids of a customer's open checkout sessions.
    fn open_checkouts(&self, customer: &str)
    -> impl Future<Output = Result<Vec<String>, StripeError>> + Send;

    /// Expires a checkout session. False when it was completed or had expired.
    fn expire_checkout(&self, checkout: &str) -> impl Future<Output = Result<bool, StripeError>> + Send;

    /// Creates a session of the customer portal and returns its URL. With `change_to` (subscription, price) the portal
    /// opens at the confirmation of that change, unless the subscription has several items: Stripe confirms changes of
    /// one item only, and the portal opens with its first page then.
    fn create_portal(
        &self,
        customer: &str,
        return_url: &str,
        change_to: Option<(&str, &str)>,
    ) -> impl Future<Output = Result<String, StripeError>> + Send;
}

/// The tenant in an object's metadata.
pub(crate) fn tenant_of(metadata: &HashMap<String, String>) -> Option<TenantId> {
    metadata.get(TENANT).and_then(|tenant| tenant.parse().ok())
}

/// The metadata key that holds the tenant's id.
pub(crate) const TENANT: &str = "tenant";
