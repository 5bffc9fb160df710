//! Checkout: a tenant has one Stripe customer, at most one open checkout page, and at most one live subscription.

use cloud::table::{TableError, conflict_backoff};
use tenancy::{Plan, TenantId};

use crate::account::BillingAccount;
use crate::prices::Prices;
use crate::return_urls::CheckoutUrls;
use crate::store::AccountStore as _;
use crate::store::BillingTable;
use crate::stripe::{NewCheckout, Stripe, StripeError};
use crate::sync::{SyncError, sync_subscription};

/// How often a checkout starts again after a concurrent write.
const MAX_ATTEMPTS: u32 = 5;

/// A checkout page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The URL of Stripe's page.
    pub url: String,
}

/// Why no page could be opened.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// The tenant has a live subscription, which is changed in the portal.
    #[error("the tenant has a subscription")]
    Subscribed(Box<BillingAccount>),
    /// The tenant has never been a customer, so that there is nothing to manage.
    #[error("the tenant is no customer")]
    NoCustomer,
    /// Stripe did not answer, or refused.
    #[error(transparent)]
    Stripe(#[from] StripeError),
    /// DynamoDB failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Every attempt lost against a concurrent write.
    #[error("the account changes all the time")]
    Contended,
}

impl From<SyncError> for CheckoutError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Stripe(error) => Self::Stripe(error),
            SyncError::Table(error) => Self::Table(error),
            SyncError::Contended => Self::Contended,
        }
    }
}

/// Opens a checkout page for a paid plan. Earlier pages are expired first, so that nobody with two of them open pays
/// twice.
///
/// Cost: a sync; for the first time one request to Stripe and two writes more, for the customer; then two
/// requests, one more for each open page, and one transaction.
///
/// # Errors
/// [`CheckoutError::Subscribed`] when there is a live subscription, [`CheckoutError::Contended`] after five lost attempts,
/// else the failure of Stripe or DynamoDB.
pub async fn begin_checkout<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    urls: &CheckoutUrls,
    tenant: TenantId,
    plan: Plan,
) -> Result<Checkout, CheckoutError> {
    let price = prices.of(plan).ok_or_else(|| StripeError::Refused("no price for the free plan".into()))?;
    for _ in 0..MAX_ATTEMPTS {
        let account = sync_subscription(stripe, table, prices, &tenant).await?;
        if account.live().is_some() {
            return Err(CheckoutError::Subscribed(Box::new(account)));
        }
        let Some(customer) = account.customer.clone() else {
            become_customer(stripe, table, account).await?;
            continue;
        };
        if !close_pages(stripe, &customer).await? {
            // A page was paid at this moment: start again and find the subscription.
            conflict_backoff().await;
            continue;
        }
        let seen = account.version;
        let idempotency_key = format!("checkout-{tenant}-{seen}-{plan}");
        let new = NewCheckout {
            tenant,
            customer: &customer,
            price,
            success_url: &urls.success,
            cancel_url: &urls.cancel,
            idempotency_key,
        };
        let (id, url) = match stripe.create_checkout(&new).await {
            Ok(page) => page,
            // The customer was deleted in Stripe, which still lists its subscriptions.
            Err(StripeError::NotFound(what)) if what == "customer" => {
                let account = BillingAccount { customer: None, version: seen + 1, ..account };
                table.replace(seen, &account).await?;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let account = BillingAccount { version: seen + 1, ..account };
        if table.replace(seen, &account).await? {
            return Ok(Checkout { url });
        }
        // A concurrent checkout has opened a page, or a subscription was created: nobody may pay on this page.
        stripe.expire_checkout(&id).await?;
        conflict_backoff().await;
    }
    Err(CheckoutError::Contended)
}

/// Expires the customer's open checkout sessions, including one whose creator died before it was recorded. False when one
/// of them was paid.
async fn close_pages<S: Stripe>(stripe: &S, customer: &str) -> Result<bool, StripeError> {
    let mut are_closed = true;
    for open in stripe.open_checkouts(customer).await? {
        are_closed &= stripe.expire_checkout(&open).await?;
    }
    Ok(are_closed)
}

/// Creates the customer. If a process dies on the way, the next one gets the same customer by its idempotency key, which
/// Stripe keeps for a day. After that an unused customer stays behind, without address or card.
async fn become_customer<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    account: BillingAccount,
) -> Result<(), CheckoutError> {
    let tenant = account.tenant;
    let key = format!("customer-{tenant}-{}", account.customers);
    let customer = stripe.create_customer(tenant, &key).await?;
    // The tenant of the customer is recorded first, because an event may arrive at any moment from here on.
    table.remember_customer(&customer, tenant).await?;
    let seen = account.version;
    let account = BillingAccount {
        customer: Some(customer),
        customers: account.customers + 1,
        version: seen + 1,
        ..account
    };
    // A lost write means that a concurrent checkout recorded it: starting again finds that.
    table.replace(seen, &account).await?;
    Ok(())
}

/// Opens the customer portal: plan, cards, invoices. With a plan it opens at the confirmation of the change to it.
///
/// Cost: one read, one request to Stripe.
///
/// # Errors
/// [`CheckoutError::NoCustomer`] when the tenant has never been a customer, else the failure of Stripe or DynamoDB.
pub async fn open_portal<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    return_url: &str,
    tenant: &TenantId,
    change_to: Option<Plan>,
) -> Result<Checkout, CheckoutError> {
    let account = table.account(tenant).await?;
    let live = account.live().map(|subscription| subscription.id.clone());
    let customer = account.customer.ok_or(CheckoutError::NoCustomer)?;
    let change_to = match (&live, change_to.and_then(|plan| prices.of(plan))) {
        (Some(subscription), Some(price)) => Some((subscription.as_str(), price)),
        _ => None,
    };
    match stripe.create_portal(&customer, return_url, change_to).await {
        Ok(url) => Ok(Checkout { url }),
        Err(StripeError::NotFound(what)) if what == "customer" => Err(CheckoutError::NoCustomer),
        Err(error) => Err(error.into()),
    }
}
