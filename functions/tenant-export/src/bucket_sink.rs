//! Packing's source and destination in the cloud: objects in the bucket, digests and progress in the table.

use std::cell::Cell;
use std::time::Instant;

use cloud::bucket::Bucket;
use protection::Exports;
use tenancy::{ContentHash, ExportId, ObjectKey, TenantId};

use crate::archive::FileDigest;
use crate::error::ExportError;
use crate::pack::{Content, PartSink};
use crate::snapshot::File;

/// The size of a stored [`FileDigest`] in bytes: CRC-32, little-endian, then SHA-256.
pub const DIGEST_BYTES: usize = 4 + 32;

/// After how many parts the progress is stored, which the API shows.
const PROGRESS_EVERY: u32 = 4;

/// How often an object is opened again after the connection broke within its body.
const MAX_REOPENS: u32 = 3;

/// Reads a tenant's objects, and uploads an archive's parts.
pub struct BucketSink<'a> {
    pub bucket: &'a Bucket,
    pub exports: &'a Exports,
    pub tenant: TenantId,
    pub export: ExportId,
    pub archive: ObjectKey,
    pub upload: String,
    pub part_bytes: usize,
    pub bytes_total: u64,
    /// When another process has to go on.
    pub deadline: Instant,
    /// How many bytes of files were opened for reading, for the log.
    pub read: Cell<u64>,
}

impl<'a> PartSink for BucketSink<'a> {
    type Error = ExportError;
    type Content = ObjectContent<'a>;

    async fn open(&self, file: &File, from: u64) -> Result<ObjectContent<'a>, ExportError> {
        let body = self.bucket.open_version_from(&file.key, &file.version, from).await?;
        self.read.set(self.read.get() + file.bytes - from);
        Ok(ObjectContent { bucket: self.bucket, file: file.clone(), at: from, body, reopens: 0 })
    }

    async fn keep_digests(&self, first: usize, digests: &[FileDigest]) -> Result<(), ExportError> {
        let bytes: Vec<u8> = digests.iter().flat_map(to_bytes).collect();
        Ok(self.exports.keep_digests(&self.tenant, &self.export, first, &bytes, DIGEST_BYTES).await?)
    }

    async fn keep_part(&self, number: u32, bytes: Vec<u8>) -> Result<bool, ExportError> {
        self.bucket.send_part(&self.archive, &self.upload, number, bytes).await?;
        if number.is_multiple_of(PROGRESS_EVERY) {
            let done = (u64::from(number) * self.part_bytes as u64).min(self.bytes_total);
            if !self.exports.record_progress(&self.tenant, &self.export, done).await? {
                return Err(ExportError::Gone);
            }
        }
        Ok(Instant::now() < self.deadline)
    }
}

/// A stream of the content of an object's version, which reopens the object when the connection breaks.
pub struct ObjectContent<'a> {
    bucket: &'a Bucket,
    file: File,
    /// The file's offset of the next byte.
    at: u64,
    body: cloud::bucket::ByteStream,
    reopens: u32,
}

impl Content for ObjectContent<'_> {
    type Error = ExportError;

    async fn next(&mut self) -> Result<Option<impl AsRef<[u8]>>, ExportError> {
        loop {
            match self.body.next().await {
                None => return Ok(None),
                Some(Ok(piece)) => {
                    self.at += piece.len() as u64;
                    return Ok(Some(piece));
                }
                Some(Err(error)) if self.reopens == MAX_REOPENS => {
                    return Err(ExportError::BrokenOff {
                        key: self.file.key.clone(),
                        reason: error.to_string(),
                    });
                }
                Some(Err(_)) => {
                    self.reopens += 1;
                    let File { key, version, .. } = &self.file;
                    self.body = self.bucket.open_version_from(key, version, self.at).await?;
                }
            }
        }
    }
}

/// Parses digests that were stored with [`Exports::keep_digests`].
pub fn from_bytes(bytes: &[u8]) -> Vec<FileDigest> {
    let (digests, _) = bytes.as_chunks::<DIGEST_BYTES>();
    let digest = |bytes: &[u8; DIGEST_BYTES]| {
        let (crc32, sha256) = bytes.split_first_chunk::<4>()?;
        let sha256 = ContentHash::from_bytes(sha256.try_into().ok()?);
        Some(FileDigest { crc32: u32::from_le_bytes(*crc32), sha256 })
    };
    digests.iter().filter_map(digest).collect()
}

fn to_bytes(digest: &FileDigest) -> impl Iterator<Item = u8> + use<> {
    digest.crc32.to_le_bytes().into_iter().chain(digest.sha256.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_come_back_as_they_were() {
        let digests = [b"a", b"b"]
            .map(|content| FileDigest { crc32: crc32fast::hash(content), sha256: ContentHash::of(content) });
        let bytes: Vec<u8> = digests.iter().flat_map(to_bytes).collect();
        assert_eq!(bytes.len(), 2 * DIGEST_BYTES);
        assert_eq!(from_bytes(&bytes), digests);
    }
}
