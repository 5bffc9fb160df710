use cloud::bucket::{Bucket, ListedObject};
use cloud::settings::{self, SettingError};
use jiff::Timestamp;

use crate::error::StorageError;

/// Hours after which an object of an export is deleted. It can be fetched for 24; six are what making it may take,
/// for S3 counts from its beginning.
const AFTER_H: i64 = 30;

/// What is left of exports whose day is over: an archive that nobody can fetch any more, or what one was to be made
/// from. No lifecycle rule of the bucket could name them all, for they lie below each tenant's own prefix.
pub struct OldExports {
    after_h: i64,
}

impl OldExports {
    /// With `EXPORTS_AFTER_H` where it is set.
    pub fn from_settings() -> Result<Self, SettingError> {
        Ok(Self { after_h: settings::parsed("EXPORTS_AFTER_H", AFTER_H)? })
    }

    /// Deletes those of a page of a tenant's objects for good, with all versions. Cost: two requests for each.
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

/// How many bytes of a page count as what the tenant stores: exports are ours to keep, for a day.
pub fn stored_bytes(page: &[ListedObject]) -> u64 {
    let is_export = |object: &&ListedObject| object.key.as_ref().is_some_and(|key| key.is_export());
    page.iter().filter(|object| !is_export(object)).map(|object| object.bytes).sum()
}
