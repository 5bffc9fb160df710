use cloud::bucket::BucketError;
use cloud::table::TableError;

/// Why a tenant's storage was not measured. The next run measures it.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// This many tenants were not measured; each reason is in the log. The other tenants were.
    #[error("{0} tenants could not be measured")]
    Failed(usize),
}
