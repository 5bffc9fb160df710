//! What a tenant may use: its plan, and the operator's grants and feature switches, which are kept here.

use cloud::SdkConfig;
use cloud::clock;
use cloud::settings::{SettingError, TableName};
use cloud::table::{Table, TableError};
use identity::Plans;
use serde::Serialize;
use tenancy::{Partition, Plan, TenantId};

use crate::allowance::{Allowance, Grant};
use crate::features::{Feature, Features};
use crate::keys::{GRANTS, features_key, grant_key};

/// The tenants to which a grant or a feature switch applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One tenant.
    Tenant(TenantId),
    /// All tenants.
    Platform,
}

impl Scope {
    fn partition(&self) -> Partition {
        match self {
            Self::Tenant(tenant) => tenant.partition(),
            Self::Platform => Partition::platform(),
        }
    }
}

/// What tenants may use: their plans, and the operator's exceptions from these, grants and switched-off features.
///
/// The plan is read from the table each time, not taken from the authorizer's answer, which is up to a minute old:
/// whoever has paid is served at once.
#[derive(Clone)]
pub struct Entitlements {
    plans: Plans,
    tenants: Table,
    platform: Table,
}

/// A grant as it is stored. `expires_at` is the table's TTL attribute, in seconds since 1970.
#[derive(Serialize)]
struct GrantItem<'a> {
    #[serde(flatten)]
    grant: &'a Grant,
    expires_at: i64,
}

impl Entitlements {
    /// The tenants' plans, and the `metering` table with two sets of credentials: `tenants` with those scoped to the
    /// tenant of the request, `platform` with the function's own, which can also read what is set for all tenants.
    #[must_use]
    pub fn new(plans: Plans, tenants: Table, platform: Table) -> Self {
        Self { plans, tenants, platform }
    }

    /// The tables that `IDENTITY_TABLE` and `METERING_TABLE` name: `tenants` has the credentials scoped to the tenant
    /// of the request, `platform` the function's own.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when one of them is not set.
    pub fn from_settings(tenants: &SdkConfig, platform: &SdkConfig) -> Result<Self, SettingError> {
        let table = |config| Table::from_settings(config, TableName::Metering);
        let plans = Plans::new(Table::from_settings(tenants, TableName::Identity)?);
        Ok(Self::new(plans, table(tenants)?, table(platform)?))
    }

    /// The plan that a tenant has now. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn plan(&self, tenant: &TenantId) -> Result<Plan, TableError> {
        self.plans.now(tenant).await
    }

    /// What a tenant may use now, from its plan and the grants for it and for all tenants. Cost: one read and two
    /// queries, at the same time.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn allowance(&self, tenant: &TenantId) -> Result<Allowance, TableError> {
        let own = Scope::Tenant(*tenant);
        let (plan, own, all) =
            tokio::try_join!(self.plan(tenant), self.grants(&own), self.grants(&Scope::Platform))?;
        Ok(Allowance::new(plan, own.into_iter().chain(all), clock::now()))
    }

    /// The features that are on both for the tenant and for all tenants. Cost: two reads.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn features(&self, tenant: &TenantId) -> Result<Features, TableError> {
        let (own, all) = (features_key(&tenant.partition()), features_key(&Partition::platform()));
        let own = self.tenants.get::<Features>(&own);
        let (own, all) = tokio::try_join!(own, self.platform.get::<Features>(&all))?;
        Ok(own.unwrap_or_default().and(all.unwrap_or_default()))
    }

    /// The grants of a scope in the order of their ids: current and future ones, and expired ones that the table's TTL has
    /// not deleted yet. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn grants(&self, scope: &Scope) -> Result<Vec<Grant>, TableError> {
        self.table(scope).query_all(&scope.partition(), GRANTS).await
    }

    /// Stores a grant, or replaces the one with the same id. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time.
    pub async fn grant(&self, scope: &Scope, grant: &Grant) -> Result<(), TableError> {
        let item = GrantItem { grant, expires_at: grant.until.as_second() };
        self.table(scope).put(&grant_key(&scope.partition(), grant.id), &item).await
    }

    /// Switches a feature on or off. A feature that is off for all tenants is off for each of them, whatever is set for the
    /// tenant itself. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time.
    pub async fn switch(&self, scope: &Scope, feature: Feature, on: bool) -> Result<(), TableError> {
        let update = self.table(scope).update(&features_key(&scope.partition()));
        update.set(feature.off_attribute(), !on).send::<Features>().await.map(drop)
    }

    fn table(&self, scope: &Scope) -> &Table {
        match scope {
            Scope::Tenant(_) => &self.tenants,
            Scope::Platform => &self.platform,
        }
    }
}
