use std::time::{Duration, Instant};

use cloud::bucket::Bucket;
use cloud::table::{Key, Table};
use cloud::{clock, tenant_role};
use futures_util::{StreamExt as _, stream};
use metering::UsageCounter;
use serde::{Deserialize, Serialize};
use tenancy::{Partition, TenantId};

use crate::error::StorageError;
use crate::exports::{OldExports, stored_bytes};
use crate::orphans::Orphans;
use crate::uploads::Uploads;

/// How many tenants are measured concurrently.
const MAX_CONCURRENT: usize = 8;

/// How long after its start a run takes another page of a thousand tenants: the page must be done before the function's
/// timeout of 900 s.
const MAX_RUN: Duration = Duration::from_secs(600);

/// Measures what each tenant stores in the bucket, and corrects the counter.
pub struct Storage {
    /// The bucket, with credentials to list the tenants that have objects.
    pub platform: Bucket,
    /// The `metering` table, with credentials for the platform's partition, which has the cursor of the last run.
    pub cursors: Table,
    /// The bucket, with credentials for the one tenant that is acted for.
    pub bucket: Bucket,
    /// The storage counters, with credentials for the one tenant that is acted for.
    pub counter: UsageCounter,
    /// Deletes orphaned artefacts of the one tenant that is acted for.
    pub orphans: Orphans,
    /// Counts uploads with all of their versions.
    pub uploads: Uploads,
    /// Deletes expired exports.
    pub exports: OldExports,
}

/// Where the last run stopped: the tenant after which the next run begins; none when it measured all tenants.
#[derive(Debug, Default, Serialize, Deserialize)]
struct MeasureCursor {
    after: Option<TenantId>,
}

impl Storage {
    /// Measures every tenant, beginning where the last run stopped. Cost: one read and one write; one
    /// request for every 1,000 tenants; and what measuring each of them costs.
    pub async fn measure(&self) -> Result<(), StorageError> {
        let begun = Instant::now();
        let cursor_key = Key::of(&Partition::platform(), "MEASURED");
        let mut cursor: MeasureCursor = self.cursors.get(&cursor_key).await?.unwrap_or_default();
        let (mut measured, mut failed) = (0, 0);
        loop {
            let tenants = self.platform.tenants(cursor.after.as_ref()).await?;
            let Some(last) = tenants.last() else {
                cursor.after = None;
                break;
            };
            cursor.after = Some(*last);
            let each = tenants.into_iter().map(|tenant| self.measure_one(tenant));
            let outcomes: Vec<bool> = stream::iter(each).buffer_unordered(MAX_CONCURRENT).collect().await;
            measured += outcomes.iter().filter(|ok| **ok).count();
            failed += outcomes.iter().filter(|ok| !**ok).count();
            if begun.elapsed() > MAX_RUN {
                tracing::warn!(measured, failed, "there are more tenants than one run can measure");
                break;
            }
        }
        tracing::info!(measured, failed, "measured {measured}");
        self.cursors.put(&cursor_key, &cursor).await?;
        if failed > 0 { Err(StorageError::Failed(failed)) } else { Ok(()) }
    }

    /// Measures a tenant; false, with an error in the log, when that fails.
    async fn measure_one(&self, tenant: TenantId) -> bool {
        let measured = tenant_role::acting_for(tenant, self.measure_tenant(&tenant)).await;
        measured
            .inspect_err(|error| tracing::error!(%tenant, error = %error, "{tenant} not measured: {error}"))
            .is_ok()
    }

    /// Adds up the sizes of a tenant's objects, deletes expired exports and once a day orphans, and sets the storage
    /// counter to the sum. Uploads whose bytes are still held are left out, because they are charged later, and what is
    /// held is set to the sum of the holds. The counter is left alone while a job holds storage, which stores its
    /// artefacts bit by bit, or when the counter changed meanwhile, because the sum is out of date then. Cost: one
    /// read, one query, one read for each hold, one request for every 1,000 objects, one more for every 1,000 uploads,
    /// one write; and what orphans cost.
    async fn measure_tenant(&self, tenant: &TenantId) -> Result<(), StorageError> {
        let now = clock::now();
        let is_due = self.orphans.is_due(tenant, now);
        let before = self.counter.stored(tenant).await?;
        let held = self.uploads.held(tenant).await?;
        let (mut bytes, mut objects, mut after) = (0_u64, 0_usize, None);
        loop {
            let page = self.bucket.objects(tenant, after).await?;
            objects += page.objects.len();
            bytes += stored_bytes(&page.objects);
            self.exports.delete(&self.bucket, &page.objects, now).await?;
            if is_due {
                bytes -= self.orphans.delete(&self.bucket, tenant, &page.objects, now).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let not_counted = held.as_ref().map(|held| held.uploads.clone()).unwrap_or_default();
        bytes += self.uploads.measure(&self.bucket, tenant, &not_counted, is_due, now).await?;
        let level_set = match &held {
            Some(held) => self.counter.set_stored(tenant, &before, bytes, held.bytes).await?,
            None => false,
        };
        let (counted, counted_held) = (before.bytes(), before.held());
        let held = held.map(|held| held.bytes);
        tracing::info!(
            %tenant, storage_bytes = bytes, objects, counted, held, counted_held, level_set,
            "{tenant} stores {bytes} B"
        );
        Ok(())
    }
}
