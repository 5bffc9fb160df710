//! Serves the API's health.

use std::sync::Arc;

use cloud::bucket::{API_TIMEOUT, Bucket};
use cloud::queue::Queue;
use cloud::settings::{BucketName, QueueName, TableName};
use cloud::table::Table;

use health::{Check, Checks};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let table = |name| Table::from_settings(&config, name);
    let queue = |name| Queue::from_settings(&config, name);
    let bucket = Bucket::from_settings(&config, BucketName::Media, API_TIMEOUT)?;
    let checks = vec![
        Check::table("identity_table", table(TableName::Identity)?),
        Check::table("metering_table", table(TableName::Metering)?),
        Check::table("studio_table", table(TableName::Studio)?),
        Check::bucket("media_bucket", bucket),
        Check::queue("mail_queue", queue(QueueName::Mail)?),
        Check::queue("render_steps_queue", queue(QueueName::RenderSteps)?),
    ];
    // Without rate limits: a monitor must not be refused, least of all when something is wrong.
    let router = health::routes().with_state(Arc::new(Checks::new(checks)));
    edge::serve(router, edge::Middleware::default()).await.map_err(anyhow::Error::from_boxed)
}
