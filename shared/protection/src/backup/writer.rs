use std::future::Future;
use std::io::Write as _;

use cloud::bucket::{Bucket, BucketError, Upload};
use cloud::clock;
use jiff::civil::Date;
use tenancy::{ContentHash, ContentHasher, ObjectKey, TenantId};
use zstd::stream::write::Encoder;

use crate::backup::error::BackupError;
use crate::backup::manifest::{FileEntry, Manifest, Packing, Part, Progress};
use crate::backup::reader::check;

/// The content of a backup file, record by record.
pub trait RecordSource: Send {
    /// Bytes that are written behind the last record.
    const TRAILER: &'static [u8] = b"";

    /// The bytes of the next record; none at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, BackupError>> + Send;
}

/// Writes one owner's backup of one date, file by file. Files that an earlier attempt completed are not written again.
///
/// A file or manifest that was written cannot be replaced: every write demands that no object has the key
/// (`If-None-Match: *`), and the vault's bucket policy refuses one that does not. Object Lock would be no answer: it
/// keeps an old version from being deleted, not a new one from being put before it, and in a mode that nobody can
/// bypass it would keep the backups of a tenant that is erased. Where an earlier attempt has stored a file and died
/// before it recorded that, the file is written under another name.
pub struct BackupWriter {
    vault: Bucket,
    night: Date,
    owner: Option<TenantId>,
    /// The size in bytes above which a file is compressed.
    limit: u64,
    progress: Progress,
}

/// A file that is being written.
struct File {
    upload: Upload,
    encoder: Option<Encoder<'static, Vec<u8>>>,
    stored: ContentHasher,
    content: ContentHasher,
    entry: FileEntry,
}

