//! The book-keeper: once an hour, the month's usage log is written, what lies in the bucket is measured, and
//! what is nobody's is deleted.

mod error;
mod exports;
mod log;
mod orphans;
mod storage;

use cloud::bucket::{Bucket, WORKER_PATIENCE};
use cloud::table::Table;
use cloud::{clock, correlation, settings, tenant_role};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use metering::UsageCounter;
use studio::{Studio, StudioSettings};

use crate::exports::OldExports;
use crate::log::Log;
use crate::orphans::Orphans;
use crate::storage::Storage;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let path_style = settings::parsed("S3_PATH_STYLE", false)?;
    let (bucket, table) = (settings::text("MEDIA_BUCKET")?, settings::text("METERING_TABLE")?);
    let platform = Bucket::new(&config, bucket.clone(), path_style, WORKER_PATIENCE);
    let log =
        &Log { counter: UsageCounter::new(Table::new(&config, table.clone())), bucket: platform.clone() };
    let own_usage = Table::new(&scoped, table.clone());
    let storage = &Storage {
        platform,
        place: Table::new(&config, table),
        bucket: Bucket::new(&scoped, bucket, path_style, WORKER_PATIENCE),
        counter: UsageCounter::new(own_usage.clone()),
        orphans: Orphans::configured(Studio::new(
            Table::new(&scoped, settings::text("STUDIO_TABLE")?),
            &own_usage,
            StudioSettings::from_environment()?,
        ))?,
        exports: OldExports::configured()?,
    };
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        let run = async {
            // Whatever becomes of the one, the other is done.
            let (written, measured) = (log.write(clock::now()).await, storage.measure().await);
            written.map_err(Error::from)?;
            measured.map_err(Error::from)
        };
        correlation::scope(event.context.request_id, run).await
    }))
    .await
}
