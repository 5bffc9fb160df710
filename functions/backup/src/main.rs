//! Once a night: what is kept of every tenant, and of the platform, is written to the vault.

mod error;
mod night;
mod owner;
mod sources;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use cloud::bucket::{Bucket, WORKER_PATIENCE};
use cloud::metrics::{Metrics, Unit};
use cloud::settings::{self, BucketName, SettingError};
use cloud::{clock, correlation, tenant_role};
use lambda_runtime::{Context, Error, LambdaEvent, service_fn};
use protection::Tables;

use crate::error::NightError;
use crate::night::{Night, Order, Outcome};
use crate::owner::Reach;

/// Above how many bytes a file is compressed: the deployment guide's 100 MB.
const COMPRESSED_ABOVE: u64 = 100_000_000;

/// How long before its end the function stops taking tenants and hands over, seconds: whatever it is at must be
/// done by then, or is done again.
const MARGIN_S: u64 = 120;

/// How often a night is handed over: two days' worth. Whatever is not through by then never will be.
const MOST_TURNS: u32 = 200;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let reach = |config| {
        Ok::<_, SettingError>(Reach {
            tables: Tables::from_settings(config)?,
            media: Bucket::from_settings(config, BucketName::Media, WORKER_PATIENCE)?,
            vault: Bucket::from_settings(config, BucketName::Vault, WORKER_PATIENCE)?,
        })
    };
    let night = &Night {
        platform: reach(&config)?,
        tenant: reach(&scoped)?,
        compressed_above: settings::parsed("BACKUP_COMPRESSED_ABOVE_BYTES", COMPRESSED_ABOVE)?,
        margin: std::time::Duration::from_secs(settings::parsed("BACKUP_MARGIN_S", MARGIN_S)?),
    };
    let lambda = &Client::new(&config);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Order>| {
        let LambdaEvent { payload, context } = event;
        let request_id = context.request_id.clone();
        let run = async {
            let outcome = Box::pin(night.run(payload, context.deadline())).await?;
            conclude(lambda, &context, outcome).await
        };
        correlation::scope(request_id, run).await
    }))
    .await
}

/// Hands over what is left, or says that the night is done.
async fn conclude(lambda: &Client, context: &Context, outcome: Outcome) -> Result<(), Error> {
    match outcome {
        Outcome::Left(order) if order.turn < MOST_TURNS => {
            tracing::info!(night = ?order.night, turn = order.turn, "handed over");
            let request = lambda.invoke().function_name(&context.env_config.function_name);
            let request = request.invocation_type(InvocationType::Event);
            request.payload(Blob::new(serde_json::to_vec(&order)?)).send().await?;
            Ok(())
        }
        Outcome::Left(_) => Err(NightError::Endless.into()),
        Outcome::Done { night, tenants } => {
            tracing::info!(%night, tenants, "backed up {tenants} tenants");
            let mut metrics = Metrics::default();
            metrics.add("BackupCompleted", Unit::Count, 1.0);
            metrics.emit(clock::now());
            Ok(())
        }
    }
}
