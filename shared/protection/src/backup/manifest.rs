use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, ObjectKey, TenantId};

use crate::tables::TableKind;

/// What a file of a backup holds.
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
    /// Which version of which object was there.
    Objects,
    /// Plans and summaries of jobs.
    Jobs,
}

impl Part {
    /// The parts of the platform's backup.
    pub const OF_PLATFORM: [Self; 5] =
        [Self::Identity, Self::Metering, Self::Studio, Self::Billing, Self::Audit];

    /// Of which table it holds items, if it does.
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

    /// The name of its file.
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

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// As it is.
    None,
    /// Compressed with Zstandard (RFC 8878).
    Zstd,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// What it holds.
    pub part: Part,
    /// Its name.
    pub file: String,
    /// How it is packed.
    pub packing: Packing,
    /// How many items, objects or documents it holds.
    pub records: u64,
    /// Its size in the vault.
    pub bytes: u64,
    /// SHA-256 of it as it lies in the vault.
    pub sha256: ContentHash,
    /// Its size unpacked.
    pub content_bytes: u64,
    /// SHA-256 of it unpacked: of a table's items in order.
    pub content_sha256: ContentHash,
}

/// What a backup holds. It is the last of its files to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1: what this describes.
    pub format: u32,
    /// Of which night, UTC.
    pub night: Date,
    /// Whose; the platform's when nobody's.
    pub tenant: Option<TenantId>,
    /// When the first file was begun: whatever was written later may be missing.
    pub begun_at: Timestamp,
    /// When the last file was done.
    pub ended_at: Timestamp,
    /// Its files.
    pub files: Vec<FileEntry>,
}

/// What is done of a backup that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// When the first file was begun.
    pub begun_at: Timestamp,
    /// Those that are done.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// Where it lies.
    #[must_use]
    pub fn key(night: Date, owner: Option<&TenantId>) -> ObjectKey {
        ObjectKey::backup(night, owner, "manifest.json")
    }

    /// The file of a part.
    #[must_use]
    pub fn file(&self, part: Part) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.part == part)
    }
}

impl Progress {
    /// Where it lies.
    #[must_use]
    pub fn key(night: Date, owner: Option<&TenantId>) -> ObjectKey {
        ObjectKey::backup(night, owner, "progress.json")
    }
}
