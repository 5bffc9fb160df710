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
    /// exceeds the limit: then the file is written again, compressed. Cost: one request for every 8 MiB, and one that
    /// records the progress.
    ///
    /// # Errors
    /// Any error of the source; [`BackupError::Bucket`] when the vault does not store the file;
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
    /// [`BackupError::Bucket`] when the vault does not store it.
    pub async fn finish(self) -> Result<Manifest, BackupError> {
        let Progress { begun_at, files } = self.progress;
        let (night, tenant) = (self.night, self.owner);
        let manifest = Manifest { format: 1, night, tenant, begun_at, ended_at: clock::now(), files };
        let bytes = serde_json::to_vec_pretty(&manifest)?;
        let key = Manifest::key(night, tenant.as_ref());
        self.vault.put(&key, bytes, "application/json").await?;
        Ok(manifest)
    }

    /// Writes a file; none when it exceeds the limit without compression. The bucket's lifecycle rule removes the parts
    /// that were uploaded until then within a day.
    async fn write<S: RecordSource>(
        &self,
        part: Part,
        mut source: S,
        packing: Packing,
    ) -> Result<Option<FileEntry>, BackupError> {
        let mut file = File::create(&self.vault, self.night, self.owner.as_ref(), part, packing)?;
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
    ) -> Result<Self, BackupError> {
        let name = part.file(packing);
        let upload = vault.upload(ObjectKey::backup(night, owner, name), "application/octet-stream");
        let encoder = match packing {
            Packing::None => None,
            Packing::Zstd => Some(Encoder::new(Vec::new(), zstd::DEFAULT_COMPRESSION_LEVEL)?),
        };
        let nothing = ContentHash::of(b"");
        let entry = FileEntry {
            part,
            file: name.to_owned(),
            packing,
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
