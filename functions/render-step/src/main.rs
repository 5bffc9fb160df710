//! The Lambda that runs the render steps that SQS delivers.

use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::settings::{self, BucketName};
use cloud::tenant_role;
use render_step::{StepRunner, Worker};
use studio::{StepMessage, StepQueue, Studio};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let bucket = Bucket::from_settings(&scoped, BucketName::Media, WORKER_TIMEOUT)?;
    let worker = &Worker {
        studio: Studio::from_settings(&scoped)?,
        steps: StepQueue::from_settings(&config)?,
        maker: StepRunner::from_settings(&config, bucket).await?,
        // Lambda's own variable; elsewhere the template's default.
        memory_mb: settings::parsed("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 3008)?,
    };
    cloud::queue::serve(async |message: StepMessage| {
        // Boxed, because the future of a step is large and would be a part of each future around it.
        tenant_role::acting_for(message.tenant, Box::pin(worker.handle(&message))).await
    })
    .await
}
