//! The `billing` table.
//!
//! | partition, sort key | item |
//! |---|---|
//! | tenant, `ACCOUNT` | [`BillingAccount`] |
//! | `PLATFORM`, `CUSTOMER#{customer}` | the tenant of a Stripe customer |
//! | `PLATFORM`, `EVENT#{event}` | marks an event as processed; expires |
//! | `PLATFORM`, `REVENUE` | [`Revenue`](crate::Revenue), as last computed |

use std::future::Future;
use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, Table, TableError};
use cloud::tenant_role::acting_for;
use identity::Plans;
use serde::{Deserialize, Serialize};
use tenancy::{Partition, TenantId};

use crate::account::BillingAccount;
use crate::revenue::Revenue;
use crate::subscription::Access;

/// How long an event stays marked as processed. Stripe retries a delivery for three days.
const PROCESSED_EVENT_TTL: Duration = Duration::from_secs(30 * 86_400);

const CUSTOMERS: &str = "CUSTOMER#";

/// A store of accounts, each read and written as a whole.
pub trait AccountStore {
    /// A tenant's account; a new one where it has none.
    fn account(&self, tenant: &TenantId) -> impl Future<Output = Result<BillingAccount, TableError>> + Send;

    /// Writes an account and its tenant's plan if the stored version is still `seen`. False when it is not, or when the
    /// tenant is gone.
    fn replace(
        &self,
        seen: u64,
        account: &BillingAccount,
    ) -> impl Future<Output = Result<bool, TableError>> + Send;
}

/// The `billing` table, and the tenants' plans in the `identity` table.
#[derive(Clone)]
pub struct BillingTable {
    /// With the credentials of the tenant that is [acted for](acting_for).
    own: Table,
    plans: Plans,
    /// With the function's own credentials, for items of the partition `PLATFORM`.
    platform: Table,
}

#[derive(Serialize, Deserialize)]
struct Owner {
    tenant: TenantId,
    customer: String,
}

#[derive(Serialize, Deserialize)]
struct ProcessedEvent {
    expires_at: i64,
}

impl BillingTable {
    /// Over the tables `billing` and `identity` with a tenant's credentials, and over the partition `PLATFORM` of
    /// `billing` with the function's own.
    #[must_use]
    pub const fn new(own: Table, identity: Table, platform: Table) -> Self {
        Self { own, plans: Plans::new(identity), platform }
    }

    /// The tenant of a customer. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn tenant_of(&self, customer: &str) -> Result<Option<TenantId>, TableError> {
        let owner: Option<Owner> = self.platform.get(&customer_key(customer)).await?;
        Ok(owner.map(|owner| owner.tenant))
    }

    /// Records the tenant of a customer if none is recorded, and returns the tenant that is recorded. Cost: one write,
    /// and one read where it was recorded before.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn remember_customer(&self, customer: &str, tenant: TenantId) -> Result<TenantId, TableError> {
        let owner = Owner { tenant, customer: customer.to_owned() };
        let put = self.platform.put_new(&customer_key(customer), &owner)?;
        match self.platform.transact(vec![put]).await {
            Ok(()) => Ok(tenant),
            Err(TableError::Condition { .. }) => Ok(self.tenant_of(customer).await?.unwrap_or(tenant)),
            Err(error) => Err(error),
        }
    }

    /// Every customer with its tenant. Cost: one query, one read capacity unit for every forty.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn customers(&self) -> Result<Vec<(String, TenantId)>, TableError> {
        let owners: Vec<Owner> = self.platform.query_all(&Partition::platform(), CUSTOMERS).await?;
        Ok(owners.into_iter().map(|owner| (owner.customer, owner.tenant)).collect())
    }

    /// Whether an event was processed. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn is_processed(&self, event: &str) -> Result<bool, TableError> {
        Ok(self.platform.get::<ProcessedEvent>(&event_key(event)).await?.is_some())
    }

    /// Marks an event as processed. Call it only after everything that follows from the event is written, so that a
    /// process that dies before is followed by another delivery. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn mark_processed(&self, event: &str) -> Result<(), TableError> {
        let expires_at = clock::now().as_second() + i64::try_from(PROCESSED_EVENT_TTL.as_secs()).unwrap_or(0);
        self.platform.put(&event_key(event), &ProcessedEvent { expires_at }).await
    }

    /// The plan in the tenant's item, by which requests are authorized, and until when; none when the tenant is gone.
    /// Cost: one read.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn granted(&self, tenant: &TenantId) -> Result<Option<Access>, TableError> {
        let granted = acting_for(*tenant, self.plans.of(tenant)).await?;
        Ok(granted.map(|(plan, until)| Access { plan, until }))
    }

    /// The revenue as it was last computed. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn revenue(&self) -> Result<Option<Revenue>, TableError> {
        self.platform.get(&revenue_key()).await
    }

    /// Stores the revenue. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`] when DynamoDB does not answer or refuses.
    pub async fn keep_revenue(&self, revenue: &Revenue) -> Result<(), TableError> {
        self.platform.put(&revenue_key(), revenue).await
    }
}

impl AccountStore for BillingTable {
    /// Cost: one read.
    async fn account(&self, tenant: &TenantId) -> Result<BillingAccount, TableError> {
        let account = acting_for(*tenant, self.own.get(&account_key(tenant))).await?;
        Ok(account.unwrap_or_else(|| BillingAccount::new(*tenant)))
    }

    /// Cost: one transaction of two items.
    async fn replace(&self, seen: u64, account: &BillingAccount) -> Result<bool, TableError> {
        let key = account_key(&account.tenant);
        let put = match seen {
            0 => self.own.put_new(&key, account)?,
            seen => self.own.put_if_equals(&key, account, ("version", seen))?,
        };
        let access = account.access();
        let granted = self.plans.grant(&account.tenant, access.plan, access.until)?;
        match acting_for(account.tenant, self.own.transact(vec![put, granted])).await {
            Ok(()) => Ok(true),
            Err(TableError::Condition { .. } | TableError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn account_key(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "ACCOUNT")
}

fn customer_key(customer: &str) -> Key {
    Key::of(&Partition::platform(), format!("{CUSTOMERS}{customer}"))
}

fn event_key(event: &str) -> Key {
    Key::of(&Partition::platform(), format!("EVENT#{event}"))
}

fn revenue_key() -> Key {
    Key::of(&Partition::platform(), "REVENUE")
}
