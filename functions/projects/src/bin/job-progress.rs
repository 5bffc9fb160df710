//! Serves one job, and waits for its next change.

use cloud::settings::TableName;
use cloud::table::Table;
use edge::{Limiter, Middleware, Semaphore};
use projects::{JobProgress, WaitLimits};
use studio::{Studio, StudioSettings};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = cloud::tenant_role::config(&config);
    let studio = Studio::new(
        Table::from_settings(&scoped, TableName::Studio)?,
        &Table::from_settings(&scoped, TableName::Metering)?,
        StudioSettings::from_settings()?,
    );
    let progress = JobProgress {
        studio,
        waits: Semaphore::from_settings(&config)?,
        limits: WaitLimits::from_settings()?,
    };
    let limiter = Limiter::from_settings(&config)?;
    edge::serve(projects::job_progress_routes().with_state(progress), Middleware::from(limiter)).await
}
