//! The size of an archive before it is made.

use tenancy::ContentHash;

use crate::archive::{Archive, ArchiveError, FileDigest};
use crate::manifest::{MANIFEST, Manifest, SHA256_SUMS};
use crate::snapshot::Snapshot;

/// Stands for every digest: only its length counts here.
const PLACEHOLDER: FileDigest = FileDigest { crc32: 0, sha256: ContentHash::from_bytes([0; 32]) };

/// The size of a snapshot's archive, known before any file is read: it follows from the names and sizes of the files,
/// because digests are always of one length.
///
/// # Errors
/// [`ArchiveError`] when a file's name is longer than ZIP allows.
pub fn archive_bytes(snapshot: &Snapshot) -> Result<u64, ArchiveError> {
    let mut archive = Archive::new(u64::MAX);
    for file in &snapshot.files {
        let mut entry = archive.entry(&file.name, file.modified_at)?;
        entry.pass(file.bytes)?;
        entry.finish_known(&PLACEHOLDER)?;
    }
    let digests = vec![PLACEHOLDER; snapshot.files.len()];
    let mut manifest = Manifest::new(snapshot, &digests);
    let mut sums = archive.entry(SHA256_SUMS, snapshot.taken_at)?;
    for line in manifest.sums() {
        sums.write(line.as_bytes())?;
    }
    manifest.add_sums(sums.finish()?);
    let mut entry = archive.entry(MANIFEST, snapshot.taken_at)?;
    for piece in manifest.pieces() {
        entry.write(piece.as_bytes())?;
    }
    entry.finish()?;
    Ok(archive.finish()?.offset())
}
