//! Every version of a bucket's objects, deleted ones included, for backups, restores and erasures. Keys are plain
//! texts here, as S3 lists them: an erasure must also delete objects whose keys have a form that this code does not
//! write.

use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use tenancy::TenantId;

use crate::bucket::{Bucket, BucketError, percent, unlisted};
use crate::cause::sdk_cause;

/// How many versions one `DeleteObjects` takes: S3's limit.
const BATCH: usize = 1000;

/// A version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectVersion {
    /// The object's key.
    pub key: String,
    /// The version id.
    pub version: String,
    /// Whether it is the current version of its key.
    pub is_latest: bool,
    /// The version's size in bytes; none for a delete marker.
    pub bytes: Option<u64>,
    /// The entity tag without quotation marks: equal for equal content that was stored in the same way (in one request,
    /// or in the same parts). Empty for a delete marker.
    pub etag: String,
    /// When it was written, seconds since 1970.
    pub written_at: i64,
}

impl ObjectVersion {
    /// Whether it is a delete marker and no version with content.
    #[must_use]
    pub const fn is_delete_marker(&self) -> bool {
        self.bytes.is_none()
    }
}

/// Where a page of versions ended: S3's key marker and version id marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCursor {
    key: String,
    version: Option<String>,
}

/// A page of versions.
#[derive(Clone, Debug)]
pub struct VersionPage {
    /// The versions in the order of their keys, an object's newest first, followed by the page's delete markers.
    pub versions: Vec<ObjectVersion>,
    /// Where the next page begins; none on the last page.
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
    /// [`BucketError::Unlisted`] when S3 does not answer.
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

    /// A stream of the bytes of an object: of this version, or of the current one.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] with the key when there is no such version or S3 does not answer.
    pub async fn open_version(&self, key: &str, version: Option<&str>) -> Result<ByteStream, BucketError> {
        let request = self.client.get_object().bucket(&self.name).key(key);
        let answer = request.set_version_id(version.map(ToOwned::to_owned)).send().await;
        answer.map(|object| object.body).map_err(|error| unlisted(key, sdk_cause(&error)))
    }

    /// Makes an old version of an object the current one again, by `CopyObject` onto the same key, metadata included.
    /// S3 copies objects of up to 5 GB in this way.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] with the key when there is no such version or S3 does not copy it.
    pub async fn restore_version(&self, key: &str, version: &str) -> Result<(), BucketError> {
        // The keys that this code writes need no escaping; others may.
        let path: String = key.split('/').map(escaped).collect::<Vec<_>>().join("/");
        let source = format!("{}/{path}?versionId={version}", self.name);
        let request = self.client.copy_object().bucket(&self.name).key(key).copy_source(source);
        request.send().await.map(drop).map_err(|error| unlisted(key, sdk_cause(&error)))
    }

    /// Deletes versions and delete markers for good. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] with the first key that S3 did not delete; others may be deleted.
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

/// The prefix of all backups.
const BACKUPS: &str = "backups/";

impl Bucket {
    /// The prefixes of a tenant's backups, `backups/{date}/{tenant}/`, for every date of which there is any backup.
    /// Cost: one request for every 1,000 dates.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] when S3 does not answer.
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
