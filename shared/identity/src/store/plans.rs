use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError};
use jiff::Timestamp;
use tenancy::{Plan, TenantId};

use super::keys;
use crate::records::Tenant;

/// The plans of tenants, for whoever keeps them as they are paid for.
#[derive(Clone)]
pub struct Plans {
    table: Table,
}

impl Plans {
    /// Over the `identity` table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Which plan a tenant has, and until when; none when it is gone. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn of(&self, tenant: &TenantId) -> Result<Option<(Plan, Option<Timestamp>)>, TableError> {
        let tenant: Option<Tenant> = self.table.get(&keys::tenant(tenant)).await?;
        Ok(tenant.map(|tenant| (tenant.plan, tenant.plan_until)))
    }

    /// Gives a tenant a plan, until then or for good, as part of a transaction: refused when it is gone.
    ///
    /// # Errors
    /// [`TableError::Shape`].
    pub fn grant(
        &self,
        tenant: &TenantId,
        plan: Plan,
        until: Option<Timestamp>,
    ) -> Result<TransactWriteItem, TableError> {
        let granted = self.table.update(&keys::tenant(tenant)).set("plan", plan).when_present();
        match until {
            Some(until) => granted.set("plan_until", until).build(),
            None => granted.remove("plan_until").build(),
        }
    }
}
