//! Partition keys in DynamoDB and object keys in S3.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::hash::ContentHash;
use crate::ids::{AttemptId, ExportId, TenantId};
use crate::month::Month;

/// The partition key (`pk`) of items in every table. A tenant's begins with `TENANT#{tenant}`, which the IAM condition
/// `dynamodb:LeadingKeys` of the tenant's role checks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Partition(String);

impl TenantId {
    /// The partition of nearly all of the tenant's items: `TENANT#{tenant}`.
    #[must_use]
    pub fn partition(&self) -> Partition {
        Partition(format!("TENANT#{self}"))
    }
}

impl Partition {
    /// All of a tenant's partitions, whatever the table.
    #[must_use]
    pub fn all_of(tenant: &TenantId) -> [Self; 2] {
        [tenant.partition(), Self::audit_pending(tenant)]
    }

    /// The audit log's pending entries, of requests that began and have not ended: `TENANT#{tenant}#BEGUN`.
    #[must_use]
    pub fn audit_pending(tenant: &TenantId) -> Self {
        Self(format!("TENANT#{tenant}#BEGUN"))
    }

    /// The settings that the operator makes for all tenants: `PLATFORM`. No tenant's role may read it.
    #[must_use]
    pub fn platform() -> Self {
        Self("PLATFORM".to_owned())
    }

    /// The value of the attribute `pk`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One version of an artefact: the hash of its inputs, and the attempt that made it.
///
/// Every attempt writes to object keys of its own, so that a worker whose lease expired and which still runs cannot
/// overwrite the result of another. The artefact's record in the table says which attempt's objects are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ArtefactVersion {
    /// The hash of everything that the artefact is made from.
    pub made_from: ContentHash,
    /// The attempt that wrote the objects.
    pub attempt: AttemptId,
}

