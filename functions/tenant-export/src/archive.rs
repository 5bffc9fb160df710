//! A ZIP archive that can be resumed at any offset: the bytes before it are computed and dropped.
//!
//! Entries are stored and not compressed: films, sound and pictures are compressed formats already, and only when every
//! offset follows from the sizes of the files can an archive be resumed anywhere. The format is what `rawzip` writes:
//! local headers without sizes, a data descriptor behind each entry, ZIP64 where a size, an offset or the number of
//! entries needs it. All readers that use the central directory (all but those that read from a pipe) understand it.
//!
//! `Archive` writes everything from the first byte on, and its `Window` drops the bytes before a given offset. The
//! content of a file whose digest is known need not be read for that: `Entry::pass` writes zeros in its place.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rawzip::time::UtcDateTime;
use rawzip::{DataDescriptorOutput, ZipArchiveWriter, ZipEntryWriter};
use tenancy::{ContentHash, ContentHasher};

/// The archive cannot be written: a file's name is longer than ZIP allows.
#[derive(Debug, thiserror::Error)]
#[error("the archive: {0}")]
pub struct ArchiveError(#[from] rawzip::Error);

/// The digests of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDigest {
    /// CRC-32, which the archive's directory contains.
    pub crc32: u32,
    /// SHA-256, which the manifest contains.
    pub sha256: ContentHash,
}

/// The bytes of the archive that were written and not taken yet: the buffer between the archive and the upload.
#[derive(Clone, Debug)]
pub(crate) struct Window(Arc<Mutex<Written>>);

#[derive(Debug)]
struct Written {
    /// How many bytes of the archive were written.
    offset: u64,
    /// The offset before which bytes are dropped.
    from: u64,
    kept: Vec<u8>,
}

impl Window {
    fn new(from: u64) -> Self {
        Self(Arc::new(Mutex::new(Written { offset: 0, from, kept: Vec::new() })))
    }

    /// How many bytes can be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().kept.len()
    }

    /// Takes the first `count` bytes, or all when there are fewer.
    #[must_use]
    pub fn take(&self, count: usize) -> Vec<u8> {
        let mut written = self.lock();
        let count = count.min(written.kept.len());
        let rest = written.kept.split_off(count);
        std::mem::replace(&mut written.kept, rest)
    }

    /// The archive's length in bytes so far, with the dropped bytes.
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

/// A ZIP archive that is written from some offset on.
#[derive(Debug)]
pub(crate) struct Archive {
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

    /// The bytes that were written and not taken.
    #[must_use]
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Begins a file that was last modified at `modified_at`, seconds since 1970.
    ///
    /// # Errors
    /// [`ArchiveError`] when the name is longer than ZIP allows.
    pub fn entry(&mut self, name: &str, modified_at: i64) -> Result<Entry<'_>, ArchiveError> {
        let file = self.writer.new_file(name).last_modified(UtcDateTime::from_unix(modified_at));
        let (writer, _) = file.start()?;
        Ok(Entry { writer, crc32: crc32fast::Hasher::new(), sha256: ContentHasher::new(), bytes: 0 })
    }

    /// Ends the archive with its central directory.
    ///
    /// # Errors
    /// [`ArchiveError`] when the archive's writer fails.
    pub fn finish(self) -> Result<Window, ArchiveError> {
        Ok(self.writer.finish()?)
    }
}

/// A file of an archive that is being written.
pub(crate) struct Entry<'a> {
    writer: ZipEntryWriter<'a, Window>,
    crc32: crc32fast::Hasher,
    sha256: ContentHasher,
    bytes: u64,
}

/// What [`Entry::pass`] writes, 1 MiB at a time.
static ZEROS: [u8; 1 << 20] = [0; 1 << 20];

impl Entry<'_> {
    /// The archive's offset of the next byte of the file's content.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.writer.stream_offset()
    }

    /// Adds content, and adds it to the [digest](Self::finish).
    ///
    /// # Errors
    /// [`ArchiveError`] when the archive's writer fails.
    pub fn write(&mut self, content: &[u8]) -> Result<(), ArchiveError> {
        self.crc32.update(content);
        self.sha256.update(content);
        self.write_known(content)
    }

    /// Adds content of a file whose digest is known.
    ///
    /// # Errors
    /// [`ArchiveError`] when the archive's writer fails.
    pub fn write_known(&mut self, content: &[u8]) -> Result<(), ArchiveError> {
        self.bytes += content.len() as u64;
        self.writer.write_all(content).map_err(rawzip::Error::from)?;
        Ok(())
    }

    /// Stands for content before the archive's first needed byte, of a file whose digest is known: advances the offsets
    /// without the content.
    ///
    /// # Errors
    /// [`ArchiveError`] when the archive's writer fails.
    pub fn pass(&mut self, bytes: u64) -> Result<(), ArchiveError> {
        let mut left = bytes;
        while left > 0 {
            let now = usize::try_from(left).unwrap_or(usize::MAX).min(ZEROS.len());
            self.write_known(&ZEROS[..now])?;
            left -= now as u64;
        }
        Ok(())
    }

    /// Ends the file, and gives its digest.
    ///
    /// # Errors
    /// [`ArchiveError`] when the archive's writer fails.
    pub fn finish(self) -> Result<FileDigest, ArchiveError> {
        let digest =
            FileDigest { crc32: self.crc32.clone().finalize(), sha256: self.sha256.clone().finish() };
        self.finish_known(&digest)?;
        Ok(digest)
    }

    /// Ends a file whose digest is known already.
    ///
    /// # Errors
    /// [`ArchiveError`] when the archive's writer fails.
    pub fn finish_known(self, digest: &FileDigest) -> Result<(), ArchiveError> {
        self.writer.finish(DataDescriptorOutput::new(digest.crc32, self.bytes))?;
        Ok(())
    }
}
