use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{AttemptId, ContentHash, ExportId, Month, TenantId};

/// The partition of a tenant's items: the first key of every tenant item in every table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Partition(String);

impl TenantId {
    /// `TENANT#{tenant}`.
    #[must_use]
    pub fn partition(&self) -> Partition {
        Partition(format!("TENANT#{self}"))
    }
}

impl Partition {
    /// All of a tenant's partitions, whatever the table.
    #[must_use]
    pub fn all_of(tenant: &TenantId) -> [Self; 2] {
        [tenant.partition(), Self::begun(tenant)]
    }

    /// `TENANT#{tenant}#BEGUN`: of the audit log, what was begun and has not ended.
    #[must_use]
    pub fn begun(tenant: &TenantId) -> Self {
        Self(format!("TENANT#{tenant}#BEGUN"))
    }

    /// `PLATFORM`: what the operator sets for all tenants. No tenant's role reaches it.
    #[must_use]
    pub fn platform() -> Self {
        Self("PLATFORM".to_owned())
    }

    /// The key as the table has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which objects are an artefact's: what it was made from, and which attempt made it.
///
/// Attempts never write over one another's objects, so that one that was given up and still goes on can
/// harm nothing: whose objects count, the artefact's record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ArtefactVersion {
    /// Hash of everything that it is made from.
    pub made_from: ContentHash,
    /// Who made it.
    pub attempt: AttemptId,
}

/// The key of one object: a tenant's always below `tenants/{tenant}/`, the platform's below `usage/`; in the vault,
/// what is kept of a tenant below `backups/{date}/{tenant}/`, and that it is gone in `tombstones/`.
///
/// The folders are those of the deployment guide: `jobs`, `videos`, `images`, `audio`, `uploads`, `exports`;
/// `usage`; `backups`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// A still picture.
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

    /// Something a person uploaded, under an id made by the server.
    #[must_use]
    pub fn upload(tenant: &TenantId, upload: uuid::Uuid) -> Self {
        Self(format!("tenants/{tenant}/uploads/{}", upload.simple()))
    }

    /// A document of a job; `job` is any of the id types of this project.
    #[must_use]
    pub fn job(tenant: &TenantId, job: uuid::Uuid, document: JobDocument) -> Self {
        let name = match document {
            JobDocument::Plan => "plan.json",
            JobDocument::Summary => "job_summary.json",
        };
        Self(format!("tenants/{tenant}/jobs/{}/{name}", job.simple()))
    }

    /// What an export consists of, or is made from.
    #[must_use]
    pub fn export(tenant: &TenantId, export: &ExportId, part: ExportPart) -> Self {
        let folder = Self::export_folder(tenant, export);
        Self(match part {
            ExportPart::Archive => format!("tenants/{tenant}/exports/{export}.zip"),
            ExportPart::Items(table) => format!("{folder}{table}.jsonl"),
            ExportPart::Snapshot => format!("{folder}snapshot.json"),
        })
    }

    /// What the keys of the objects begin with that an archive is made from.
    #[must_use]
    pub fn export_folder(tenant: &TenantId, export: &ExportId) -> String {
        format!("tenants/{tenant}/exports/{export}/")
    }

    /// Whether it is an object of an export.
    #[must_use]
    pub fn is_export(&self) -> bool {
        self.0.strip_prefix("tenants/").and_then(|own| own.split('/').nth(1)) == Some("exports")
    }

    /// The key of an object that a list of the tenant's objects shows; none when it is of no form that keys
    /// here have: the tenant's prefix, a folder, a name, or in `jobs` one folder more.
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

    /// Of which artefact it is an object, if it is one.
    #[must_use]
    pub fn artefact_version(&self) -> Option<ArtefactVersion> {
        let mut parts = self.0.strip_prefix("tenants/")?.split('/').skip(1);
        let is_artefact = matches!(parts.next()?, "images" | "audio" | "videos");
        let (made_from, name) = (parts.next()?.parse().ok()?, parts.next()?);
        let attempt = name.split_once('.')?.0.parse().ok()?;
        (is_artefact && parts.next().is_none()).then_some(ArtefactVersion { made_from, attempt })
    }

    /// What all tenants used in a month, event by event: `usage/usage-202611.jsonl`.
    #[must_use]
    pub fn usage_log(month: Month) -> Self {
        Self(format!("usage/usage-{}.jsonl", month.compact()))
    }

    /// A file of a nightly backup, in the vault: `backups/2026-11-20/{tenant}/{file}`, the platform's in
    /// `backups/2026-11-20/platform/`.
    #[must_use]
    pub fn backup(night: Date, owner: Option<&TenantId>, file: &'static str) -> Self {
        let folder = Self::backup_folder(night, owner);
        Self(format!("{folder}{file}"))
    }

    /// What the keys of such a backup begin with.
    #[must_use]
    pub fn backup_folder(night: Date, owner: Option<&TenantId>) -> String {
        let owner = owner.map_or_else(|| "platform".to_owned(), ToString::to_string);
        format!("{}{owner}/", Self::backups_of(night))
    }

    /// What the keys of a night's backups begin with.
    #[must_use]
    pub fn backups_of(night: Date) -> String {
        format!("{BACKUPS}{night}/")
    }

    /// That a tenant was erased, in the vault: `tombstones/{tenant}.json`.
    #[must_use]
    pub fn tombstone(tenant: &TenantId) -> Self {
        Self(format!("{TOMBSTONES}{tenant}.json"))
    }

    /// What the keys of the audit log's heads begin with.
    pub const AUDIT_HEADS: &str = "audit-heads/";

    /// The key that a list of these shows; none when it is of another form.
    #[must_use]
    pub fn audit_heads_listed(key: &str) -> Option<Self> {
        let time = key.strip_prefix(Self::AUDIT_HEADS)?.strip_suffix(".json")?;
        let is_time = time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z'));
        is_time.then(|| Self(key.to_owned()))
    }

    /// Where the chains of the audit log ended at a time, in the vault: `audit-heads/20261123T030000000Z.json`, to the
    /// millisecond: two that are made at once are two.
    #[must_use]
    pub fn audit_heads(until: Timestamp) -> Self {
        Self(format!("{}{}.json", Self::AUDIT_HEADS, until.strftime("%Y%m%dT%H%M%S%3fZ")))
    }

    /// The key as S3 has it.
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

