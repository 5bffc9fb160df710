use cloud::bucket::BucketError;
use cloud::table::TableError;

/// Why something was not measured. The next run measures it.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The log says of each why; the others were measured.
    #[error("{0} tenants could not be measured")]
    Left(usize),
}
