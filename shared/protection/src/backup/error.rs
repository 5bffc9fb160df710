use cloud::bucket::BucketError;
use cloud::table::TableError;
use tenancy::ObjectKey;

use crate::item::InvalidItem;

/// Why a backup could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A table did not answer, or refused.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A bucket did not answer, or refused.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// An item cannot be written as text, or read from it.
    #[error(transparent)]
    Item(#[from] InvalidItem),
    /// A record of the backup does not serialise.
    #[error("a record cannot be written: {0}")]
    Record(#[from] serde_json::Error),
    /// Compression or the tar archive of jobs failed.
    #[error("packing failed: {0}")]
    Packing(#[from] std::io::Error),
    /// The connection broke within the body of a file.
    #[error("{key} broke off: {reason}")]
    BrokeOff {
        /// The file's key.
        key: String,
        /// What the network said.
        reason: String,
    },
    /// There is no backup of this owner and date, or it was never completed.
    #[error("there is no backup {0}")]
    Missing(ObjectKey),
    /// A file's hash is not the one in the manifest, or the file does not decompress or is missing.
    #[error("the backup is damaged: {0} is not what its manifest says")]
    Damaged(ObjectKey),
}
