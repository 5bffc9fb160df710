//! The `billing` table.
//!
//! | partition, sort key | item |
//! |---|---|
//! | tenant, `ACCOUNT` | [`BillingAccount`] |
//! | `PLATFORM`, `CUSTOMER#{customer}` | whose a customer is |
//! | `PLATFORM`, `EVENT#{event}` | that an event was heeded; expires |
//! | `PLATFORM`, `REVENUE` | [`Revenue`](crate::Revenue), as last computed |

use std::future::Future;
use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, Table, TableError};
use cloud::tenant_role::acting_for;
use identity::Plans;
use serde::{Deserialize, Serialize};
use tenancy::{Partition, TenantId};

use crate::{Access, BillingAccount, Revenue};

/// How long it is remembered that an event was heeded: Stripe sends one again for three days.
const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);

const CUSTOMERS: &str = "CUSTOMER#";

/// Where accounts are kept: each is read and written as a whole.
pub trait Accounts {
    /// A tenant's account; a new one where it has none.
    fn account(&self, tenant: &TenantId) -> impl Future<Output = Result<BillingAccount, TableError>> + Send;

    /// Keeps an account of which `seen` was the last version, and what its tenant may use. False when another
    /// was faster, or the tenant is gone.
    fn replace(
        &self,
        seen: u64,
        account: &BillingAccount,
    ) -> impl Future<Output = Result<bool, TableError>> + Send;
}

/// The `billing` table, and where a tenant's plan stands.
#[derive(Clone)]
pub struct BillingTable {
    /// Reaches the tenant that is [acted for](acting_for).
    own: Table,
    plans: Plans,
    /// Reaches what is no tenant's.
    platform: Table,
}

#[derive(Serialize, Deserialize)]
struct Owner {
    tenant: TenantId,
    customer: String,
}

#[derive(Serialize, Deserialize)]
struct Heeded {
    expires_at: i64,
}

impl BillingTable {
    /// Over the tables `billing` and `identity` as their tenant reaches them, and over the platform's partition
    /// of `billing`.
    #[must_use]
    pub const fn new(own: Table, identity: Table, platform: Table) -> Self {
        Self { own, plans: Plans::new(identity), platform }
    }

    /// Whose a customer is. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn tenant_of(&self, customer: &str) -> Result<Option<TenantId>, TableError> {
        let owner: Option<Owner> = self.platform.get(&customer_key(customer)).await?;
        Ok(owner.map(|owner| owner.tenant))
    }

    /// Says whose a customer is, and gives whose it is: whoever was first. Cost: one write, and one read where
    /// it was said before.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn remember_customer(&self, customer: &str, tenant: TenantId) -> Result<TenantId, TableError> {
        let owner = Owner { tenant, customer: customer.to_owned() };
        let put = self.platform.put_new(&customer_key(customer), &owner)?;
        match self.platform.transact(vec![put]).await {
            Ok(()) => Ok(tenant),
            Err(TableError::Condition { .. }) => Ok(self.tenant_of(customer).await?.unwrap_or(tenant)),
            Err(error) => Err(error),
        }
    }

    /// Every customer, and whose it is. Cost: one query, one read for every forty.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn customers(&self) -> Result<Vec<(String, TenantId)>, TableError> {
        let owners: Vec<Owner> = self.platform.query_all(&Partition::platform(), CUSTOMERS).await?;
        Ok(owners.into_iter().map(|owner| (owner.customer, owner.tenant)).collect())
    }

    /// Whether an event was heeded. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn is_heeded(&self, event: &str) -> Result<bool, TableError> {
        Ok(self.platform.get::<Heeded>(&event_key(event)).await?.is_some())
    }

    /// Says that an event was heeded: only when all that follows from it is done. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn heed(&self, event: &str) -> Result<(), TableError> {
        let expires_at = clock::now().as_second() + i64::try_from(REMEMBERED.as_secs()).unwrap_or(0);
        self.platform.put(&event_key(event), &Heeded { expires_at }).await
    }

    /// Which plan a tenant's requests are let through with, and until when; none when the tenant is gone.
    /// Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn granted(&self, tenant: &TenantId) -> Result<Option<Access>, TableError> {
        let granted = acting_for(*tenant, self.plans.of(tenant)).await?;
        Ok(granted.map(|(plan, until)| Access { plan, until }))
    }

    /// The revenue as it was last computed. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn revenue(&self) -> Result<Option<Revenue>, TableError> {
        self.platform.get(&revenue_key()).await
    }

    /// Keeps the revenue. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn keep_revenue(&self, revenue: &Revenue) -> Result<(), TableError> {
        self.platform.put(&revenue_key(), revenue).await
    }
}

impl Accounts for BillingTable {
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
