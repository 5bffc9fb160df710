use cloud::table::TableError;
use protection::backup::BackupError;

/// Why a backup run failed, wholly or for some tenants. Another attempt skips the backups that are complete.
#[derive(Debug, thiserror::Error)]
pub enum BackupRunError {
    /// The tenants could not be listed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The backup of the platform's items failed.
    #[error("the platform is not backed up: {0}")]
    Platform(#[source] BackupError),
    /// This many tenants' backups failed; each reason is in the log. The other tenants are backed up.
    #[error("{0} tenants are not backed up")]
    Failed(usize),
    /// The run was handed over 200 times without coming to its end.
    #[error("the night does not end")]
    TooManyHandovers,
}
