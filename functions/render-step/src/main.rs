//! The Lambda behind the queue of steps.

use cloud::bucket::{Bucket, WORKER_PATIENCE};
use cloud::queue::Queue;
use cloud::settings;
use cloud::table::Table;
use cloud::tenant_role;
use render_step::{Kit, Worker};
use studio::{StepMessage, StepQueue, Studio, StudioSettings};

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
        studio: Studio::new(
            Table::new(&scoped, settings::text("STUDIO_TABLE")?),
            &Table::new(&scoped, settings::text("METERING_TABLE")?),
            StudioSettings::from_environment()?,
        ),
        steps: StepQueue(Queue::new(&config, settings::text("RENDER_STEPS_QUEUE_URL")?)),
        maker: Kit::from_settings(&config, bucket)?,
        // Lambda's own variable; elsewhere the template's default.
        memory_mb: settings::parsed("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 3008)?,
    };
    cloud::queue::serve(async |message: StepMessage| {
        // Boxed, because the future of a step is large and those around it need not be.
        tenant_role::acting_for(message.tenant, Box::pin(worker.handle(&message))).await
    })
    .await
}
