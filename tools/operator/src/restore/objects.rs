use std::collections::HashMap;
use std::io::{self, Read as _, Seek as _, Write};

use cloud::bucket::{Bucket, ObjectVersion};
use jiff::Timestamp;
use protection::backup::{Backup, KeptObject, Part};
use tenancy::{ObjectKey, TenantId};

use super::error::RestoreError;

/// What has to be done to restore an object.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    /// The object is as it was.
    Nothing,
    /// The object was deleted: its delete markers must be deleted.
    Undelete(Vec<ObjectVersion>),
    /// The object was replaced: the earlier version must become the current one.
    PutBack,
    /// The version no longer exists: the job document is taken from the backup.
    TakeFromBackup,
    /// The version no longer exists, and the backup does not contain it.
    Lost,
}

/// How many objects were or would be restored in which way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub same: usize,
    pub undeleted: usize,
    pub put_back: usize,
    pub taken: usize,
    pub lost: Vec<String>,
}

impl Tally {
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { same, undeleted, put_back, taken, lost } = self;
        writeln!(
            out,
            "  {:<10}{same:>8} as they are{undeleted:>8} deleted{put_back:>8} replaced{taken:>8} from the backup{:>8} lost",
            "objects",
            lost.len()
        )?;
        lost.iter().try_for_each(|key| writeln!(out, "    lost: {key}"))
    }
}

