use cloud::bucket::Bucket;
use protection::{ErasedTenants, TableNames, Tables};

/// The deployment that a restore reads and writes, and the tenants that must not come back.
pub struct RestoreContext {
    pub names: TableNames,
    pub live: Tables,
    pub media: Bucket,
    pub vault: Bucket,
    pub erased: ErasedTenants,
}
