//! A nightly backup in the vault.
//!
//! ```text
//! backups/2026-11-20/tenant_…/identity.jsonl   its items, one a line in DynamoDB's JSON, and so for
//!                             metering.jsonl   every table that holds tenants' items
//!                             studio.jsonl
//!                             billing.jsonl
//!                             audit.jsonl
//!                             objects.jsonl    which version of which object was there
//!                             jobs.tar         plans and summaries of jobs
//!                             progress.json    the files that were done, while it is being made
//!                             manifest.json    the files, with how much they hold and their hashes
//! backups/2026-11-20/platform/…                the platform's items
//! ```
//!
//! The manifest is written last: a backup without one is none. A file of more than a limit is compressed
//! with Zstandard and ends with `.zst`. Everything can be read by `sha256sum`, `tar`, `zstd` and `aws dynamodb`.
//! Pictures, sound and films are not copied: the bucket keeps replaced and deleted versions for as long as
//! backups live, and `objects.jsonl` says which to bring back.

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

/// Why a backup is not made, or not used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A bucket.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// An item that cannot be written as text, or read from it.
    #[error(transparent)]
    Item(#[from] InvalidItem),
    /// A record of the backup that cannot be written.
    #[error("a record cannot be written: {0}")]
    Record(#[from] serde_json::Error),
    /// The compressor, or the archive of jobs.
    #[error("packing failed: {0}")]
    Packing(#[from] std::io::Error),
    /// The connection broke off within a file.
    #[error("{key} broke off: {reason}")]
    BrokeOff {
        /// Which file.
        key: String,
        /// Why.
        reason: String,
    },
    /// There is no backup of this owner and night, or it was never finished.
    #[error("there is no backup {0}")]
    Missing(ObjectKey),
    /// A file is not what the manifest says.
    #[error("the backup is damaged: {0} is not what its manifest says")]
    Damaged(ObjectKey),
}

/// An object that was there, as `objects.jsonl` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptObject {
    /// Its key.
    pub key: String,
    /// S3's name for the version that was the latest.
    pub version: String,
    /// Its size.
    pub bytes: u64,
    /// What S3 called its content by.
    pub etag: String,
}
