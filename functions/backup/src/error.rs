use cloud::table::TableError;
use protection::backup::BackupError;

/// Why a night is not backed up, or not all of it. The next attempt goes on where this one ended.
#[derive(Debug, thiserror::Error)]
pub enum BackupRunError {
    /// The tenants could not be found.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The platform's own backup.
    #[error("the platform is not backed up: {0}")]
    Platform(#[source] BackupError),
    /// The log says of each why; the others are backed up.
    #[error("{0} tenants are not backed up")]
    Failed(usize),
    /// It was handed over too often.
    #[error("the night does not end")]
    TooManyHandovers,
}
