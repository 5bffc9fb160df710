//! A ZIP of which only the end is written, when the beginning lies in the bucket already.
//!
//! Entries are stored and not compressed: films, sound and pictures are compressed as they are, and an archive
//! whose every offset follows from the sizes of its files can be gone on with anywhere. The format is `rawzip`'s:
//! local headers without sizes, a data descriptor behind each entry, ZIP64 where a size, an offset or the number of
//! entries asks for it. Readers that go by the central directory (all but those that read from a pipe) take it.
//!
//! [`Archive`] writes everything from the first byte on, and its [`Window`] drops what lies before a given offset.
//! The content of a file whose digest is known is not needed for that: [`Entry::pass`] counts it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use rawzip::time::UtcDateTime;
use rawzip::{DataDescriptorOutput, ZipArchiveWriter, ZipEntryWriter};
use tenancy::ContentHash;

/// The archive cannot be written so: a name that is too long.
#[derive(Debug, thiserror::Error)]
#[error("the archive: {0}")]
pub struct ArchiveError(#[from] rawzip::Error);

/// What is to be known of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDigest {
    /// For the archive.
    pub crc32: u32,
    /// For whoever checks it.
    pub sha256: ContentHash,
}

/// Bytes of the archive that were written and not taken yet.
#[derive(Clone, Debug)]
pub struct Window(Arc<Mutex<Written>>);

#[derive(Debug)]
struct Written {
    /// How much of the archive was written.
    offset: u64,
    /// Before which offset nothing is kept.
    from: u64,
    kept: Vec<u8>,
}

impl Window {
    fn new(from: u64) -> Self {
        Self(Arc::new(Mutex::new(Written { offset: 0, from, kept: Vec::new() })))
    }

    /// How many bytes wait to be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().kept.len()
    }

    /// Takes the first `count` bytes, or all where there are fewer.
    #[must_use]
    pub fn take(&self, count: usize) -> Vec<u8> {
        let mut written = self.lock();
        let count = count.min(written.kept.len());
        let rest = written.kept.split_off(count);
        std::mem::replace(&mut written.kept, rest)
    }

    /// How long the archive is so far.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.lock().offset
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Window {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.lock();
        let dropped = written.from.saturating_sub(written.offset);
        let dropped = usize::try_from(dropped).unwrap_or(usize::MAX).min(bytes.len());
        written.kept.extend_from_slice(&bytes[dropped..]);
        written.offset += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A ZIP from some offset on.
#[derive(Debug)]
pub struct Archive {
    writer: ZipArchiveWriter<Window>,
    window: Window,
}

impl Archive {
    /// An archive of which the bytes before `from` are not needed.
    #[must_use]
    pub fn new(from: u64) -> Self {
        let window = Window::new(from);
        Self { writer: ZipArchiveWriter::new(window.clone()), window }
    }

    /// What was written and not taken.
    #[must_use]
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Begins a file that was changed last at a time, seconds since 1970.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn entry(&mut self, name: &str, modified_at: i64) -> Result<Entry<'_>, ArchiveError> {
        let file = self.writer.new_file(name).last_modified(UtcDateTime::from_unix(modified_at));
        let (writer, _) = file.start()?;
        Ok(Entry { writer, crc32: crc32fast::Hasher::new(), sha256: Context::new(&SHA256), bytes: 0 })
    }

    /// Ends the archive with its directory.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn finish(self) -> Result<Window, ArchiveError> {
        Ok(self.writer.finish()?)
    }
}

/// A file in an archive.
pub struct Entry<'a> {
    writer: ZipEntryWriter<'a, Window>,
    crc32: crc32fast::Hasher,
    sha256: Context,
    bytes: u64,
}

/// How much is passed at once.
static ZEROS: [u8; 1 << 20] = [0; 1 << 20];

impl Entry<'_> {
    /// Where the next byte of its content will stand in the archive.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.writer.stream_offset()
    }

    /// Adds content, and has it count for the [digest](Self::finish).
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn write(&mut self, content: &[u8]) -> Result<(), ArchiveError> {
        self.crc32.update(content);
        self.sha256.update(content);
        self.write_known(content)
    }

    /// Adds content of a file whose digest is known.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn write_known(&mut self, content: &[u8]) -> Result<(), ArchiveError> {
        self.bytes += content.len() as u64;
        self.writer.write_all(content).map_err(rawzip::Error::from)?;
        Ok(())
    }

    /// Counts content that lies before the part of the archive that is needed, of a file whose digest is known.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn pass(&mut self, bytes: u64) -> Result<(), ArchiveError> {
        let mut left = bytes;
        while left > 0 {
            let now = usize::try_from(left).unwrap_or(usize::MAX).min(ZEROS.len());
            self.write_known(&ZEROS[..now])?;
            left -= now as u64;
        }
        Ok(())
    }

    /// Ends a file, and gives its digest.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn finish(self) -> Result<FileDigest, ArchiveError> {
        let mut sha256 = [0; 32];
        // SHA-256 has 32 bytes, always.
        sha256.copy_from_slice(self.sha256.clone().finish().as_ref());
        let sha256 = ContentHash::from_bytes(sha256);
        let digest = FileDigest { crc32: self.crc32.clone().finalize(), sha256 };
        self.finish_known(&digest)?;
        Ok(digest)
    }

    /// Ends a file whose digest is known.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn finish_known(self, digest: &FileDigest) -> Result<(), ArchiveError> {
        self.writer.finish(DataDescriptorOutput::new(digest.crc32, self.bytes))?;
        Ok(())
    }
}
