//! How a tenant comes to subscribe: one customer, one open page, one live subscription.

use cloud::table::{TableError, conflict_backoff};
use tenancy::{Plan, TenantId};

use crate::store::Accounts as _;
use crate::{
    BillingAccount, BillingTable, NewCheckout, Prices, Stripe, StripeError, SyncError, sync_subscription,
};

/// How often somebody else may be faster.
const TURNS: u32 = 5;

/// The pages between which Stripe's stand.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The frontend's origin.
    pub frontend: String,
}

impl Pages {
    /// Where plans are compared and chosen.
    #[must_use]
    pub fn billing(&self) -> String {
        format!("{}/billing", self.frontend)
    }

    /// Where Stripe leads whoever has paid. It writes the session's id in the braces.
    fn paid(&self) -> String {
        format!("{}/billing?checkout={{CHECKOUT_SESSION_ID}}", self.frontend)
    }
}

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// Stripe's page.
    pub url: String,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// There is a subscription: it is changed, not bought again.
    #[error("the tenant has a subscription")]
    Subscribed(Box<BillingAccount>),
    /// There is none, and so nothing to manage.
    #[error("the tenant is no customer")]
    NoCustomer,
    /// Stripe.
    #[error(transparent)]
    Stripe(#[from] StripeError),
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Others write all the time.
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

/// A page on which a tenant can subscribe to a paid plan. An earlier page is closed first, so that nobody pays
/// twice who has two of them open.
///
/// Cost: a sync; for the first time one request to Stripe and two writes more, for the customer; then two
/// requests, one more for each open page, and one transaction.
///
/// # Errors
/// [`CheckoutError`].
pub async fn begin_checkout<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    pages: &Pages,
    tenant: TenantId,
    plan: Plan,
) -> Result<Checkout, CheckoutError> {
    let price = prices.of(plan).ok_or_else(|| StripeError::Refused("no price for the free plan".into()))?;
    for _ in 0..TURNS {
        let account = sync_subscription(stripe, table, prices, &tenant).await?;
        if account.live().is_some() {
            return Err(CheckoutError::Subscribed(Box::new(account)));
        }
        let Some(customer) = account.customer.clone() else {
            become_customer(stripe, table, account).await?;
            continue;
        };
        if !close_pages(stripe, &customer).await? {
            // Somebody has paid just now: the next look shows it.
            conflict_backoff().await;
            continue;
        }
        let (success_url, cancel_url) = (pages.paid(), pages.billing());
        let seen = account.version;
        let idempotency_key = format!("checkout-{tenant}-{seen}-{plan}");
        let new = NewCheckout {
            tenant,
            customer: &customer,
            price,
            success_url: &success_url,
            cancel_url: &cancel_url,
            idempotency_key,
        };
        let (id, url) = match stripe.create_checkout(&new).await {
            Ok(page) => page,
            // Somebody has deleted the customer, whose subscriptions can still be listed.
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
        // Somebody else has a page, or a subscription has come: nobody is to pay on this one.
        stripe.expire_checkout(&id).await?;
        conflict_backoff().await;
    }
    Err(CheckoutError::Contended)
}

/// Closes the pages on which the customer can still pay, also one of somebody who died before anybody learned
/// of it. False when somebody has paid on one.
async fn close_pages<S: Stripe>(stripe: &S, customer: &str) -> Result<bool, StripeError> {
    let mut are_closed = true;
    for open in stripe.open_checkouts(customer).await? {
        are_closed &= stripe.expire_checkout(&open).await?;
    }
    Ok(are_closed)
}

/// Makes the customer. Of a worker that dies on the way the next one gets the same by its key, for a day; later
/// the first one stays behind unused, without a page, an address or a card.
async fn become_customer<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    account: BillingAccount,
) -> Result<(), CheckoutError> {
    let tenant = account.tenant;
    let key = format!("customer-{tenant}-{}", account.customers);
    let customer = stripe.create_customer(tenant, &key).await?;
    // First whose it is: an event must find the tenant as soon as there can be one.
    table.remember_customer(&customer, tenant).await?;
    let seen = account.version;
    let account = BillingAccount {
        customer: Some(customer),
        customers: account.customers + 1,
        version: seen + 1,
        ..account
    };
    // If another was faster, the next look shows it.
    table.replace(seen, &account).await?;
    Ok(())
}

/// Where a customer can change plan, cards and invoices. With a plan, straight at the change to it.
///
/// Cost: one read, one request to Stripe.
///
/// # Errors
/// [`CheckoutError`].
pub async fn open_portal<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    pages: &Pages,
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
    match stripe.create_portal(&customer, &pages.billing(), change_to).await {
        Ok(url) => Ok(Checkout { url }),
        Err(StripeError::NotFound(what)) if what == "customer" => Err(CheckoutError::NoCustomer),
        Err(error) => Err(error.into()),
    }
}
