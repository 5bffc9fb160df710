//! Runs the sweeper once a minute, on a schedule.

use cloud::bucket::{API_TIMEOUT, Bucket};
use cloud::settings::BucketName;
use cloud::{correlation, tenant_role};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use studio::{StepDispatcher, StepQueue, Studio, Uploads};
use sweeper::Sweeper;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let of_tenant = Studio::from_settings(&scoped)?;
    let bucket = Bucket::from_settings(&scoped, BucketName::Media, API_TIMEOUT)?;
    let queue = StepQueue::from_settings(&config)?;
    let sweeper = &Sweeper {
        index: Studio::from_settings(&config)?,
        dispatcher: StepDispatcher::new(of_tenant.clone(), bucket.clone(), queue),
        uploads: Uploads::new(of_tenant.clone(), bucket.clone()),
        studio: of_tenant,
        bucket,
    };
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        // Boxed: below the runtime, a sweep's layers are more than the compiler looks through.
        let sweep = Box::pin(sweeper.sweep());
        correlation::scope(event.context.request_id, sweep).await.map_err(Error::from)
    }))
    .await
}
