use cloud::bucket::{Bucket, ListedObject};
use cloud::settings::{self, SettingError};
use jiff::Timestamp;

use crate::error::StorageError;

/// The age in hours after which an object of an export is deleted, unless `EXPORTS_AFTER_H` says otherwise. An export
/// can be downloaded for 24 hours, and making it may take six, because S3 dates an object by the begin of its upload.
const DEFAULT_AFTER_H: i64 = 30;

/// Deletes the objects of expired exports: archives that can no longer be downloaded, and the objects that they were made
/// from. No lifecycle rule of the bucket can match them, because their keys begin with each tenant's own prefix.
pub struct OldExports {
    after_h: i64,
}

impl OldExports {
    /// With `EXPORTS_AFTER_H` when it is set, else 30 hours.
    pub fn from_settings() -> Result<Self, SettingError> {
        Ok(Self { after_h: settings::parsed("EXPORTS_AFTER_H", DEFAULT_AFTER_H)? })
    }

    /// Deletes the objects of expired exports in a page of a tenant's objects, with all versions. Cost: two requests for
    /// each.
    pub async fn delete(
        &self,
        bucket: &Bucket,
        page: &[ListedObject],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let youngest = now.as_second() - self.after_h * 3600;
        for object in page.iter().filter(|object| object.written_at <= youngest) {
            if let Some(key) = object.key.as_ref().filter(|key| key.is_export()) {
                let versions = bucket.versions(key.as_str(), None).await?.versions;
                bucket.delete_versions(&versions).await?;
                tracing::info!(%key, bytes = object.bytes, "the day of {key} is over");
            }
        }
        Ok(())
    }
}

/// How many bytes of a page count towards the tenant's storage. Exports do not, and uploads are counted with all of their
/// versions by [`Uploads`](crate::uploads::Uploads).
pub fn stored_bytes(page: &[ListedObject]) -> u64 {
    let is_counted = |object: &&ListedObject| {
        object.key.as_ref().is_none_or(|key| !key.is_export() && key.uploaded().is_none())
    };
    page.iter().filter(is_counted).map(|object| object.bytes).sum()
}
