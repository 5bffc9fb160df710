//! Copies a subscription from Stripe into the `billing` table: the only code that does so.

use cloud::clock;
use cloud::table::TableError;
use tenancy::TenantId;

use crate::account::BillingAccount;
use crate::prices::Prices;
use crate::store::AccountStore;
use crate::store::BillingTable;
use crate::stripe::{Stripe, StripeError};

/// How often a sync starts again when a concurrent one has written first. After that the message goes back to the queue.
const MAX_ATTEMPTS: u32 = 10;

/// The account could not be synchronised. Trying again later may help.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Stripe did not answer, or refused.
    #[error(transparent)]
    Stripe(#[from] StripeError),
    /// DynamoDB failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Every attempt lost against a concurrent write, or the tenant's item no longer exists.
    #[error("the account changes all the time, or its tenant is gone")]
    Contended,
}

/// The outcome of a sync for a customer.
#[derive(Debug, PartialEq, Eq)]
pub enum Synced {
    /// The account is what Stripe said.
    Updated(Box<BillingAccount>),
    /// No tenant has this customer.
    UnknownCustomer,
}

/// Makes a tenant's account what Stripe says: reads the account's version, fetches the customer's subscriptions, and
/// writes if the version is still the same, else starts again. So every writer has asked Stripe after the previous
/// writer wrote, in whatever order events arrive. An unchanged account is written too, because its new version is what
/// makes a concurrent sync start again.
///
/// Cost: one read, one request to Stripe, one transaction of two items; nothing but the read where the tenant
/// is no customer.
///
/// # Errors
/// [`SyncError::Stripe`] when Stripe does not answer or refuses, [`SyncError::Table`] when DynamoDB fails,
/// [`SyncError::Contended`] after ten lost attempts or when the tenant is gone.
pub async fn sync_subscription<S: Stripe, A: AccountStore>(
    stripe: &S,
    accounts: &A,
    prices: &Prices,
    tenant: &TenantId,
) -> Result<BillingAccount, SyncError> {
    for _ in 0..MAX_ATTEMPTS {
        let account = accounts.account(tenant).await?;
        let Some(customer) = account.customer.clone() else { return Ok(account) };
        let (seen, asked_at) = (account.version, clock::now());
        let mut account = match stripe.subscriptions_of(&customer).await {
            Ok(subscriptions) => account.with(&subscriptions, prices, asked_at),
            // The customer was deleted in Stripe, and its subscriptions with it.
            Err(StripeError::NotFound(_)) => {
                BillingAccount { customer: None, ..account }.with(&[], prices, asked_at)
            }
            Err(error) => return Err(error.into()),
        };
        account.version += 1;
        if accounts.replace(seen, &account).await? {
            return Ok(account);
        }
    }
    Err(SyncError::Contended)
}

/// Runs [`sync_subscription`] for the tenant of a customer. Cost: one read more.
///
/// # Errors
/// As [`sync_subscription`].
pub async fn sync_customer<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    customer: &str,
) -> Result<Synced, SyncError> {
    let Some(tenant) = table.tenant_of(customer).await? else { return Ok(Synced::UnknownCustomer) };
    match sync_subscription(stripe, table, prices, &tenant).await {
        // The tenant was deleted: there is no account to update.
        Err(SyncError::Contended) if table.granted(&tenant).await?.is_none() => Ok(Synced::UnknownCustomer),
        synced => Ok(Synced::Updated(Box::new(synced?))),
    }
}
