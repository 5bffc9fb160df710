//! Serves projects, their storyboards and renders, jobs and videos.

use cloud::bucket::Bucket;
use cloud::queue::Queue;
use cloud::settings;
use cloud::table::Table;
use edge::Middleware;
use metering::{Entitlements, QuotaManager};
use projects::App;
use studio::{RenderStarter, StepDispatcher, StepQueue, Studio, StudioSettings};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let metering = settings::text("METERING_TABLE")?;
    let own_usage = Table::new(&scoped, metering.clone());
    let studio = Studio::new(
        Table::new(&scoped, settings::text("STUDIO_TABLE")?),
        &own_usage,
        StudioSettings::from_environment()?,
    );
    let bucket = Bucket::new(
        &scoped,
        settings::text("MEDIA_BUCKET")?,
        settings::parsed("S3_PATH_STYLE", false)?,
        cloud::bucket::API_PATIENCE,
    );
    let queue = StepQueue(Queue::new(&config, settings::text("RENDER_STEPS_QUEUE_URL")?));
    let entitlements = Entitlements::new(own_usage.clone(), Table::new(&config, metering));
    let dispatcher = StepDispatcher::new(studio.clone(), bucket.clone(), queue);
    let app = App {
        studio,
        renders: RenderStarter::new(dispatcher, entitlements.clone(), QuotaManager::new(own_usage)),
        entitlements,
        bucket,
        frontend: settings::text("FRONTEND_ORIGIN")?,
    };
    edge::serve(projects::routes().with_state(app), Middleware::configured(&config, &scoped)?).await
}
