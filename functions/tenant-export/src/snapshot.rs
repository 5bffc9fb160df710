//! What an archive is made from, written down before it is made: which version of which object goes where.
//!
//! The bytes of the archive follow from it alone. So whoever goes on with an archive makes the same.

use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use crate::archive::{Archive, ArchiveError, FileDigest};
use crate::manifest::{MANIFEST, Manifest, SUMS};

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

/// A digest of the right length, for whoever only counts.
const ANY: FileDigest = FileDigest { crc32: 0, sha256: ContentHash::from_bytes([0; 32]) };

impl Snapshot {
    /// How long the archive will be. Whatever the files hold: digests are always of one length.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn archive_bytes(&self) -> Result<u64, ArchiveError> {
        let mut archive = Archive::new(u64::MAX);
        for file in &self.files {
            let mut entry = archive.entry(&file.name, file.modified_at)?;
            entry.pass(file.bytes)?;
            entry.finish_known(&ANY)?;
        }
        let digests = vec![ANY; self.files.len()];
        let mut manifest = Manifest::new(self, &digests);
        let mut sums = archive.entry(SUMS, self.taken_at)?;
        for line in manifest.sums() {
            sums.write(line.as_bytes())?;
        }
        manifest.add_sums(sums.finish()?);
        let mut entry = archive.entry(MANIFEST, self.taken_at)?;
        for piece in manifest.pieces() {
            entry.write(piece.as_bytes())?;
        }
        entry.finish()?;
        Ok(archive.finish()?.offset())
    }
}