/// What the keys of backups begin with.
const BACKUPS: &str = "backups/";
/// What the keys of tombstones begin with.
const TOMBSTONES: &str = "tombstones/";

/// What a job leaves in its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobDocument {
    /// The steps with their inputs, as they were when the job was accepted.
    Plan,
    /// What was done, by whom, in what time and at what cost.
    Summary,
}

/// An object of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportPart {
    /// What is downloaded.
    Archive,
    /// The items of one table, by its name in the archive, until they are in the archive.
    Items(&'static str),
    /// What the archive is made from, until it is made.
    Snapshot,
}

/// A file name extension that this product writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension(&'static str);

impl Extension {
    /// H.264 and AAC.
    pub const MP4: Self = Self("mp4");
    /// AAC alone.
    pub const M4A: Self = Self("m4a");
    /// PCM.
    pub const WAV: Self = Self("wav");
    /// Word times and other records.
    pub const JSON: Self = Self("json");
    /// SubRip captions.
    pub const SRT: Self = Self("srt");
    /// WebVTT captions.
    pub const VTT: Self = Self("vtt");
    /// Thumbnails.
    pub const JPG: Self = Self("jpg");
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
    fn what_is_kept_of_a_tenant_lies_in_its_own_folder() {
        let (tenant, night) = (TenantId::new(), "2026-11-20".parse().unwrap());
        let key = |owner, file| ObjectKey::backup(night, owner, file).to_string();
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
