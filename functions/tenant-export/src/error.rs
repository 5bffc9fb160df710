use cloud::bucket::BucketError;
use cloud::queue::QueueError;
use cloud::table::TableError;
use protection::item::InvalidItem;

use crate::archive::ArchiveError;
use crate::pack::SizeMismatch;

/// Why an export is not ready. Whoever takes the message again goes on with it.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The tables.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The bucket.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The queues.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The format.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An object that is not what it was.
    #[error(transparent)]
    Size(#[from] SizeMismatch),
    /// An item that cannot be written as text.
    #[error(transparent)]
    Item(#[from] InvalidItem),
    /// The snapshot.
    #[error("the snapshot: {0}")]
    Snapshot(#[from] serde_json::Error),
    /// S3 stops in the middle of an object again and again.
    #[error("object {key} breaks off: {reason}")]
    BrokenOff {
        /// Which.
        key: String,
        /// What the network said.
        reason: String,
    },
    /// The parts do not make up the archive.
    #[error("{found} of {expected} bytes are stored")]
    Incomplete {
        /// How long the archive is to be.
        expected: u64,
        /// How long its parts are.
        found: u64,
    },
    /// Nobody has asked for it, or not yet: who announced it may still be about to.
    #[error("the export is announced and not asked for yet")]
    NotRequested,
    /// It is nobody's any more: its tenant is being erased.
    #[error("the export is gone")]
    Gone,
}
