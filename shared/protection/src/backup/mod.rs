//! The format of the nightly backups in the vault, written and read.
//!
//! ```text
//! backups/2026-11-20/tenant_…/identity.jsonl   its items, one a line in DynamoDB's JSON, and so for
//!                             metering.jsonl   every table that holds tenants' items
//!                             studio.jsonl
//!                             billing.jsonl
//!                             audit.jsonl
//!                             objects.jsonl    the current version of each object, by id
//!                             jobs.tar         plans and summaries of jobs
//!                             progress.json    the files that are complete, while the backup is being made
//!                             manifest.json    the files, with their sizes and hashes
//! backups/2026-11-20/platform/…                the platform's items
//! ```
//!
//! The manifest is written last: a backup without one is incomplete and not used. A file above a size limit is
//! compressed with Zstandard and ends with `.zst`. Everything can be read with `sha256sum`, `tar`, `zstd` and
//! `aws dynamodb`. Pictures, sound and films are not copied: the bucket's lifecycle rule keeps replaced and deleted
//! versions as long as backups are kept, and `objects.jsonl` says which versions to restore.

mod manifest;
mod reader;
mod writer;

use cloud::bucket::BucketError;
use cloud::table::TableError;
use serde::{Deserialize, Serialize};
use tenancy::ObjectKey;

pub use manifest::{FileEntry, Manifest, Packing, Part, Progress};
pub use reader::{Backup, Lines};
pub use writer::{BackupWriter, RecordSource};

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

/// A line of `objects.jsonl`: an object that existed at the time of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptObject {
    /// The object's key.
    pub key: String,
    /// The id of the version that was current.
    pub version: String,
    /// The version's size in bytes.
    pub bytes: u64,
    /// The version's entity tag, without quotation marks.
    pub etag: String,
}