/// The key of one S3 object. In the media bucket a tenant's objects lie below `tenants/{tenant}/` and the platform's
/// below `usage/` and `platform/fonts/`; in the vault (the bucket of backups) a tenant's backups lie below
/// `backups/{date}/{tenant}/` and the tombstones of erased tenants below `tombstones/`.
///
/// The folders are: `jobs`, `videos`, `images`, `audio`, `uploads`, `exports`;
/// `usage`, `platform/fonts`; `backups`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// A scene's picture, as PNG.
    #[must_use]
    pub fn image(tenant: &TenantId, version: &ArtefactVersion) -> Self {
        Self::artefact(tenant, "images", version, Extension("png"))
    }

    /// Speech or a finished soundtrack; `extension` says which form (`wav`, `m4a`, `json` for word times).
    #[must_use]
    pub fn audio(tenant: &TenantId, version: &ArtefactVersion, extension: Extension) -> Self {
        Self::artefact(tenant, "audio", version, extension)
    }

    /// A clip or a finished film and what accompanies it.
    #[must_use]
    pub fn video(tenant: &TenantId, version: &ArtefactVersion, extension: Extension) -> Self {
        Self::artefact(tenant, "videos", version, extension)
    }

    fn artefact(tenant: &TenantId, folder: &str, version: &ArtefactVersion, extension: Extension) -> Self {
        let ArtefactVersion { made_from, attempt } = version;
        Self(format!("tenants/{tenant}/{folder}/{made_from}/{attempt}.{}", extension.0))
    }

    /// A file that a person uploaded, named by an id that the server made.
    #[must_use]
    pub fn upload(tenant: &TenantId, upload: uuid::Uuid) -> Self {
        Self(format!("tenants/{tenant}/uploads/{}", upload.simple()))
    }

    /// The prefix of the files that a tenant's people uploaded.
    #[must_use]
    pub fn uploads_folder(tenant: &TenantId) -> String {
        format!("tenants/{tenant}/uploads/")
    }

    /// The id of an uploaded file without its prefix; `None` when this is no uploaded file.
    #[must_use]
    pub fn uploaded(&self) -> Option<uuid::Uuid> {
        let mut parts = self.0.strip_prefix("tenants/")?.split('/').skip(1);
        let is_upload = parts.next()? == "uploads";
        let id = parts.next()?.parse().ok()?;
        (is_upload && parts.next().is_none()).then_some(id)
    }

    /// A document of a job; `job` is the UUID of the job's id.
    #[must_use]
    pub fn job(tenant: &TenantId, job: uuid::Uuid, document: JobDocument) -> Self {
        let name = match document {
            JobDocument::Plan => "plan.json",
            JobDocument::Summary => "job_summary.json",
        };
        Self(format!("tenants/{tenant}/jobs/{}/{name}", job.simple()))
    }

    /// The archive of an export, or one of the files that it is made from.
    #[must_use]
    pub fn export(tenant: &TenantId, export: &ExportId, part: ExportPart) -> Self {
        let folder = Self::export_folder(tenant, export);
        Self(match part {
            ExportPart::Archive => format!("tenants/{tenant}/exports/{export}.zip"),
            ExportPart::Items(table) => format!("{folder}{table}.jsonl"),
            ExportPart::Snapshot => format!("{folder}snapshot.json"),
        })
    }

    /// The prefix of the files that the archive of an export is made from.
    #[must_use]
    pub fn export_folder(tenant: &TenantId, export: &ExportId) -> String {
        format!("tenants/{tenant}/exports/{export}/")
    }

    /// Whether this is an object of an export.
    #[must_use]
    pub fn is_export(&self) -> bool {
        self.0.strip_prefix("tenants/").and_then(|own| own.split('/').nth(1)) == Some("exports")
    }

    /// Parses a key from a listing of the tenant's objects. `None` unless it has the form of the keys made here: the
    /// tenant's prefix, a folder, perhaps one more folder, and a name of lowercase letters, digits, `.`, `-` and `_`.
    #[must_use]
    pub fn listed(tenant: &TenantId, key: &str) -> Option<Self> {
        let own = key.strip_prefix("tenants/")?.strip_prefix(&tenant.to_string())?.strip_prefix('/')?;
        let is_name = |part: &str| {
            let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_');
            !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
        };
        let parts = own.split('/').count();
        (matches!(parts, 2..=3) && own.split('/').all(is_name)).then(|| Self(key.to_owned()))
    }

    /// The artefact version that this object belongs to; `None` when it is no object of an artefact.
    #[must_use]
    pub fn artefact_version(&self) -> Option<ArtefactVersion> {
        let mut parts = self.0.strip_prefix("tenants/")?.split('/').skip(1);
        let is_artefact = matches!(parts.next()?, "images" | "audio" | "videos");
        let (made_from, name) = (parts.next()?.parse().ok()?, parts.next()?);
        let attempt = name.split_once('.')?.0.parse().ok()?;
        (is_artefact && parts.next().is_none()).then_some(ArtefactVersion { made_from, attempt })
    }

    /// The usage events of all tenants in a month: `usage/usage-202611.jsonl`.
    #[must_use]
    pub fn usage_log(month: Month) -> Self {
        Self(format!("usage/usage-{}.jsonl", month.compact()))
    }

    /// A font of one script, by the hash of its file: `platform/fonts/{hash}.ttf`. `make fonts` stores them, and the
    /// render step reads those that a text needs.
    #[must_use]
    pub fn font(file: &ContentHash) -> Self {
        Self(format!("platform/fonts/{file}.ttf"))
    }

    /// A file of a nightly backup, in the vault: `backups/2026-11-20/{tenant}/{file}`, the platform's in
    /// `backups/2026-11-20/platform/`.
    #[must_use]
    pub fn backup(date: Date, owner: Option<&TenantId>, file: &'static str) -> Self {
        let folder = Self::backup_folder(date, owner);
        Self(format!("{folder}{file}"))
    }

    /// A file of a nightly backup that an earlier attempt of the same night has written already and not recorded:
    /// `backups/2026-11-20/{tenant}/{attempt}-{file}`. The first attempt, number 0, has [the plain name](Self::backup).
    #[must_use]
    pub fn backup_attempt(date: Date, owner: Option<&TenantId>, file: &'static str, attempt: u32) -> Self {
        match attempt {
            0 => Self::backup(date, owner, file),
            _ => Self(format!("{}{attempt}-{file}", Self::backup_folder(date, owner))),
        }
    }

    /// The prefix of one backup: of a tenant, or of the platform where `owner` is `None`.
    #[must_use]
    pub fn backup_folder(date: Date, owner: Option<&TenantId>) -> String {
        let owner = owner.map_or_else(|| "platform".to_owned(), ToString::to_string);
        format!("{}{owner}/", Self::backups_of(date))
    }

    /// The prefix of all backups of a date.
    #[must_use]
    pub fn backups_of(date: Date) -> String {
        format!("{BACKUPS}{date}/")
    }

    /// The tombstone of an erased tenant, in the vault: `tombstones/{tenant}.json`.
    #[must_use]
    pub fn tombstone(tenant: &TenantId) -> Self {
        Self(format!("{TOMBSTONES}{tenant}.json"))
    }

    /// The prefix of the sealed heads of the audit log, in the vault.
    pub const AUDIT_HEADS: &str = "audit-heads/";

    /// Parses a key from a listing below [`AUDIT_HEADS`](Self::AUDIT_HEADS); `None` when it has another form.
    #[must_use]
    pub fn audit_heads_listed(key: &str) -> Option<Self> {
        let time = key.strip_prefix(Self::AUDIT_HEADS)?.strip_suffix(".json")?;
        let is_time = time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z'));
        is_time.then(|| Self(key.to_owned()))
    }

    /// The heads of the audit log's hash chains at a time, in the vault: `audit-heads/20261123T030000000Z.json`. The name
    /// has milliseconds, so that two seals made within a second do not overwrite each other.
    #[must_use]
    pub fn audit_heads(until: Timestamp) -> Self {
        Self(format!("{}{}.json", Self::AUDIT_HEADS, until.strftime("%Y%m%dT%H%M%S%3fZ")))
    }

    /// The key, as S3 takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The prefix of all backups.
const BACKUPS: &str = "backups/";
/// The prefix of all tombstones.
const TOMBSTONES: &str = "tombstones/";

