use cloud::bucket::Bucket;
use cloud::table::Key;
use protection::{ErasedTenants, TableKind, TableNames, Tables, Tombstones};
use tenancy::TenantId;

use super::error::RestoreError;

/// The deployment that a restore reads and writes.
pub struct RestoreContext {
    pub names: TableNames,
    pub live: Tables,
    pub media: Bucket,
    pub vault: Bucket,
    pub tombstones: Tombstones,
}

impl RestoreContext {
    /// The tenants that were erased or are being erased, as of now. A restore takes hours, in which more are erased: it
    /// is asked again before each step that writes. Cost: one request for every 1,000.
    pub async fn erased(&self) -> Result<ErasedTenants, RestoreError> {
        Ok(self.tombstones.erased().await?)
    }

    /// Whether a tenant must not be restored: it has a tombstone, or is marked and gets its tombstone next. Cost: one
    /// read.
    pub async fn is_leaving(&self, tenant: &TenantId, erased: &ErasedTenants) -> Result<bool, RestoreError> {
        if erased.contains(tenant) {
            return Ok(true);
        }
        let home =
            self.live.of(TableKind::Identity).get_items(&[Key::of(&tenant.partition(), "TENANT")]).await?;
        Ok(home.into_iter().flatten().any(|home| home.contains_key("erasing_since")))
    }
}
