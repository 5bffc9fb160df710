//! The plan of a tenant, as billing sets it.

use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError};
use jiff::Timestamp;
use serde::Deserialize;
use tenancy::{Plan, TenantId};

use super::keys;
use crate::records::in_force;

/// The plans of tenants: what the crates `billing` and `metering` may read and change of the `identity` table.
#[derive(Clone)]
pub struct Plans {
    table: Table,
}

/// The attributes of a tenant's item that say its plan. The policies of the roles that may read nothing else of the
/// item name them too.
const ATTRIBUTES: [&str; 2] = ["plan", "plan_until"];

/// These attributes.
#[derive(Deserialize)]
struct StoredPlan {
    plan: Plan,
    #[serde(default)]
    plan_until: Option<Timestamp>,
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
        let stored: Option<StoredPlan> =
            self.table.get_attributes(&keys::tenant(tenant), &ATTRIBUTES).await?;
        Ok(stored.map(|stored| (stored.plan, stored.plan_until)))
    }

    /// The plan of a tenant that is in force now; the free one when there is no such tenant. Cost: one read.
    ///
    /// # Errors
    /// As [`Plans::of`].
    pub async fn now(&self, tenant: &TenantId) -> Result<Plan, TableError> {
        let stored = self.of(tenant).await?;
        Ok(stored.map_or(Plan::Free, |(plan, until)| in_force(plan, until)))
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
