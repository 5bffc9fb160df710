//! The notary: once an hour, the heads of the audit log's chains are written where nobody can change them, and what
//! was begun and never ended comes into its chain.

mod notary;

use cloud::correlation;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use crate::notary::Notary;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let notary = &Notary::configured(&config)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        let run = async { notary.work().await.map_err(Error::from) };
        correlation::scope(event.context.request_id, run).await
    }))
    .await
}
