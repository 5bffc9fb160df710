//! Measures what is stored.

use cloud::clock;
use cloud::table::{Attempt, TableError};
use serde::Deserialize;
use tenancy::{Month, TenantId};

use crate::counter::UsageCounter;
use crate::counter_item::{CounterItem, REVISION, signed};
use crate::keys::counter_key;
use crate::metric::Metric;

/// The stored level at the time of reading.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StoredLevel {
    revision: u64,
    #[serde(flatten)]
    counters: CounterItem,
}

impl StoredLevel {
    /// The bytes in the bucket, according to the counter.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.counters.of(Metric::StorageBytes).0
    }

    /// The bytes that jobs and uploads hold, according to the counter.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.counters.of(Metric::StorageBytes).1
    }
}

impl UsageCounter {
    /// The stored level of a tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time;
    /// [`TableError::Shape`] when an item cannot be parsed.
    pub async fn stored(&self, tenant: &TenantId) -> Result<StoredLevel, TableError> {
        let key = counter_key(tenant, Month::of(clock::now()), Metric::StorageBytes);
        Ok(self.table.get(&key).await?.unwrap_or_default())
    }

    /// Sets the level to the `bytes` that were found in the bucket, and what is held to the sum of the holds, `held`.
    /// What jobs and uploads with a hold have written is charged when they end, so `bytes` must not have it. It returns
    /// false and sets nothing when the level or a hold has changed since `before`, which has to be read before the
    /// holds are read and the bucket is listed. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB throttles, fails or does not answer in time.
    pub async fn set_stored(
        &self,
        tenant: &TenantId,
        before: &StoredLevel,
        bytes: u64,
        held: u64,
    ) -> Result<bool, TableError> {
        let metric = Metric::StorageBytes;
        let update = self.table.update(&counter_key(tenant, Month::of(clock::now()), metric));
        let total = signed(bytes).saturating_add(signed(held));
        let update = update.set(metric.total_attribute(), total).set("measured_at", clock::now());
        let update = update.set(metric.used_attribute(), signed(bytes)).add(REVISION, 1);
        let attempt = update.when_absent_or(REVISION, "=", before.revision).attempt::<StoredLevel>().await;
        match attempt {
            Ok(Attempt::Done(_)) => Ok(true),
            // A transaction that holds the item is about to change it.
            Ok(Attempt::Refused(_)) | Err(TableError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
