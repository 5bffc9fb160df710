use cloud::clock;
use cloud::table::{Attempt, TableError};
use serde::Deserialize;
use tenancy::{Month, TenantId};

use crate::counters::{Counters, signed};
use crate::keys::counter_key;
use crate::quota::REVISION;
use crate::{Metric, UsageCounter};

/// What is counted as stored, as it was when it was read.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StoredLevel {
    revision: u64,
    #[serde(flatten)]
    counters: Counters,
}

impl StoredLevel {
    /// Bytes that lie in the bucket, as far as is known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.counters.of(Metric::StorageBytes).0
    }

    /// Whether a job holds storage: what it writes is not counted yet, so a measurement would count it twice.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.counters.of(Metric::StorageBytes).1 > 0
    }
}

impl UsageCounter {
    /// What is counted as stored. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn stored(&self, tenant: &TenantId) -> Result<StoredLevel, TableError> {
        let key = counter_key(tenant, Month::of(clock::now()), Metric::StorageBytes);
        Ok(self.table.get(&key).await?.unwrap_or_default())
    }

    /// Sets the level to what was found in the bucket; false, and nothing is set, when the level has changed
    /// since `before` was read, which has to be before the bucket was looked at. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn set_stored(
        &self,
        tenant: &TenantId,
        before: &StoredLevel,
        bytes: u64,
    ) -> Result<bool, TableError> {
        let metric = Metric::StorageBytes;
        let update = self.table.update(&counter_key(tenant, Month::of(clock::now()), metric));
        let update = update.set(metric.total_attribute(), signed(bytes)).set("measured_at", clock::now());
        let update = update.set(metric.used_attribute(), signed(bytes)).add(REVISION, 1);
        let attempt = update.when_absent_or(REVISION, "=", before.revision).attempt::<StoredLevel>().await;
        match attempt {
            Ok(Attempt::Done(_)) => Ok(true),
            // A transaction that is at the item changes it.
            Ok(Attempt::Refused(_)) | Err(TableError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
