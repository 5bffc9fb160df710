//! The plan of a tenant, as billing sets it.

use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError};
use jiff::Timestamp;
use tenancy::{Plan, TenantId};

use super::keys;
use crate::records::Tenant;

/// The plans of tenants: what the `billing` crate may read and change of the `identity` table.
#[derive(Clone)]
pub struct Plans {
    table: Table,
}

impl Plans {
    /// The plans in this table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// The plan of a tenant and when it ends, or `None` when there is no such tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn of(&self, tenant: &TenantId) -> Result<Option<(Plan, Option<Timestamp>)>, TableError> {
        let tenant: Option<Tenant> = self.table.get(&keys::tenant(tenant)).await?;
        Ok(tenant.map(|tenant| (tenant.plan, tenant.plan_until)))
    }

    /// The transaction item that gives a tenant a plan until a time, or without an end. Its condition fails when there
    /// is no such tenant.
    ///
    /// # Errors
    /// [`TableError::Shape`] when a value cannot be serialised.
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
