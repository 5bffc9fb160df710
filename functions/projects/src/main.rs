//! Projects, their storyboards and renders, jobs and videos, behind the API.

mod app;
mod assets;
mod jobs;
mod page;
mod projects;
mod render;
mod storyboard;
mod videos;

use app::App;
use cloud::bucket::Bucket;
use cloud::queue::Queue;
use cloud::settings;
use cloud::table::Table;
use edge::{Limiter, Router};
use metering::Meter;
use studio::{StepQueue, Studio};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let app = App {
        studio: Studio::new(Table::new(&scoped, settings::text("STUDIO_TABLE")?)),
        meter: Meter::new(Table::new(&scoped, settings::text("METERING_TABLE")?)),
        bucket: Bucket::new(
            &scoped,
            settings::text("MEDIA_BUCKET")?,
            settings::parsed("S3_PATH_STYLE", false)?,
            cloud::bucket::API_PATIENCE,
        ),
        steps: StepQueue(Queue::new(&config, settings::text("RENDER_STEPS_QUEUE_URL")?)),
        frontend: settings::text("FRONTEND_ORIGIN")?,
    };
    edge::serve(router(app), Some(Limiter::configured(&config)?)).await
}

fn router(app: App) -> Router {
    Router::new()
        .merge(projects::routes())
        .merge(storyboard::routes())
        .merge(assets::routes())
        .merge(render::routes())
        .merge(jobs::routes())
        .merge(videos::routes())
        .with_state(app)
}
