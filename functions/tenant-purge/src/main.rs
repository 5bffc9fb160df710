//! Erases the tenants that the queue names, until nothing is left of them.

mod purge;

use std::time::Duration;

use billing::Billing;
use cloud::bucket::{Bucket, WORKER_PATIENCE};
use cloud::queue::{self, Queue};
use cloud::table::Table;
use cloud::{settings, tenant_role};
use identity::{IdentityStore, Lifetimes};
use protection::erasure::ErasureMessage;
use protection::{Holdings, TableNames, Tables, Tombstones};
use studio::{Studio, StudioSettings};

use crate::purge::Purge;

/// How long one process works, of the 900 s that its function has: what it has begun then, it finishes.
const RUN_S: u64 = 720;

/// How long whoever was at work for a tenant may still write something: a render step has 900 s, an upload's
/// address works for 300, and a request that the authorizer remembers comes within 60.
const SETTLED_S: u64 = 960;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let names = TableNames::from_environment()?;
    let path_style = settings::parsed("S3_PATH_STYLE", false)?;
    let bucket =
        |name| Ok::<_, settings::SettingError>(Bucket::new(&scoped, name?, path_style, WORKER_PATIENCE));
    let vault = bucket(settings::text("VAULT_BUCKET"))?;
    let tables = Tables::new(&scoped, &names);
    let metering = Table::new(&scoped, names.metering.clone());
    let queue = Queue::new(&config, settings::text("ERASURE_QUEUE_URL")?);
    let purge = &Purge {
        identity: IdentityStore::new(Table::new(&scoped, names.identity.clone()), Lifetimes::configured()?),
        studio: Studio::new(
            Table::new(&scoped, names.studio.clone()),
            &metering,
            StudioSettings::from_environment()?,
        ),
        billing: Billing::configured(&config)?,
        holdings: Holdings {
            tables,
            customers: Table::new(&config, names.billing.clone()),
            media: bucket(settings::text("MEDIA_BUCKET"))?,
            vault: vault.clone(),
        },
        tombstones: Tombstones::new(vault),
        mail_queue: Queue::new(&config, settings::text("MAIL_QUEUE_URL")?),
        queue: queue.clone(),
        run: Duration::from_secs(settings::parsed("ERASURE_RUN_S", RUN_S)?),
        settled: Duration::from_secs(settings::parsed("ERASURE_SETTLED_S", SETTLED_S)?),
    };
    let pause = Duration::from_secs(settings::parsed("ERASURE_RETRY_S", 4)?);
    let erase =
        async |message: ErasureMessage| tenant_role::acting_for(message.tenant, purge.erase(&message)).await;
    queue::serve_backing_off(queue, pause, erase).await.map_err(anyhow::Error::from_boxed)
}
