//! Runs once an hour: writes the heads of the audit log's chains to a bucket with object lock, where nobody can change
//! them. Before that it moves abandoned entries and counts of refused calls into the chains.

mod audit_sealer;
mod drain;

use cloud::correlation;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use crate::audit_sealer::AuditSealer;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let sealer = &AuditSealer::from_settings(&config)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        let run = async { sealer.run().await.map_err(Error::from) };
        correlation::scope(event.context.request_id, run).await
    }))
    .await
}
