use std::collections::{HashMap, HashSet};

use cloud::bucket::{Bucket, ListedObject};
use cloud::settings::{self, SettingError};
use jiff::Timestamp;
use studio::Studio;
use tenancy::{ContentHash, TenantId};

use crate::error::StorageError;

/// The age in hours after which an object that no artefact's record names is an orphan, unless `ORPHANS_AFTER_H` says
/// otherwise. A job runs for a day at most, and a worker may adopt what another worker stored until then; the second day
/// is a margin for jobs that are ended late.
const DEFAULT_AFTER_H: i64 = 48;

/// How often a tenant's orphans are searched, in hours, unless `ORPHANS_EVERY_H` says otherwise: each artefact costs a
/// read.
const DEFAULT_EVERY_H: i64 = 24;

/// Deletes orphaned artefacts: objects of attempts that never finished their step, because the worker died or lost its
/// claim.
pub struct Orphans {
    /// The artefacts' records, which name the attempt whose object counts.
    studio: Studio,
    after_h: i64,
    every_h: i64,
}

impl Orphans {
    /// With `ORPHANS_AFTER_H` and `ORPHANS_EVERY_H` when they are set, else 48 and 24 hours.
    pub fn from_settings(studio: Studio) -> Result<Self, SettingError> {
        let after_h = settings::parsed("ORPHANS_AFTER_H", DEFAULT_AFTER_H)?;
        Ok(Self { studio, after_h, every_h: settings::parsed("ORPHANS_EVERY_H", DEFAULT_EVERY_H)?.max(1) })
    }

    /// Whether this hour's run searches the tenant's orphans. The hour follows from a hash of the tenant's id, so that the
    /// tenants are spread over the day's runs.
    pub fn is_due(&self, tenant: &TenantId, now: Timestamp) -> bool {
        let hour = now.as_second().div_euclid(3600).unsigned_abs();
        let every = self.every_h.unsigned_abs();
        hour % every == ContentHash::of(tenant.to_string().as_bytes()).seed() % every
    }

    /// Deletes the orphans in a page of a tenant's objects, and gives their total size in bytes. Cost: one read for
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
        let hashes: HashSet<ContentHash> = made.iter().map(|(_, version)| version.made_from).collect();
        let hashes: Vec<ContentHash> = hashes.into_iter().collect();
        let records = self.studio.artefacts(tenant, &hashes).await?;
        let counts: HashMap<_, _> = hashes
            .iter()
            .zip(&records)
            .filter_map(|(hash, record)| Some((hash, record.as_ref()?.attempt)))
            .collect();
        let mut bytes = 0;
        for (object, version) in made {
            if counts.get(&version.made_from) == Some(&version.attempt) {
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
