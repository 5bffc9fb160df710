//! Runs the sweeper once a minute, on a schedule.

use cloud::bucket::{API_PATIENCE, Bucket};
use cloud::queue::Queue;
use cloud::table::Table;
use cloud::{correlation, settings, tenant_role};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use studio::{StepDispatcher, StepQueue, Studio, StudioSettings};
use sweeper::Sweeper;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let path_style = settings::parsed("S3_PATH_STYLE", false)?;
    let scoped = tenant_role::config(&config);
    let studio = |config| -> Result<Studio, settings::SettingError> {
        let table = |name| Ok(Table::new(config, settings::text(name)?));
        Ok(Studio::new(
            table("STUDIO_TABLE")?,
            &table("METERING_TABLE")?,
            StudioSettings::from_environment()?,
        ))
    };
    let of_tenant = studio(&scoped)?;
    let bucket = Bucket::new(&scoped, settings::text("MEDIA_BUCKET")?, path_style, API_PATIENCE);
    let queue = StepQueue(Queue::new(&config, settings::text("RENDER_STEPS_QUEUE_URL")?));
    let sweeper = &Sweeper {
        index: studio(&config)?,
        dispatcher: StepDispatcher::new(of_tenant.clone(), bucket.clone(), queue),
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
