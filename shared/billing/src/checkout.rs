//! How a tenant comes to subscribe: one customer, one open page, one live subscription.

use cloud::table::{TableError, conflict_pause};
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
/// Cost: a sync; for the first time two requests to Stripe and two writes more, for the customer; then two
/// requests, one more for each open page, and one transaction.
///
/// # Errors
/// [`CheckoutError`].
pub async fn begin_checkout<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    pages: &Pages,
    (tenant, email): (TenantId, &str),
    plan: Plan,
) -> Result<Checkout, CheckoutError> {
    let price = prices.of(plan).ok_or_else(|| StripeError::Refused("no price for the free plan".into()))?;
    for _ in 0..TURNS {
        let account = sync_subscription(stripe, table, prices, &tenant).await?;
        if account.live().is_some() {
            return Err(CheckoutError::Subscribed(Box::new(account)));
        }
        let Some(customer) = account.customer.clone() else {
            become_customer(stripe, table, account, email).await?;
            continue;
        };
        // Also a page of somebody who died before anybody learned of it.
        let mut are_closed = true;
        for open in stripe.open_checkouts(&customer).await? {
            are_closed &= stripe.expire_checkout(&open).await?;
        }
        if !are_closed {
            // Somebody has paid just now: the next look shows it.
            conflict_pause().await;
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
        let (id, url) = stripe.create_checkout(&new).await?;
        let account = BillingAccount { version: seen + 1, ..account };
        if table.replace(seen, &account).await? {
            return Ok(Checkout { url });
        }
        // Somebody else has a page, or a subscription has come: nobody is to pay on this one.
        stripe.expire_checkout(&id).await?;
        conflict_pause().await;
    }
    Err(CheckoutError::Contended)
}

/// Makes the customer. A worker that dies on the way leaves one that the next finds: by the key for a day, by
/// its address and metadata for ever.
async fn become_customer<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    account: BillingAccount,
    email: &str,
) -> Result<(), CheckoutError> {
    let tenant = account.tenant;
    let known = stripe.customers(email).await?.into_iter().find(|known| known.tenant == Some(tenant));
    let customer = match known {
        Some(customer) => customer,
        None => {
            stripe.create_customer(tenant, email, &format!("customer-{tenant}-{}", account.customers)).await?
        }
    };
    // First whose it is: an event must find the tenant as soon as there can be one.
    table.remember_customer(&customer.id, tenant).await?;
    let seen = account.version;
    let account = BillingAccount {
        customer: Some(customer.id),
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
    let url = stripe.create_portal(&customer, &pages.billing(), change_to).await?;
    Ok(Checkout { url })
}
