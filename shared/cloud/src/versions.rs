//! Every version of the objects of a bucket with versions, the deleted ones too, for whoever keeps, brings back
//! or erases them. Keys are taken as S3 lists them: what must all go may have a form that nothing here writes.

use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use tenancy::TenantId;

use crate::bucket::{Bucket, BucketError, percent, unlisted};
use crate::cause::sdk_cause;

/// How many versions S3 deletes at once.
const BATCH: usize = 1000;

/// A version of an object, or the marker that says that it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectVersion {
    /// The object.
    pub key: String,
    /// S3's name for the version.
    pub version: String,
    /// Whether it is what is found under the key now.
    pub is_latest: bool,
    /// Its size; none of a delete marker.
    pub bytes: Option<u64>,
    /// What S3 calls its content by, without quotation marks: equal for equal content that was stored the same
    /// way. Empty for a delete marker.
    pub etag: String,
    /// When it was written, seconds since 1970.
    pub written_at: i64,
}

impl ObjectVersion {
    /// Whether it says that the object was deleted.
    #[must_use]
    pub const fn is_delete_marker(&self) -> bool {
        self.bytes.is_none()
    }
}

/// Where a page of versions ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCursor {
    key: String,
    version: Option<String>,
}

/// A page of versions.
#[derive(Clone, Debug)]
pub struct VersionPage {
    /// In the order of their keys, an object's newest first; but delete markers behind the versions of the page.
    pub versions: Vec<ObjectVersion>,
    /// Where the next page begins, when there is one.
    pub next: Option<VersionCursor>,
}

impl Bucket {
    /// The bucket's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A page of the versions of all objects whose keys begin with `prefix`; `after` is what the page before
    /// gave as [`next`](VersionPage::next). Cost: one request for up to 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`].
    pub async fn versions(
        &self,
        prefix: &str,
        after: Option<VersionCursor>,
    ) -> Result<VersionPage, BucketError> {
        let request = self.client.list_object_versions().bucket(&self.name).prefix(prefix);
        let (key, version) = after.map_or((None, None), |after| (Some(after.key), after.version));
        let request = request.set_key_marker(key).set_version_id_marker(version);
        let answer = request.send().await.map_err(|error| unlisted(prefix, sdk_cause(&error)))?;
        Ok(VersionPage { next: next(&answer), versions: versions(answer) })
    }

    /// The bytes of an object, as they come: of this version, or of the latest.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] that names the key, when S3 does not give it.
    pub async fn open_version(&self, key: &str, version: Option<&str>) -> Result<ByteStream, BucketError> {
        let request = self.client.get_object().bucket(&self.name).key(key);
        let answer = request.set_version_id(version.map(ToOwned::to_owned)).send().await;
        answer.map(|object| object.body).map_err(|error| unlisted(key, sdk_cause(&error)))
    }

    /// Puts a version of an object on top of its later ones, by a copy within S3 with all that is known of it. S3
    /// copies up to 5 GB so.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] that names the key, when there is no such version or S3 does not copy it.
    pub async fn restore_version(&self, key: &str, version: &str) -> Result<(), BucketError> {
        // Keys here need no escape but for what a tenant might have been allowed to name one day.
        let path: String = key.split('/').map(escaped).collect::<Vec<_>>().join("/");
        let source = format!("{}/{path}?versionId={version}", self.name);
        let request = self.client.copy_object().bucket(&self.name).key(key).copy_source(source);
        request.send().await.map(drop).map_err(|error| unlisted(key, sdk_cause(&error)))
    }

    /// Deletes versions and delete markers, so that nothing is left of them. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] that names the first key that S3 did not delete; others may be gone.
    pub async fn delete_versions(&self, versions: &[ObjectVersion]) -> Result<(), BucketError> {
        for batch in versions.chunks(BATCH) {
            let Some(first) = batch.first() else { continue };
            let identifiers = batch.iter().map(|version| {
                ObjectIdentifier::builder().key(&version.key).version_id(&version.version).build()
            });
            let identifiers = identifiers.collect::<Result<Vec<_>, _>>();
            let delete =
                identifiers.and_then(|all| Delete::builder().set_objects(Some(all)).quiet(true).build());
            let delete = delete.map_err(|error| unlisted(&first.key, error.to_string()))?;
            let request = self.client.delete_objects().bucket(&self.name).delete(delete);
            let answer = request.send().await.map_err(|error| unlisted(&first.key, sdk_cause(&error)))?;
            if let Some(refused) = answer.errors().first() {
                let reason = refused.message().or(refused.code()).unwrap_or("not deleted");
                return Err(unlisted(refused.key().unwrap_or(&first.key), reason.to_owned()));
            }
        }
        Ok(())
    }
}

fn escaped(part: &str) -> String {
    part.bytes().map(percent).collect()
}

/// What the keys of all backups begin with.
const BACKUPS: &str = "backups/";

impl Bucket {
    /// What the keys of a tenant's backups begin with, night by night: of every night of which anybody has a
    /// backup. Cost: one request for every 1,000 nights.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`].
    pub async fn backup_folders(&self, tenant: &TenantId) -> Result<Vec<String>, BucketError> {
        let (mut nights, mut after) = (Vec::new(), None);
        loop {
            let request =
                self.client.list_object_versions().bucket(&self.name).prefix(BACKUPS).delimiter("/");
            let answer = request.set_key_marker(after).send().await;
            let answer = answer.map_err(|error| unlisted(BACKUPS, sdk_cause(&error)))?;
            let folders = answer.common_prefixes().iter().filter_map(|common| common.prefix());
            nights.extend(folders.map(|night| format!("{night}{tenant}/")));
            after = answer
                .next_key_marker()
                .filter(|_| answer.is_truncated() == Some(true))
                .map(ToOwned::to_owned);
            if after.is_none() {
                return Ok(nights);
            }
        }
    }
}

fn next(answer: &ListObjectVersionsOutput) -> Option<VersionCursor> {
    let key = answer.next_key_marker().filter(|_| answer.is_truncated() == Some(true))?;
    Some(VersionCursor {
        key: key.to_owned(),
        version: answer.next_version_id_marker().map(ToOwned::to_owned),
    })
}

fn versions(answer: ListObjectVersionsOutput) -> Vec<ObjectVersion> {
    let stored = answer.versions.unwrap_or_default().into_iter().map(|version| ObjectVersion {
        key: version.key.unwrap_or_default(),
        version: version.version_id.unwrap_or_default(),
        is_latest: version.is_latest.unwrap_or_default(),
        bytes: Some(version.size.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default()),
        etag: version.e_tag.unwrap_or_default().trim_matches('"').to_owned(),
        written_at: version.last_modified.map_or(0, |at| DateTime::secs(&at)),
    });
    let markers = answer.delete_markers.unwrap_or_default().into_iter().map(|marker| ObjectVersion {
        key: marker.key.unwrap_or_default(),
        version: marker.version_id.unwrap_or_default(),
        is_latest: marker.is_latest.unwrap_or_default(),
        bytes: None,
        etag: String::new(),
        written_at: marker.last_modified.map_or(0, |at| DateTime::secs(&at)),
    });
    stored.chain(markers).collect()
}
