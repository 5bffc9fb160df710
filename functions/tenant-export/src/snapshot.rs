//! What an archive is made from, written down before it is made: which version of which object goes where.
//!
//! The bytes of the archive follow from it alone. So whoever goes on with an archive makes the same.

use serde::{Deserialize, Serialize};
use tenancy::TenantId;

/// The files of an archive, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Whose they are.
    pub tenant: TenantId,
    /// When it was taken, seconds since 1970.
    pub taken_at: i64,
    /// The files. A hundred thousand are some 25 MB here: fifty thousand clips.
    pub files: Vec<File>,
}

/// A file of an archive: a version of an object, which never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name in the archive.
    pub name: String,
    /// The object.
    pub key: String,
    /// Which version of it.
    pub version: String,
    /// Its size.
    pub bytes: u64,
    /// When it was written, seconds since 1970.
    pub modified_at: i64,
}
