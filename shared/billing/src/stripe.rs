//! What is asked of Stripe, free of how.

use std::collections::HashMap;
use std::future::Future;

use jiff::Timestamp;
use tenancy::TenantId;

use crate::{Recurring, SubscriptionStatus};

/// Stripe did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StripeError {
    /// It did not answer, or not in time, or has a fault of its own: it may do so later.
    #[error("Stripe does not answer: {0}")]
    Unavailable(String),
    /// It knows no such thing: the name of the parameter that names it, or the path.
    #[error("Stripe knows no {0}")]
    NotFound(String),
    /// It will not do that.
    #[error("Stripe refuses: {0}")]
    Refused(String),
}

/// A subscription as Stripe has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteSubscription {
    /// `sub_…`.
    pub id: String,
    /// Whose: `cus_…`.
    pub customer: String,
    /// Which tenant it was made for, by its metadata.
    pub tenant: Option<TenantId>,
    /// Where it is in its life.
    pub status: SubscriptionStatus,
    /// `price_…`.
    pub price: String,
    /// What it brings in.
    pub recurring: Recurring,
    /// When it is paid for again, or ends.
    pub current_period_end: Timestamp,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// While it is past due, since when: the oldest invoice that is to be paid. Otherwise of no meaning.
    pub unpaid_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A page on which somebody can subscribe.
#[derive(Clone, Debug)]
pub struct NewCheckout<'a> {
    /// Who.
    pub tenant: TenantId,
    /// `cus_…`.
    pub customer: &'a str,
    /// `price_…`.
    pub price: &'a str,
    /// Where Stripe leads afterwards.
    pub success_url: &'a str,
    /// Where it leads who turns back.
    pub cancel_url: &'a str,
    /// The same key never makes two.
    pub idempotency_key: String,
}

/// Stripe, as far as subscriptions go.
pub trait Stripe {
    /// A new customer for a tenant: `cus_…`. The same key never makes two. Stripe's page asks for the address.
    fn create_customer(
        &self,
        tenant: TenantId,
        idempotency_key: &str,
    ) -> impl Future<Output = Result<String, StripeError>> + Send;

    /// A customer's subscriptions, ended ones included, the latest first.
    fn subscriptions_of(
        &self,
        customer: &str,
    ) -> impl Future<Output = Result<Vec<RemoteSubscription>, StripeError>> + Send;

    /// Everybody's.
    fn subscriptions(&self) -> impl Future<Output = Result<Vec<RemoteSubscription>, StripeError>> + Send;

    /// Ends one at once; what is paid for and not used is credited.
    fn cancel(&self, subscription: &str) -> impl Future<Output = Result<(), StripeError>> + Send;

    /// A page on which somebody can subscribe: its id, and where it is.
    fn create_checkout(
        &self,
        checkout: &NewCheckout<'_>,
    ) -> impl Future<Output = Result<(String, String), StripeError>> + Send;

    /// The pages of a customer that somebody may still pay on.
    fn open_checkouts(&self, customer: &str)
    -> impl Future<Output = Result<Vec<String>, StripeError>> + Send;

    /// Closes such a page. False when somebody has paid on it, or it was closed.
    fn expire_checkout(&self, checkout: &str) -> impl Future<Output = Result<bool, StripeError>> + Send;

    /// Where a customer can change plan, cards and invoices; with `change_to`, straight at the change of a
    /// subscription to a price.
    fn create_portal(
        &self,
        customer: &str,
        return_url: &str,
        change_to: Option<(&str, &str)>,
    ) -> impl Future<Output = Result<String, StripeError>> + Send;
}

/// The tenant that something of Stripe's was made for.
pub(crate) fn tenant_of(metadata: &HashMap<String, String>) -> Option<TenantId> {
    metadata.get(TENANT).and_then(|tenant| tenant.parse().ok())
}

/// Under which name the tenant stands in metadata.
pub(crate) const TENANT: &str = "tenant";