/// A document in the folder of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobDocument {
    /// The plan: all steps with their inputs, as they were when the job was accepted.
    Plan,
    /// The summary of a finished job: for each step the provider, the time and the cost.
    Summary,
}

/// An object of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportPart {
    /// The ZIP archive that the tenant downloads.
    Archive,
    /// The items of one table, by the table's name in the archive; deleted once the archive holds them.
    Items(&'static str),
    /// The list of everything that the archive will hold; deleted once the archive is finished.
    Snapshot,
}

/// The extension of a file that a render writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension(&'static str);

impl Extension {
    /// A clip or a film: H.264 and AAC.
    pub const MP4: Self = Self("mp4");
    /// A soundtrack: AAC.
    pub const M4A: Self = Self("m4a");
    /// Speech: PCM.
    pub const WAV: Self = Self("wav");
    /// Word times and other records.
    pub const JSON: Self = Self("json");
    /// SubRip captions.
    pub const SRT: Self = Self("srt");
    /// WebVTT captions.
    pub const VTT: Self = Self("vtt");
    /// Thumbnails.
    pub const JPG: Self = Self("jpg");

    /// The extension, without a dot.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stays_inside_the_tenants_own_prefix() {
        let tenant = TenantId::new();
        let made = ArtefactVersion { made_from: ContentHash::of(b"x"), attempt: AttemptId::new() };
        let own = format!("tenants/{tenant}/");
        for key in [
            ObjectKey::image(&tenant, &made),
            ObjectKey::audio(&tenant, &made, Extension::WAV),
            ObjectKey::video(&tenant, &made, Extension::MP4),
            ObjectKey::upload(&tenant, uuid::Uuid::now_v7()),
            ObjectKey::job(&tenant, uuid::Uuid::now_v7(), JobDocument::Summary),
            ObjectKey::export(&tenant, &ExportId::new(), ExportPart::Archive),
            ObjectKey::export(&tenant, &ExportId::new(), ExportPart::Items("identity")),
            ObjectKey::export(&tenant, &ExportId::new(), ExportPart::Snapshot),
        ] {
            let rest = key.as_str().strip_prefix(&own).unwrap();
            assert!(!rest.contains("..") && rest.matches('/').count() <= 2, "{key}");
            assert_eq!(ObjectKey::listed(&tenant, key.as_str()).as_ref(), Some(&key));
            assert_eq!(ObjectKey::listed(&TenantId::new(), key.as_str()), None);
        }
        for strange in ["", "images", "images/../x", "images//x", "images/a b", "a/b/c/d", "images/.."] {
            assert_eq!(ObjectKey::listed(&tenant, &format!("{own}{strange}")), None, "{strange}");
        }
    }

    #[test]
    fn an_artefacts_objects_say_whose_they_are() {
        let tenant = TenantId::new();
        let made = ArtefactVersion { made_from: ContentHash::of(b"x"), attempt: AttemptId::new() };
        for key in [
            ObjectKey::image(&tenant, &made),
            ObjectKey::audio(&tenant, &made, Extension::JSON),
            ObjectKey::video(&tenant, &made, Extension::MP4),
        ] {
            assert_eq!(key.artefact_version(), Some(made), "{key}");
        }
        for key in [
            ObjectKey::upload(&tenant, uuid::Uuid::now_v7()),
            ObjectKey::job(&tenant, uuid::Uuid::now_v7(), JobDocument::Plan),
        ] {
            assert_eq!(key.artefact_version(), None, "{key}");
        }
    }

    #[test]
    fn an_uploaded_file_says_which_it_is() {
        let (tenant, id) = (TenantId::new(), uuid::Uuid::now_v7());
        let upload = ObjectKey::upload(&tenant, id);
        assert_eq!(upload.uploaded(), Some(id));
        assert!(upload.as_str().starts_with(&ObjectKey::uploads_folder(&tenant)));
        for key in [
            ObjectKey::job(&tenant, id, JobDocument::Plan),
            ObjectKey::export(&tenant, &ExportId::new(), ExportPart::Archive),
        ] {
            assert_eq!(key.uploaded(), None, "{key}");
        }
    }

    #[test]
    fn what_is_kept_of_a_tenant_lies_in_its_own_folder() {
        let (tenant, date) = (TenantId::new(), "2026-11-20".parse().unwrap());
        let key = |owner, file| ObjectKey::backup(date, owner, file).to_string();
        assert_eq!(key(Some(&tenant), "manifest.json"), format!("backups/2026-11-20/{tenant}/manifest.json"));
        assert_eq!(key(None, "billing.jsonl"), "backups/2026-11-20/platform/billing.jsonl");
        assert_eq!(ObjectKey::tombstone(&tenant).as_str(), format!("tombstones/{tenant}.json"));
        assert_eq!(
            Partition::all_of(&tenant).map(|p| p.as_str().to_owned()),
            [format!("TENANT#{tenant}"), format!("TENANT#{tenant}#BEGUN")]
        );
    }

    #[test]
    fn the_usage_log_is_named_after_its_month() {
        let log = "2025-01".parse().map(ObjectKey::usage_log).unwrap();
        assert_eq!(log.as_str(), "usage/usage-202501.jsonl");
    }
}
