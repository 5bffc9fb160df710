use cloud::bucket::BucketError;
use cloud::table::TableError;
use jiff::civil::Date;
use protection::backup::BackupError;
use protection::item::InvalidItem;
use protection::tombstone::TombstoneError;

use crate::deployment::DeploymentError;

/// Why nothing was restored, or not everything.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Tombstone(#[from] TombstoneError),
    #[error(transparent)]
    Item(#[from] InvalidItem),
    #[error("an object cannot be read from the backup: {0}")]
    Object(#[from] serde_json::Error),
    #[error(transparent)]
    Output(#[from] std::io::Error),
    #[error("{0} was erased or is being erased, and stays away")]
    Erased(tenancy::TenantId),
    #[error("there is no backup of {0}")]
    NoNight(Date),
    #[error(
        "{0} things were ended while the tables were purged: stop writes, and run the same command again"
    )]
    WritesGoOn(usize),
    #[error("{0} tenants have no finished backup of that night; the others were restored")]
    Unfinished(usize),
    #[error("table {table}: {reason}")]
    Settings { table: String, reason: String },
    #[error("table {0} does not become active")]
    Slow(String),
}
