//! Serves projects, their storyboards and renders, jobs and videos.

use cloud::bucket::{API_TIMEOUT, Bucket};
use cloud::settings::{self, BucketName, FRONTEND_ORIGIN, TableName};
use cloud::table::Table;
use edge::Middleware;
use metering::{Entitlements, QuotaManager};
use projects::App;
use studio::{RenderStarter, StepDispatcher, StepQueue, Studio, StudioSettings, Uploads};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let metering = Table::from_settings(&scoped, TableName::Metering)?;
    let studio = Studio::new(
        Table::from_settings(&scoped, TableName::Studio)?,
        &metering,
        StudioSettings::from_settings()?,
    );
    let bucket = Bucket::from_settings(&scoped, BucketName::Media, API_TIMEOUT)?;
    let entitlements = Entitlements::from_settings(&scoped, &config)?;
    let queue = StepQueue::from_settings(&config)?;
    let dispatcher = StepDispatcher::new(studio.clone(), bucket.clone(), queue);
    let answers = Table::from_settings(&scoped, TableName::Studio)?;
    let app = App {
        uploads: Uploads::new(studio.clone(), bucket.clone()),
        studio,
        renders: RenderStarter::new(dispatcher, entitlements.clone(), QuotaManager::new(metering)),
        entitlements,
        bucket,
        frontend: settings::text(FRONTEND_ORIGIN)?,
    };
    edge::serve(
        projects::routes().with_state(app),
        Middleware::from_settings(&config, &scoped)?.with_idempotency(answers),
    )
    .await
}
