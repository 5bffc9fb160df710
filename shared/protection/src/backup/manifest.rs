use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, ObjectKey, TenantId};

use crate::tables::TableKind;

/// The content of a backup file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Items of the table `identity`.
    Identity,
    /// Items of the table `metering`.
    Metering,
    /// Items of the table `studio`.
    Studio,
    /// Items of the table `billing`.
    Billing,
    /// Items of the table `audit`.
    Audit,
    /// The current version of each object, by id: lines of [`KeptObject`](crate::backup::KeptObject).
    Objects,
    /// Plans and summaries of jobs, as a tar archive.
    Jobs,
}

impl Part {
    /// The parts of the platform's backup: the tables. A tenant's backup has all parts.
    pub const OF_PLATFORM: [Self; 5] =
        [Self::Identity, Self::Metering, Self::Studio, Self::Billing, Self::Audit];

    /// The table whose items the part holds; none for objects and jobs.
    #[must_use]
    pub const fn table(self) -> Option<TableKind> {
        match self {
            Self::Identity => Some(TableKind::Identity),
            Self::Metering => Some(TableKind::Metering),
            Self::Studio => Some(TableKind::Studio),
            Self::Billing => Some(TableKind::Billing),
            Self::Audit => Some(TableKind::Audit),
            Self::Objects | Self::Jobs => None,
        }
    }

    /// The part's file name.
    #[must_use]
    pub const fn file(self, packing: Packing) -> &'static str {
        match (self, packing) {
            (Self::Identity, Packing::None) => "identity.jsonl",
            (Self::Identity, Packing::Zstd) => "identity.jsonl.zst",
            (Self::Metering, Packing::None) => "metering.jsonl",
            (Self::Metering, Packing::Zstd) => "metering.jsonl.zst",
            (Self::Studio, Packing::None) => "studio.jsonl",
            (Self::Studio, Packing::Zstd) => "studio.jsonl.zst",
            (Self::Billing, Packing::None) => "billing.jsonl",
            (Self::Billing, Packing::Zstd) => "billing.jsonl.zst",
            (Self::Audit, Packing::None) => "audit.jsonl",
            (Self::Audit, Packing::Zstd) => "audit.jsonl.zst",
            (Self::Objects, Packing::None) => "objects.jsonl",
            (Self::Objects, Packing::Zstd) => "objects.jsonl.zst",
            (Self::Jobs, Packing::None) => "jobs.tar",
            (Self::Jobs, Packing::Zstd) => "jobs.tar.zst",
        }
    }
}

/// A backup file's compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// Not compressed.
    None,
    /// Compressed with Zstandard (RFC 8878).
    Zstd,
}

/// A backup file, as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The file's content.
    pub part: Part,
    /// The file's name below the backup's prefix.
    pub file: String,
    /// The file's compression.
    pub packing: Packing,
    /// Which attempt of the night wrote the file; part of its name unless it is 0.
    #[serde(default, skip_serializing_if = "is_first")]
    pub attempt: u32,
    /// How many items, objects or job documents the file holds.
    pub records: u64,
    /// The file's size in the vault, in bytes.
    pub bytes: u64,
    /// SHA-256 of the file as stored in the vault.
    pub sha256: ContentHash,
    /// The decompressed size in bytes.
    pub content_bytes: u64,
    /// SHA-256 of the decompressed content.
    pub content_sha256: ContentHash,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_first(attempt: &u32) -> bool {
    *attempt == 0
}

impl FileEntry {
    /// The file's object key.
    #[must_use]
    pub fn key(&self, night: Date, owner: Option<&TenantId>) -> ObjectKey {
        ObjectKey::backup_attempt(night, owner, self.part.file(self.packing), self.attempt)
    }
}

/// A backup's list of files. It is written last, and makes the backup complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the backup format: 1.
    pub format: u32,
    /// The date of the nightly backup, UTC.
    pub night: Date,
    /// The tenant; none for the platform's backup.
    pub tenant: Option<TenantId>,
    /// When the first file was begun: data that was written later may be missing.
    pub begun_at: Timestamp,
    /// When the last file was complete.
    pub ended_at: Timestamp,
    /// The backup's files.
    pub files: Vec<FileEntry>,
}

/// The complete files of a backup that is still being made, so that the next attempt does not make them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// When the first file was begun.
    pub begun_at: Timestamp,
    /// The files that are complete.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// The manifest's object key.
    #[must_use]
    pub fn key(night: Date, owner: Option<&TenantId>) -> ObjectKey {
        ObjectKey::backup(night, owner, "manifest.json")
    }

    /// The file of a part; none when the backup does not have that part.
    #[must_use]
    pub fn file(&self, part: Part) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.part == part)
    }
}

impl Progress {
    /// The progress document's object key.
    #[must_use]
    pub fn key(night: Date, owner: Option<&TenantId>) -> ObjectKey {
        ObjectKey::backup(night, owner, "progress.json")
    }
}
