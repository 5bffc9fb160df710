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

/// How many tenants are measured at once.
const AT_ONCE: usize = 8;

/// When a run takes no more: a thousand tenants later the function's timeout of 900 s must not have come.
const LONGEST_RUN: Duration = Duration::from_secs(600);

/// What really lies in the bucket, tenant by tenant.
pub struct Storage {
    /// Sees which tenants have objects.
    pub platform: Bucket,
    /// The `metering` table, in which the platform keeps how far the last run came.
    pub place: Table,
    /// Reaches one tenant's objects at a time.
    pub bucket: Bucket,
    /// Reaches one tenant's level at a time.
    pub counter: UsageCounter,
    /// Reaches one tenant's artefacts at a time.
    pub orphans: Orphans,
    /// Which exports are old.
    pub exports: OldExports,
}

/// How far the last run came: the tenant after which the next one begins; none when it came to the end.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    after: Option<TenantId>,
}

impl Storage {
    /// Measures every tenant, beginning where the last run had to stop. Cost: one read and one write; one
    /// request for every 1,000 tenants; and what measuring each of them costs.
    pub async fn measure(&self) -> Result<(), StorageError> {
        let begun = Instant::now();
        let place_key = Key::of(&Partition::platform(), "MEASURED");
        let mut place: Place = self.place.get(&place_key).await?.unwrap_or_default();
        let (mut measured, mut failed) = (0, 0);
        loop {
            let tenants = self.platform.tenants(place.after.as_ref()).await?;
            let Some(last) = tenants.last() else {
                place.after = None;
                break;
            };
            place.after = Some(*last);
            let each = tenants.into_iter().map(|tenant| self.measure_one(tenant));
            let outcomes: Vec<bool> = stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
            measured += outcomes.iter().filter(|ok| **ok).count();
            failed += outcomes.iter().filter(|ok| !**ok).count();
            if begun.elapsed() > LONGEST_RUN {
                tracing::warn!(measured, failed, "there are more tenants than one run can measure");
                break;
            }
        }
        tracing::info!(measured, failed, "measured {measured}");
        self.place.put(&place_key, &place).await?;
        if failed > 0 { Err(StorageError::Left(failed)) } else { Ok(()) }
    }

    /// Whether it went well; what did not is logged.
    async fn measure_one(&self, tenant: TenantId) -> bool {
        let measured = tenant_role::acting_for(tenant, self.measure_tenant(&tenant)).await;
        measured
            .inspect_err(|error| tracing::error!(%tenant, error = %error, "{tenant} not measured: {error}"))
            .is_ok()
    }

    /// Adds up a tenant's objects, once a day without those that are nobody's, and sets the level to the sum,
    /// unless a job holds storage or the level changed meanwhile: then what was found is no longer what is
    /// there. Cost: one read, one request for every 1,000 objects, one write; and what orphans cost.
    async fn measure_tenant(&self, tenant: &TenantId) -> Result<(), StorageError> {
        let now = clock::now();
        let is_due = self.orphans.is_due(tenant, now);
        let before = self.counter.stored(tenant).await?;
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
        let level_set = !before.is_held() && self.counter.set_stored(tenant, &before, bytes).await?;
        let counted = before.bytes();
        tracing::info!(%tenant, storage_bytes = bytes, objects, counted, level_set, "{tenant} stores {bytes} B");
        Ok(())
    }
}