/// Every version of a tenant's objects, an object's newest first.
pub async fn versions_of(
    media: &Bucket,
    tenant: &TenantId,
) -> Result<HashMap<String, Vec<ObjectVersion>>, RestoreError> {
    let (mut all, mut after) = (HashMap::<String, Vec<ObjectVersion>>::new(), None);
    loop {
        let page = media.versions(&format!("tenants/{tenant}/"), after).await?;
        for version in page.versions {
            all.entry(version.key.clone()).or_default().push(version);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    for versions in all.values_mut() {
        // A stable sort: S3 lists an object's versions, and its delete markers, newest first.
        versions.sort_by_key(|version| (!version.is_latest, -version.written_at));
    }
    Ok(all)
}

/// Restores a tenant's objects as a backup lists them. Cost: one request for every 1,000 versions, one for each
/// object that is not as it was.
pub async fn restore(
    media: &Bucket,
    backup: &Backup,
    tenant: &TenantId,
    apply: bool,
) -> Result<Tally, RestoreError> {
    let there = versions_of(media, tenant).await?;
    let mut tally = Tally::default();
    let mut taken = Vec::new();
    let Some(mut lines) = backup.lines(Part::Objects).await? else { return Ok(tally) };
    while let Some(line) = lines.next().await? {
        let kept: KeptObject = serde_json::from_slice(&line)?;
        let versions = there.get(&kept.key).map(Vec::as_slice).unwrap_or_default();
        let action = action_for(&kept, versions);
        tally.count(&action, &kept.key);
        if action == Action::TakeFromBackup {
            taken.push(kept.key);
        } else if apply {
            action.carry_out(media, &kept).await?;
        }
    }
    if apply && !taken.is_empty() {
        take(media, backup, tenant, &taken).await?;
    }
    Ok(tally)
}

/// Restores a tenant's objects as they were at a time, from the versions that the bucket still has. Objects that did not
/// exist then stay as they are.
pub async fn restore_to(
    media: &Bucket,
    tenant: &TenantId,
    at: Timestamp,
    apply: bool,
) -> Result<Tally, RestoreError> {
    let mut tally = Tally::default();
    for (key, versions) in versions_of(media, tenant).await? {
        let then = versions.iter().filter(|version| version.written_at <= at.as_second());
        let Some(then) = then.max_by_key(|version| version.written_at) else { continue };
        let Some(bytes) = then.bytes else { continue };
        let (version, etag) = (then.version.clone(), then.etag.clone());
        let kept = KeptObject { key, version, bytes, etag };
        let action = action_for(&kept, &versions);
        tally.count(&action, &kept.key);
        if apply {
            action.carry_out(media, &kept).await?;
        }
    }
    Ok(tally)
}

fn action_for(kept: &KeptObject, versions: &[ObjectVersion]) -> Action {
    let is_same = |it: &ObjectVersion| {
        it.version == kept.version || (it.etag == kept.etag && it.bytes == Some(kept.bytes))
    };
    if versions.iter().any(|version| version.is_latest && is_same(version)) {
        return Action::Nothing;
    }
    let is_there = versions.iter().any(|version| version.version == kept.version);
    let newest = versions.iter().find(|version| !version.is_delete_marker());
    if newest.is_some_and(is_same) {
        return Action::Undelete(versions.iter().filter(|it| it.is_delete_marker()).cloned().collect());
    }
    match is_there {
        true => Action::PutBack,
        false if is_document(&kept.key) => Action::TakeFromBackup,
        false => Action::Lost,
    }
}

fn is_document(key: &str) -> bool {
    key.split('/').nth(2) == Some("jobs")
}

impl Action {
    async fn carry_out(&self, media: &Bucket, kept: &KeptObject) -> Result<(), RestoreError> {
        match self {
            Self::Undelete(markers) => media.delete_versions(markers).await?,
            Self::PutBack => media.restore_version(&kept.key, &kept.version).await?,
            Self::Nothing | Self::TakeFromBackup | Self::Lost => {}
        }
        Ok(())
    }
}

impl Tally {
    fn count(&mut self, action: &Action, key: &str) {
        match action {
            Action::Nothing => self.same += 1,
            Action::Undelete(_) => self.undeleted += 1,
            Action::PutBack => self.put_back += 1,
            Action::TakeFromBackup => self.taken += 1,
            Action::Lost => self.lost.push(key.to_owned()),
        }
    }
}

/// Stores job documents from the backup whose versions the bucket no longer has.
async fn take(
    media: &Bucket,
    backup: &Backup,
    tenant: &TenantId,
    keys: &[String],
) -> Result<(), RestoreError> {
    let mut file = tempfile::tempfile()?;
    backup.unpack(Part::Jobs, &mut file).await?;
    file.rewind()?;
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let key = format!("tenants/{tenant}/{}", entry.path()?.display());
        let Some(key) = keys.contains(&key).then(|| ObjectKey::listed(tenant, &key)).flatten() else {
            continue;
        };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        media.put(&key, bytes, "application/json").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: &str, is_latest: bool, bytes: Option<u64>) -> ObjectVersion {
        let etag = bytes.map(|bytes| format!("etag-{bytes}")).unwrap_or_default();
        let (key, version) = ("tenants/t/images/a.png".to_owned(), version.to_owned());
        ObjectVersion { key, version, is_latest, bytes, etag, written_at: 0 }
    }

    #[test]
    fn an_object_is_brought_back_by_as_little_as_it_takes() {
        let kept = |key: &str| KeptObject {
            key: key.to_owned(),
            version: "v1".into(),
            bytes: 10,
            etag: "etag-10".into(),
        };
        let image = kept("tenants/t/images/a.png");
        let action = |versions: &[ObjectVersion]| action_for(&image, versions);
        assert_eq!(action(&[version("v1", true, Some(10))]), Action::Nothing);
        // Restored before: another version with the same content.
        assert_eq!(
            action(&[
                version("v3", true, Some(10)),
                version("v2", false, Some(9)),
                version("v1", false, Some(10))
            ]),
            Action::Nothing
        );
        let marker = version("m", true, None);
        assert_eq!(
            action(&[marker.clone(), version("v1", false, Some(10))]),
            Action::Undelete(vec![marker.clone()])
        );
        assert_eq!(action(&[version("v2", true, Some(9)), version("v1", false, Some(10))]), Action::PutBack);
        assert_eq!(
            action(&[marker.clone(), version("v2", false, Some(9)), version("v1", false, Some(10))]),
            Action::PutBack
        );
        assert_eq!(action(&[marker]), Action::Lost);
        assert_eq!(action_for(&kept("tenants/t/jobs/j/plan.json"), &[]), Action::TakeFromBackup);
    }
}
