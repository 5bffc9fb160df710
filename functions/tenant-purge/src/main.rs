//! Erases the tenants that the queue names, until nothing is left of them.

mod purge;

use std::time::Duration;

use billing::Billing;
use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::queue::{self, Queue};
use cloud::settings::{self, BucketName, QueueName, TableName};
use cloud::table::Table;
use cloud::tenant_role;
use identity::IdentityStore;
use protection::erasure::ErasureMessage;
use protection::{Tables, TenantData, Tombstones};
use studio::Studio;

use crate::purge::Purge;

/// How long one process works, of the 900 s that its function has: what it has begun then, it finishes.
const RUN_S: u64 = 720;

/// How long whoever was at work for a tenant may still write something: a render step has 900 s, an upload's
/// address works for 300, and a request that the authorizer remembers comes within 60.
const SETTLE_TIME_S: u64 = 960;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let vault = Bucket::from_settings(&scoped, BucketName::Vault, WORKER_TIMEOUT)?;
    let queue = Queue::from_settings(&config, QueueName::Erasure)?;
    let purge = &Purge {
        identity: IdentityStore::from_settings(&scoped)?,
        studio: Studio::from_settings(&scoped)?,
        billing: Billing::from_settings(&config)?,
        tenant_data: TenantData {
            tables: Tables::from_settings(&scoped)?,
            customers: Table::from_settings(&config, TableName::Billing)?,
            media: Bucket::from_settings(&scoped, BucketName::Media, WORKER_TIMEOUT)?,
            vault: vault.clone(),
        },
        tombstones: Tombstones::new(vault),
        mail_queue: Queue::from_settings(&config, QueueName::Mail)?,
        queue: queue.clone(),
        run: Duration::from_secs(settings::parsed("ERASURE_RUN_S", RUN_S)?),
        settle_time: Duration::from_secs(settings::parsed("ERASURE_SETTLED_S", SETTLE_TIME_S)?),
    };
    let pause = Duration::from_secs(settings::parsed("ERASURE_RETRY_S", 4)?);
    let erase =
        async |message: ErasureMessage| tenant_role::acting_for(message.tenant, purge.erase(&message)).await;
    queue::serve_with_backoff(queue, pause, erase).await.map_err(anyhow::Error::from_boxed)
}
