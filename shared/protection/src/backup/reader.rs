use std::io::Write as _;

use cloud::bucket::{Bucket, BucketError, ByteStream};
use jiff::civil::Date;
use tenancy::{ContentHash, ContentHasher, ObjectKey, TenantId};
use zstd::stream::write::Decoder;

use crate::backup::error::BackupError;
use crate::backup::manifest::{FileEntry, Manifest, Packing, Part};

/// A complete backup of one tenant or of the platform.
#[derive(Clone)]
pub struct Backup {
    vault: Bucket,
    /// The backup's list of files.
    pub manifest: Manifest,
}

impl Backup {
    /// Opens the backup of an owner (none: the platform) and date. Cost: one request.
    ///
    /// # Errors
    /// [`BackupError::Missing`] when there is none, [`BackupError::Damaged`] when its manifest does not parse or is of
    /// another owner or date, [`BackupError::Bucket`] when the vault does not answer.
    pub async fn open(vault: Bucket, night: Date, owner: Option<&TenantId>) -> Result<Self, BackupError> {
        let key = Manifest::key(night, owner);
        let bytes = match vault.get(&key).await {
            Ok(bytes) => bytes,
            Err(BucketError::NotFound(key)) => return Err(BackupError::Missing(key)),
            Err(error) => return Err(error.into()),
        };
        let manifest: Option<Manifest> = serde_json::from_slice(&bytes).ok();
        let manifest = manifest.filter(|known| known.night == night && known.tenant.as_ref() == owner);
        Ok(Self { vault, manifest: manifest.ok_or(BackupError::Damaged(key))? })
    }

    /// Reads every file to its end and compares it with the manifest. Cost: two requests a file.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] with the first file whose content is not what the manifest says,
    /// [`BackupError::Bucket`] or [`BackupError::BrokeOff`] when a file cannot be read.
    pub async fn verify(&self) -> Result<(), BackupError> {
        let owner = self.manifest.tenant.as_ref();
        for file in &self.manifest.files {
            check(&self.vault, self.manifest.night, owner, file).await?;
        }
        Ok(())
    }

    /// The lines of a part, without their line feeds; none when the backup does not have that part. Cost: two
    /// requests.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] when the file is missing, [`BackupError::Bucket`] when the vault does not answer.
    pub async fn lines(&self, part: Part) -> Result<Option<Lines>, BackupError> {
        let Some(content) = self.content(part).await? else { return Ok(None) };
        Ok(Some(Lines { content, buffer: Vec::new(), begin: 0, is_over: false }))
    }

    /// Writes the decompressed bytes of a part to `to`; false when the backup does not have that part. Cost: two
    /// requests.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] when the file is not what the manifest says, [`BackupError::Bucket`] or
    /// [`BackupError::BrokeOff`] when it cannot be read, [`BackupError::Packing`] when `to` cannot be written.
    pub async fn unpack(&self, part: Part, to: &mut impl std::io::Write) -> Result<bool, BackupError> {
        let Some(mut content) = self.content(part).await? else { return Ok(false) };
        while let Some(bytes) = content.next().await? {
            to.write_all(&bytes)?;
        }
        Ok(true)
    }

    async fn content(&self, part: Part) -> Result<Option<Content>, BackupError> {
        let Some(file) = self.manifest.file(part) else { return Ok(None) };
        let (night, owner) = (self.manifest.night, self.manifest.tenant.as_ref());
        Ok(Some(Content::open(&self.vault, night, owner, file).await?))
    }
}

/// Reads a file to its end, which compares it with its manifest entry.
pub(super) async fn check(
    vault: &Bucket,
    night: Date,
    owner: Option<&TenantId>,
    file: &FileEntry,
) -> Result<(), BackupError> {
    let mut content = Content::open(vault, night, owner, file).await?;
    while content.next().await?.is_some() {}
    Ok(())
}

/// A stream of a file's decompressed bytes. The last piece is given only after both hashes were compared.
struct Content {
    key: ObjectKey,
    body: ByteStream,
    decoder: Option<Decoder<'static, Vec<u8>>>,
    stored: ContentHasher,
    content: ContentHasher,
    expected: (ContentHash, ContentHash),
    is_over: bool,
}

impl Content {
    async fn open(
        vault: &Bucket,
        night: Date,
        owner: Option<&TenantId>,
        file: &FileEntry,
    ) -> Result<Self, BackupError> {
        let key = file.key(night, owner);
        // A missing file counts as damaged too.
        if vault.head(&key).await?.is_none() {
            return Err(BackupError::Damaged(key));
        }
        let body = vault.open_version(key.as_str(), None).await?;
        let decoder = match file.packing {
            Packing::None => None,
            Packing::Zstd => Some(Decoder::new(Vec::new())?),
        };
        let expected = (file.sha256, file.content_sha256);
        let (stored, content) = (ContentHasher::new(), ContentHasher::new());
        Ok(Self { key, body, decoder, stored, content, expected, is_over: false })
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        if self.is_over {
            return Ok(None);
        }
        let piece = match self.body.next().await {
            Some(Ok(stored)) => {
                self.stored.update(&stored);
                match &mut self.decoder {
                    None => stored.to_vec(),
                    Some(decoder) => {
                        // Only a damaged file fails to decompress.
                        decoder.write_all(&stored).map_err(|_| BackupError::Damaged(self.key.clone()))?;
                        std::mem::take(decoder.get_mut())
                    }
                }
            }
            Some(Err(error)) => {
                return Err(BackupError::BrokeOff { key: self.key.to_string(), reason: error.to_string() });
            }
            None => {
                self.is_over = true;
                match &mut self.decoder {
                    None => Vec::new(),
                    Some(decoder) => {
                        decoder.flush().map_err(|_| BackupError::Damaged(self.key.clone()))?;
                        std::mem::take(decoder.get_mut())
                    }
                }
            }
        };
        self.content.update(&piece);
        if self.is_over && (self.stored.clone().finish(), self.content.clone().finish()) != self.expected {
            return Err(BackupError::Damaged(self.key.clone()));
        }
        Ok(Some(piece))
    }
}

/// A stream of the lines of a file.
pub struct Lines {
    content: Content,
    buffer: Vec<u8>,
    begin: usize,
    is_over: bool,
}

impl Lines {
    /// The next line; none at the end.
    ///
    /// # Errors
    /// [`BackupError::Damaged`], at the latest at the end of the file, when it is not what the manifest says;
    /// [`BackupError::BrokeOff`] when the connection breaks.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        loop {
            let rest = self.buffer.get(self.begin..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = rest[..end].to_vec();
                self.begin += end + 1;
                return Ok(Some(line));
            }
            if self.is_over {
                return Ok(None);
            }
            self.buffer.drain(..self.begin);
            self.begin = 0;
            match self.content.next().await? {
                Some(piece) => self.buffer.extend(piece),
                None => self.is_over = true,
            }
        }
    }
}
