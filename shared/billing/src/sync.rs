//! The one way in which the table learns how things stand.

use cloud::clock;
use cloud::table::TableError;
use tenancy::TenantId;

use crate::store::Accounts;
use crate::{BillingAccount, BillingTable, Prices, Stripe, StripeError};

/// How often somebody else may be faster before the message is put back: each time, that one has looked later.
const TURNS: u32 = 10;

/// The table does not follow Stripe yet.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Stripe.
    #[error(transparent)]
    Stripe(#[from] StripeError),
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Others write all the time, or the tenant is gone.
    #[error("the account changes all the time, or its tenant is gone")]
    Contended,
}

/// What became of a hint.
#[derive(Debug, PartialEq, Eq)]
pub enum Synced {
    /// The account follows Stripe.
    Followed(Box<BillingAccount>),
    /// Nobody here is this customer.
    Stranger,
}

/// Makes a tenant's account what Stripe says: read our version, ask Stripe, write if it is still that version,
/// and begin again if not. Whoever writes has therefore looked at Stripe after whoever wrote before, in whatever
/// order events come; also an account that has not changed is written, so that its version tells.
///
/// Cost: one read, one request to Stripe, one transaction of two items; nothing but the read where the tenant
/// is no customer.
///
/// # Errors
/// [`SyncError`].
pub async fn sync_subscription<S: Stripe, A: Accounts>(
    stripe: &S,
    accounts: &A,
    prices: &Prices,
    tenant: &TenantId,
) -> Result<BillingAccount, SyncError> {
    for _ in 0..TURNS {
        let account = accounts.account(tenant).await?;
        let Some(customer) = account.customer.clone() else { return Ok(account) };
        let (seen, asked_at) = (account.version, clock::now());
        let mut account = match stripe.subscriptions_of(&customer).await {
            Ok(subscriptions) => account.with(&subscriptions, prices, asked_at),
            // Somebody has deleted the customer, and the subscriptions with it.
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

/// The same for whoever is this customer. Cost: one read more.
///
/// # Errors
/// [`SyncError`].
pub async fn sync_customer<S: Stripe>(
    stripe: &S,
    table: &BillingTable,
    prices: &Prices,
    customer: &str,
) -> Result<Synced, SyncError> {
    let Some(tenant) = table.tenant_of(customer).await? else { return Ok(Synced::Stranger) };
    match sync_subscription(stripe, table, prices, &tenant).await {
        // A tenant that was deleted has nothing to be told.
        Err(SyncError::Contended) if table.granted(&tenant).await?.is_none() => Ok(Synced::Stranger),
        synced => Ok(Synced::Followed(Box::new(synced?))),
    }
}
