//! Runs one step of a render job: the only place where the studio's steps and the film engine meet.

mod artefacts;
mod error;
mod kit;
mod providers;
mod scenes;
mod scratch;
mod steps;
mod worker;

use cloud::bucket::{Bucket, WORKER_PATIENCE};
use cloud::queue::Queue;
use cloud::settings;
use cloud::table::Table;
use cloud::tenant_role;
use metering::QuotaManager;
use studio::{StepMessage, StepQueue, Studio};

use kit::Kit;
use worker::Worker;

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let bucket = Bucket::new(
        &scoped,
        settings::text("MEDIA_BUCKET")?,
        settings::parsed("S3_PATH_STYLE", false)?,
        WORKER_PATIENCE,
    );
    let worker = &Worker {
        studio: Studio::new(Table::new(&scoped, settings::text("STUDIO_TABLE")?)),
        quotas: QuotaManager::new(Table::new(&scoped, settings::text("METERING_TABLE")?)),
        steps: StepQueue(Queue::new(&config, settings::text("RENDER_STEPS_QUEUE_URL")?)),
        kit: Kit::from_settings(&config, bucket)?,
    };
    cloud::queue::serve(async |message: StepMessage| {
        tenant_role::acting_for(message.tenant, worker.handle(&message)).await
    })
    .await
}
