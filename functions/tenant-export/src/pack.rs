//! Packs files into an archive and uploads it part by part, beginning with the first part that is missing.
//!
//! Memory holds one part and the piece that was read last, the snapshot, and 36 bytes for each file. Nothing is written
//! to a disk.

use std::future::Future;

use crate::archive::{Archive, ArchiveError, FileDigest, Window};
use crate::manifest::{MANIFEST, Manifest, SHA256_SUMS};
use crate::snapshot::{File, Snapshot};

/// The source of the files and the destination of the parts.
pub trait PartSink {
    /// Why reading or storing failed.
    type Error: From<ArchiveError> + From<SizeMismatch>;
    /// A stream of a file's content.
    type Content: Content<Error = Self::Error>;

    /// Opens a file at the offset `from`.
    fn open(&self, file: &File, from: u64) -> impl Future<Output = Result<Self::Content, Self::Error>>;

    /// Stores the digests of the snapshot's files from the `first`th on. It is called before any part that ends behind
    /// these files, so that a process that resumes the archive reads at most the one file again in which the next part
    /// begins.
    fn keep_digests(
        &self,
        first: usize,
        digests: &[FileDigest],
    ) -> impl Future<Output = Result<(), Self::Error>>;

    /// Stores a part of the archive; parts are counted from one. False when the process's time is up.
    fn keep_part(&self, number: u32, bytes: Vec<u8>) -> impl Future<Output = Result<bool, Self::Error>>;
}

/// A stream of a file's content.
pub trait Content {
    /// Why reading failed.
    type Error;

    /// The next piece; none at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<impl AsRef<[u8]>>, Self::Error>>;
}

/// A file does not have the size that the snapshot says.
#[derive(Debug, thiserror::Error)]
#[error("{key} has {found} bytes instead of {expected}")]
pub struct SizeMismatch {
    key: String,
    expected: u64,
    found: u64,
}

/// What is stored of an archive already.
#[derive(Clone, Debug, Default)]
pub struct StoredParts {
    /// The digests of the archive's first files.
    pub digests: Vec<FileDigest>,
    /// How many parts are stored from the first one on, without a gap and each of full size.
    pub parts: u32,
}

/// Packs what is missing of an archive, in parts of `part_bytes` bytes. False when the sink said that the time is up.
///
/// # Errors
/// The sink's errors, [`SizeMismatch`] when a file does not have the size that the snapshot says, and [`ArchiveError`].
pub async fn pack<D: PartSink>(
    snapshot: &Snapshot,
    kept: StoredParts,
    part_bytes: usize,
    sink: &D,
) -> Result<bool, D::Error> {
    let from = u64::from(kept.parts) * part_bytes as u64;
    let mut archive = Archive::new(from);
    let mut parts = Parts { window: archive.window().clone(), part_bytes, sent: kept.parts, sink };
    let mut digests = Digests { kept: kept.digests.len(), known: kept.digests };

    for (index, file) in snapshot.files.iter().enumerate() {
        let mut entry = archive.entry(&file.name, file.modified_at)?;
        let known = digests.known.get(index).copied();
        let passed = match known {
            Some(_) => from.saturating_sub(entry.offset()).min(file.bytes),
            None => 0,
        };
        entry.pass(passed)?;
        if passed < file.bytes {
            let (mut content, mut found) = (sink.open(file, passed).await?, passed);
            while let Some(piece) = content.next().await? {
                let piece = piece.as_ref();
                match known {
                    Some(_) => entry.write_known(piece)?,
                    None => entry.write(piece)?,
                }
                found += piece.len() as u64;
                if !parts.send(&mut digests).await? {
                    return Ok(false);
                }
            }
            if found != file.bytes {
                return Err(SizeMismatch { key: file.key.clone(), expected: file.bytes, found }.into());
            }
        }
        match known {
            Some(digest) => entry.finish_known(&digest)?,
            None => digests.known.push(entry.finish()?),
        }
        if !parts.send(&mut digests).await? {
            return Ok(false);
        }
    }

    parts.keep(&mut digests).await?;
    let known = digests.known.clone();
    let mut manifest = Manifest::new(snapshot, &known);
    let mut sums = archive.entry(SHA256_SUMS, snapshot.taken_at)?;
    for line in manifest.sums() {
        sums.write(line.as_bytes())?;
        if !parts.send(&mut digests).await? {
            return Ok(false);
        }
    }
    manifest.add_sums(sums.finish()?);
    let mut entry = archive.entry(MANIFEST, snapshot.taken_at)?;
    for piece in manifest.pieces() {
        entry.write(piece.as_bytes())?;
        if !parts.send(&mut digests).await? {
            return Ok(false);
        }
    }
    entry.finish()?;
    archive.finish()?;
    parts.send_rest(&mut digests).await
}

/// The digests of a snapshot's first files, and how many of them the sink has stored.
struct Digests {
    known: Vec<FileDigest>,
    kept: usize,
}

struct Parts<'a, D> {
    window: Window,
    part_bytes: usize,
    sent: u32,
    sink: &'a D,
}

impl<D: PartSink> Parts<'_, D> {
    /// Sends the parts that are full. False when the time is up.
    async fn send(&mut self, digests: &mut Digests) -> Result<bool, D::Error> {
        while self.window.waiting() >= self.part_bytes {
            if !self.send_one(digests).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Sends all that is left; the last part may be smaller.
    async fn send_rest(&mut self, digests: &mut Digests) -> Result<bool, D::Error> {
        while self.window.waiting() > 0 {
            self.send_one(digests).await?;
        }
        Ok(true)
    }

    /// Stores the digests that are not stored yet.
    async fn keep(&mut self, digests: &mut Digests) -> Result<(), D::Error> {
        let new = digests.known.get(digests.kept..).unwrap_or_default();
        if !new.is_empty() {
            self.sink.keep_digests(digests.kept, new).await?;
            digests.kept = digests.known.len();
        }
        Ok(())
    }

    async fn send_one(&mut self, digests: &mut Digests) -> Result<bool, D::Error> {
        self.keep(digests).await?;
        self.sent += 1;
        self.sink.keep_part(self.sent, self.window.take(self.part_bytes)).await
    }
}
