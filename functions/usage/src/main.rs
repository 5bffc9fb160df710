//! Runs once an hour: writes the month's usage log, measures what each tenant stores in the bucket, and deletes orphaned
//! objects and expired exports.

mod error;
mod exports;
mod log;
mod orphans;
mod storage;
mod uploads;

use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::settings::{BucketName, TableName};
use cloud::table::Table;
use cloud::{clock, correlation, tenant_role};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use metering::UsageCounter;
use studio::Studio;

use crate::exports::OldExports;
use crate::log::Log;
use crate::orphans::Orphans;
use crate::storage::Storage;
use crate::uploads::Uploads;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let platform = Bucket::from_settings(&config, BucketName::Media, WORKER_TIMEOUT)?;
    let platform_metering = Table::from_settings(&config, TableName::Metering)?;
    let log = &Log { counter: UsageCounter::new(platform_metering.clone()), bucket: platform.clone() };
    let studio = Studio::from_settings(&scoped)?;
    let storage = &Storage {
        platform,
        cursors: platform_metering,
        bucket: Bucket::from_settings(&scoped, BucketName::Media, WORKER_TIMEOUT)?,
        counter: UsageCounter::new(Table::from_settings(&scoped, TableName::Metering)?),
        orphans: Orphans::from_settings(studio.clone())?,
        uploads: Uploads::from_settings(studio)?,
        exports: OldExports::from_settings()?,
    };
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        let run = async {
            // Each of the two is done even when the other fails.
            let (written, measured) = (log.write(clock::now()).await, storage.measure().await);
            written.map_err(Error::from)?;
            measured.map_err(Error::from)
        };
        correlation::scope(event.context.request_id, run).await
    }))
    .await
}
