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
//! compressed with Zstandard and ends with `.zst`. Files and manifest are written once and never replaced; a file whose
//! writer died before it recorded it stays beside, and the next attempt's has a number before its name. Everything can be read with `sha256sum`, `tar`, `zstd` and
//! `aws dynamodb`. Pictures, sound and films are not copied: the bucket's lifecycle rule keeps replaced and deleted
//! versions as long as backups are kept, and `objects.jsonl` says which versions to restore.

mod error;
mod manifest;
mod reader;
mod writer;

use serde::{Deserialize, Serialize};

pub use error::BackupError;
pub use manifest::{FileEntry, Manifest, Packing, Part, Progress};
pub use reader::{Backup, Lines};
pub use writer::{BackupWriter, RecordSource};

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
