//! The Lambda function behind the erasure queue: erases the tenants that the messages name, until nothing of their data
//! is left.

mod purge;

use std::time::Duration;

use billing::Billing;
use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::queue::{self, Queue};
use cloud::settings::{self, BucketName, QueueName, TableName};
use cloud::table::Table;
use cloud::tenant_role;
use identity::{IdentityStore, MailQueue};
use protection::erasure::ErasureMessage;
use protection::{Tables, TenantData, Tombstones};
use studio::Studio;

use crate::purge::Purge;

/// How long an invocation works on an erasure, in seconds, before another goes on; the function's timeout is 900 s.
const RUN_S: u64 = 720;

/// How long something may still write data of a tenant that is being erased, in seconds: a render step runs for up to
/// 900 s, a presigned upload URL is valid for 300 s, and the authorizer's cache admits requests for 60 s.
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
        mail_queue: MailQueue::from_settings(&config)?,
        queue: queue.clone(),
        run: Duration::from_secs(settings::parsed("ERASURE_RUN_S", RUN_S)?),
        settle_time: Duration::from_secs(settings::parsed("ERASURE_SETTLED_S", SETTLE_TIME_S)?),
    };
    let pause = Duration::from_secs(settings::parsed("ERASURE_RETRY_S", 4)?);
    let erase =
        async |message: ErasureMessage| tenant_role::acting_for(message.tenant, purge.erase(&message)).await;
    queue::serve_with_backoff(queue, pause, erase).await.map_err(anyhow::Error::from_boxed)
}
