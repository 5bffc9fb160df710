//! The audit sealer: once an hour, the heads of the audit log's chains are written where nobody can change them, and what
//! was begun and never ended comes into its chain.

mod audit_sealer;

use cloud::correlation;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use crate::audit_sealer::AuditSealer;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let sealer = &AuditSealer::from_settings(&config)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        let run = async { sealer.work().await.map_err(Error::from) };
        correlation::scope(event.context.request_id, run).await
    }))
    .await
}
