//! Serves the API's health.

use std::sync::Arc;

use cloud::{
    bucket::{API_PATIENCE, Bucket},
    queue::Queue,
    settings,
    table::Table,
};

use health::{Check, Checks};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let table = |setting| settings::text(setting).map(|name| Table::new(&config, name));
    let queue = |setting| settings::text(setting).map(|url| Queue::new(&config, url));
    let bucket = Bucket::new(
        &config,
        settings::text("MEDIA_BUCKET")?,
        settings::parsed("S3_PATH_STYLE", false)?,
        API_PATIENCE,
    );
    let checks = vec![
        Check::table("identity_table", table("IDENTITY_TABLE")?),
        Check::table("metering_table", table("METERING_TABLE")?),
        Check::table("studio_table", table("STUDIO_TABLE")?),
        Check::bucket("media_bucket", bucket),
        Check::queue("mail_queue", queue("MAIL_QUEUE_URL")?),
        Check::queue("render_steps_queue", queue("RENDER_STEPS_QUEUE_URL")?),
    ];
    // Without rate limits: a monitor must not be turned away, least of all when something is wrong.
    let router = health::routes().with_state(Arc::new(Checks::new(checks)));
    edge::serve(router, edge::Middleware::default()).await.map_err(anyhow::Error::from_boxed)
}
