//! The list of an archive's files, stored before the archive is made: which version of which object gets which name.
//!
//! The archive's bytes follow from the snapshot alone, so that a process that resumes an archive makes the same bytes.

use serde::{Deserialize, Serialize};
use tenancy::TenantId;

/// The files of an archive, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The tenant whose files they are.
    pub tenant: TenantId,
    /// When it was taken, seconds since 1970.
    pub taken_at: i64,
    /// The files. A hundred thousand, those of fifty thousand clips, are some 25 MB of JSON.
    pub files: Vec<File>,
}

/// A file of an archive: a version of an object, which never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The file's name in the archive.
    pub name: String,
    /// The object's key.
    pub key: String,
    /// The id of the object's version.
    pub version: String,
    /// The size in bytes.
    pub bytes: u64,
    /// When the object's version was written, seconds since 1970.
    pub modified_at: i64,
}
