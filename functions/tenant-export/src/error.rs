use cloud::bucket::BucketError;
use cloud::queue::QueueError;
use cloud::table::TableError;
use identity::MailError;
use protection::item::InvalidItem;

use crate::archive::ArchiveError;
use crate::pack::SizeMismatch;

/// Why an export is not ready. SQS delivers the message again, and the next attempt resumes the export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A table did not answer, or refused.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The bucket did not answer, or refused.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// A queue did not accept a message.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A mail was not queued.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The archive cannot be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An object's version does not have the size that the snapshot says.
    #[error(transparent)]
    Size(#[from] SizeMismatch),
    /// An item cannot be written as text.
    #[error(transparent)]
    Item(#[from] InvalidItem),
    /// The snapshot does not parse or serialise.
    #[error("the snapshot: {0}")]
    Snapshot(#[from] serde_json::Error),
    /// The connection broke within an object's body, for a file of the archive also after three reopenings.
    #[error("object {key} breaks off: {reason}")]
    BrokenOff {
        /// The object's key.
        key: String,
        /// What the network said.
        reason: String,
    },
    /// The uploaded parts do not have the archive's size.
    #[error("{found} of {expected} bytes are stored")]
    Incomplete {
        /// The archive's size in bytes.
        expected: u64,
        /// The size of the stored parts in bytes.
        found: u64,
    },
    /// The export is not stored. The API sends the message first, so that the request may still be about to store it.
    #[error("the export is announced and not asked for yet")]
    NotRequested,
    /// The export's item was deleted, because its tenant is being erased.
    #[error("the export is gone")]
    Gone,
}
