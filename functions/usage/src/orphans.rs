use std::collections::{HashMap, HashSet};

use cloud::bucket::{Bucket, ListedObject};
use cloud::settings::{self, SettingError};
use jiff::Timestamp;
use studio::Studio;
use tenancy::{ContentHash, TenantId};

use crate::error::StorageError;

/// Hours after which an object that no record names is nobody's. A job lives for a day, and within it a worker
/// may still adopt what another one had stored; the other day is for whatever keeps jobs from being ended.
const AFTER_H: i64 = 48;

/// How often a tenant's artefacts are looked up, hours: each costs a read.
const EVERY_H: i64 = 24;

/// What attempts stored that never counted: the objects of workers that died, or were overtaken.
pub struct Orphans {
    /// Knows which attempts count.
    studio: Studio,
    after_h: i64,
    every_h: i64,
}

impl Orphans {
    /// With `ORPHANS_AFTER_H` and `ORPHANS_EVERY_H` where they are set.
    pub fn from_settings(studio: Studio) -> Result<Self, SettingError> {
        let after_h = settings::parsed("ORPHANS_AFTER_H", AFTER_H)?;
        Ok(Self { studio, after_h, every_h: settings::parsed("ORPHANS_EVERY_H", EVERY_H)?.max(1) })
    }

    /// Whether it is this tenant's hour. Each has its own, so that not all are looked up in the same run.
    pub fn is_due(&self, tenant: &TenantId, now: Timestamp) -> bool {
        let hour = now.as_second().div_euclid(3600).unsigned_abs();
        let every = self.every_h.unsigned_abs();
        hour % every == ContentHash::of(tenant.to_string().as_bytes()).seed() % every
    }

    /// Deletes those of a page of a tenant's objects, and gives how many bytes they were. Cost: one read for
    /// each artefact that has old objects in the page, one request for each object deleted.
    pub async fn delete(
        &self,
        bucket: &Bucket,
        tenant: &TenantId,
        page: &[ListedObject],
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let youngest = now.as_second() - self.after_h * 3600;
        let old = page.iter().filter(|object| object.written_at <= youngest);
        let made: Vec<_> =
            old.filter_map(|object| Some((object, object.key.as_ref()?.artefact_version()?))).collect();
        let hashes: HashSet<ContentHash> = made.iter().map(|(_, making)| making.made_from).collect();
        let hashes: Vec<ContentHash> = hashes.into_iter().collect();
        let records = self.studio.artefacts(tenant, &hashes).await?;
        let counts: HashMap<_, _> = hashes
            .iter()
            .zip(&records)
            .filter_map(|(hash, record)| Some((hash, record.as_ref()?.attempt)))
            .collect();
        let mut bytes = 0;
        for (object, making) in made {
            if counts.get(&making.made_from) == Some(&making.attempt) {
                continue;
            }
            if let Some(key) = &object.key {
                bucket.delete(key).await?;
                tracing::info!(%key, bytes = object.bytes, "{key} is nobody's");
                bytes += object.bytes;
            }
        }
        Ok(bytes)
    }
}
