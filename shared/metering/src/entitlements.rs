use cloud::SdkConfig;
use cloud::clock;
use cloud::settings::{SettingError, TableName};
use cloud::table::{Table, TableError};
use serde::Serialize;
use tenancy::{Partition, Plan, TenantId};

use crate::keys::{GRANTS, features_key, grant_key};
use crate::{Allowance, Feature, Features, Grant};

/// Whom a grant or a switch concerns.
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

/// What tenants may use beyond what their plans say, or less: grants, and switched-off features.
#[derive(Clone)]
pub struct Entitlements {
    tenants: Table,
    platform: Table,
}

/// A grant as the table has it, which deletes it some time after `expires_at`, seconds since 1970.
#[derive(Serialize)]
struct Expiring<'a> {
    #[serde(flatten)]
    grant: &'a Grant,
    expires_at: i64,
}

impl Entitlements {
    /// Over the `metering` table twice: `tenants` reaches the tenant that a request is about, `platform`
    /// what is set for all of them, which is no tenant's and needs the function's own credentials.
    #[must_use]
    pub fn new(tenants: Table, platform: Table) -> Self {
        Self { tenants, platform }
    }

    /// Over the deployment's table: `tenants` has the credentials that reach the tenant that a request is about,
    /// `platform` the function's own.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `METERING_TABLE` is not set.
    pub fn from_settings(tenants: &SdkConfig, platform: &SdkConfig) -> Result<Self, SettingError> {
        let table = |config| Table::from_settings(config, TableName::Metering);
        Ok(Self::new(table(tenants)?, table(platform)?))
    }

    /// What a tenant may use now. Cost: two queries.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn allowance(&self, tenant: &TenantId, plan: Plan) -> Result<Allowance, TableError> {
        let own = Scope::Tenant(*tenant);
        let (own, all) = tokio::try_join!(self.grants(&own), self.grants(&Scope::Platform))?;
        Ok(Allowance::new(plan, own.into_iter().chain(all), clock::now()))
    }

    /// Which features are switched off, for the tenant or for all. Cost: two reads.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn features(&self, tenant: &TenantId) -> Result<Features, TableError> {
        let (own, all) = (features_key(&tenant.partition()), features_key(&Partition::platform()));
        let own = self.tenants.get::<Features>(&own);
        let (own, all) = tokio::try_join!(own, self.platform.get::<Features>(&all))?;
        Ok(own.unwrap_or_default().and(all.unwrap_or_default()))
    }

    /// The grants that were made, in the order of their making: those that count, those that will, and
    /// some that no longer do. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn grants(&self, scope: &Scope) -> Result<Vec<Grant>, TableError> {
        self.table(scope).query_all(&scope.partition(), GRANTS).await
    }

    /// Makes a grant, or replaces the one with its id. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn grant(&self, scope: &Scope, grant: &Grant) -> Result<(), TableError> {
        let expiring = Expiring { grant, expires_at: grant.until.as_second() };
        self.table(scope).put(&grant_key(&scope.partition(), grant.id), &expiring).await
    }

    /// Switches a feature on or off. It stays off for a tenant when it is off for all. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
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
