use std::collections::{BTreeMap, BTreeSet};

use cloud::bucket::{Bucket, ObjectVersion};
use cloud::settings::{self, SettingError};
use jiff::Timestamp;
use storyboard::UploadId;
use studio::{HeldUploads, Studio};
use tenancy::{ObjectKey, TenantId};

use crate::error::StorageError;

/// The age in hours after which an uploaded file without a record gets one, unless `UPLOADS_AFTER_H` says otherwise. A
/// record is written before the URL is signed, so that at any age such a file is one of an earlier time, or one whose
/// transfer took longer than its record waited.
const DEFAULT_AFTER_H: i64 = 48;

/// Counts what people uploaded, with all versions, and writes records for files that have none.
pub struct Uploads {
    studio: Studio,
    after_h: i64,
}

impl Uploads {
    /// With `UPLOADS_AFTER_H` when it is set, else 48 hours.
    pub fn from_settings(studio: Studio) -> Result<Self, SettingError> {
        Ok(Self { studio, after_h: settings::parsed("UPLOADS_AFTER_H", DEFAULT_AFTER_H)? })
    }

    /// The uploads whose bytes are held and not charged yet; none while a job holds storage.
    pub async fn held(&self, tenant: &TenantId) -> Result<Option<HeldUploads>, StorageError> {
        Ok(self.studio.held_uploads(tenant).await?)
    }

    /// The bytes of all versions of a tenant's uploads, without those that are `held`. With `adopt`, files without a
    /// record get one, so that they are deleted when no storyboard shows them. Cost: one request for every 1,000
    /// versions; with `adopt` one read for each file, and what adopting costs.
    pub async fn measure(
        &self,
        bucket: &Bucket,
        tenant: &TenantId,
        held: &BTreeSet<UploadId>,
        adopt: bool,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let youngest = now.as_second() - self.after_h * 3600;
        let (mut bytes, mut after) = (0, None);
        loop {
            let page = bucket.versions(&ObjectKey::uploads_folder(tenant), after).await?;
            let upload = |version: &ObjectVersion| {
                ObjectKey::listed(tenant, &version.key)?.uploaded().map(UploadId::from_uuid)
            };
            let is_charged =
                |version: &&ObjectVersion| upload(version).is_none_or(|upload| !held.contains(&upload));
            let charged = page.versions.iter().filter(is_charged);
            bytes += charged.filter_map(|version| version.bytes).sum::<u64>();
            if adopt {
                let old = page
                    .versions
                    .iter()
                    .filter(|version| version.is_latest && version.written_at <= youngest);
                let files: BTreeMap<_, _> =
                    old.filter_map(|version| Some((upload(version)?, version.bytes?))).collect();
                let files: Vec<_> = files.into_iter().collect();
                let adopted = self.studio.adopt_uploads(tenant, &files).await?;
                if adopted > 0 {
                    tracing::info!(%tenant, adopted, "{adopted} uploads had no record");
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(bytes);
            }
        }
    }
}