impl BackupWriter {
    /// Begins a backup, or resumes it; none when it is complete already. Files of more than `limit` bytes are
    /// compressed. Cost: two requests, and reading the files of an earlier attempt to verify them.
    ///
    /// # Errors
    /// [`BackupError::Bucket`] or [`BackupError::BrokeOff`] when the vault cannot be read.
    pub async fn begin(
        vault: Bucket,
        night: Date,
        owner: Option<TenantId>,
        limit: u64,
    ) -> Result<Option<Self>, BackupError> {
        if vault.head(&Manifest::key(night, owner.as_ref())).await?.is_some() {
            return Ok(None);
        }
        let known = match vault.get(&Progress::key(night, owner.as_ref())).await {
            // A progress document that does not parse is ignored: the files are made again.
            Ok(bytes) => serde_json::from_slice(&bytes).ok(),
            Err(BucketError::NotFound(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let mut progress = known.unwrap_or(Progress { begun_at: clock::now(), files: Vec::new() });
        let mut intact = Vec::new();
        for file in std::mem::take(&mut progress.files) {
            match check(&vault, night, owner.as_ref(), &file).await {
                Ok(()) => intact.push(file),
                Err(BackupError::Damaged(_)) => {}
                Err(error) => return Err(error),
            }
        }
        progress.files = intact;
        Ok(Some(Self { vault, night, owner, limit, progress }))
    }

    /// Writes the file of a part, unless it is complete already. `source` is called a second time when its content
    /// exceeds the limit: then the file is written again, compressed. Cost: one request for every 8 MiB, one that looks
    /// for an earlier file, and one that records the progress.
    ///
    /// # Errors
    /// Any error of the source; [`BackupError::Bucket`] when the vault does not store the file, with
    /// [`BucketError::Exists`] when another run has stored it meanwhile;
    /// [`BackupError::Packing`] when compression fails.
    pub async fn keep<S: RecordSource>(
        &mut self,
        part: Part,
        source: impl Fn() -> S,
    ) -> Result<(), BackupError> {
        if self.progress.files.iter().any(|file| file.part == part) {
            return Ok(());
        }
        let entry = match self.write(part, source(), Packing::None).await? {
            Some(entry) => Some(entry),
            None => self.write(part, source(), Packing::Zstd).await?,
        };
        self.progress.files.extend(entry);
        let key = Progress::key(self.night, self.owner.as_ref());
        let bytes = serde_json::to_vec_pretty(&self.progress)?;
        Ok(self.vault.put(&key, bytes, "application/json").await?)
    }

    /// Writes the manifest, which makes the backup complete. Cost: one request.
    ///
    /// # Errors
    /// [`BackupError::Bucket`] when the vault does not store it, with [`BucketError::Exists`] when the backup was
    /// completed by somebody else meanwhile.
    pub async fn finish(self) -> Result<Manifest, BackupError> {
        let Progress { begun_at, files } = self.progress;
        let (night, tenant) = (self.night, self.owner);
        let manifest = Manifest { format: 1, night, tenant, begun_at, ended_at: clock::now(), files };
        let bytes = serde_json::to_vec_pretty(&manifest)?;
        let key = Manifest::key(night, tenant.as_ref());
        match self.vault.put_new(&key, bytes.clone(), "application/json").await {
            // The answer to an earlier try of the same request was lost.
            Err(BucketError::Exists(_)) if self.vault.get(&key).await? == bytes => Ok(manifest),
            stored => stored.map(|()| manifest).map_err(BackupError::from),
        }
    }

    /// The first number of an attempt under which there is no file of the part.
    async fn unused_attempt(&self, part: Part, packing: Packing) -> Result<u32, BackupError> {
        let mut attempt = 0;
        loop {
            let owner = self.owner.as_ref();
            let key = ObjectKey::backup_attempt(self.night, owner, part.file(packing), attempt);
            if self.vault.head(&key).await?.is_none() {
                return Ok(attempt);
            }
            attempt += 1;
        }
    }

    /// Writes a file; none when it exceeds the limit without compression. The bucket's lifecycle rule removes the parts
    /// that were uploaded until then within a day.
    async fn write<S: RecordSource>(
        &self,
        part: Part,
        mut source: S,
        packing: Packing,
    ) -> Result<Option<FileEntry>, BackupError> {
        let attempt = self.unused_attempt(part, packing).await?;
        let mut file = File::create(&self.vault, self.night, self.owner.as_ref(), part, packing, attempt)?;
        while let Some(record) = source.next().await? {
            file.write(&record).await?;
            file.entry.records += 1;
            if packing == Packing::None && file.entry.content_bytes > self.limit {
                return Ok(None);
            }
        }
        file.write(S::TRAILER).await?;
        Ok(Some(file.finish().await?))
    }
}

impl File {
    fn create(
        vault: &Bucket,
        night: Date,
        owner: Option<&TenantId>,
        part: Part,
        packing: Packing,
        attempt: u32,
    ) -> Result<Self, BackupError> {
        let key = ObjectKey::backup_attempt(night, owner, part.file(packing), attempt);
        let name = key.as_str().rsplit('/').next().unwrap_or_default().to_owned();
        let upload = vault.upload_new(key, "application/octet-stream");
        let encoder = match packing {
            Packing::None => None,
            Packing::Zstd => Some(Encoder::new(Vec::new(), zstd::DEFAULT_COMPRESSION_LEVEL)?),
        };
        let nothing = ContentHash::of(b"");
        let entry = FileEntry {
            part,
            file: name,
            packing,
            attempt,
            records: 0,
            bytes: 0,
            sha256: nothing,
            content_bytes: 0,
            content_sha256: nothing,
        };
        Ok(Self { upload, encoder, stored: ContentHasher::new(), content: ContentHasher::new(), entry })
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.content.update(bytes);
        self.entry.content_bytes += bytes.len() as u64;
        match &mut self.encoder {
            None => self.store(bytes).await,
            Some(encoder) => {
                encoder.write_all(bytes)?;
                let packed = std::mem::take(encoder.get_mut());
                self.store(&packed).await
            }
        }
    }

    async fn store(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.stored.update(bytes);
        self.entry.bytes += bytes.len() as u64;
        Ok(self.upload.write(bytes).await?)
    }

    async fn finish(mut self) -> Result<FileEntry, BackupError> {
        if let Some(encoder) = self.encoder.take() {
            let packed = encoder.finish()?;
            self.store(&packed).await?;
        }
        self.upload.finish().await?;
        let mut entry = self.entry;
        entry.sha256 = self.stored.finish();
        entry.content_sha256 = self.content.finish();
        Ok(entry)
    }
}
