//! The Lambda function behind the export queue: makes the exports that the messages ask for.

use std::time::Duration;

use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::queue::{self, Queue};
use cloud::settings::{self, BucketName, FRONTEND_ORIGIN, QueueName};
use cloud::tenant_role;
use identity::{IdentityStore, MailQueue};
use protection::exports::ExportMessage;
use protection::{Exports, TableKind, Tables};
use tenant_export::Exporter;

/// How long an invocation works on an export, in seconds, before another goes on; the function's timeout is 900 s, and
/// the part that is under way then is finished.
const RUN_S: u64 = 720;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let tables = Tables::from_settings(&scoped)?;
    let queue = Queue::from_settings(&config, QueueName::Export)?;
    let exporter = &Exporter {
        exports: Exports::new(tables.of(TableKind::Identity).clone()),
        identity: IdentityStore::from_settings(&scoped)?,
        tables,
        bucket: Bucket::from_settings(&scoped, BucketName::Media, WORKER_TIMEOUT)?,
        mail_queue: MailQueue::from_settings(&config)?,
        queue: queue.clone(),
        run: Duration::from_secs(settings::parsed("EXPORT_RUN_S", RUN_S)?),
        frontend_origin: settings::text(FRONTEND_ORIGIN)?,
    };
    let pause = Duration::from_secs(settings::parsed("EXPORT_RETRY_S", 4)?);
    let export = async |message: ExportMessage| {
        tenant_role::acting_for(message.tenant, exporter.export(&message)).await
    };
    queue::serve_with_backoff(queue, pause, export).await.map_err(anyhow::Error::from_boxed)
}
