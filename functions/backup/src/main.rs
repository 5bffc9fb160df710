//! Once a night: what is kept of every tenant, and of the platform, is written to the vault.

mod error;
mod run;
mod scope;
mod sources;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use cloud::bucket::{Bucket, WORKER_TIMEOUT};
use cloud::metrics::{Metrics, Unit};
use cloud::settings::{self, BucketName, SettingError};
use cloud::{clock, correlation, tenant_role};
use lambda_runtime::{Context, Error, LambdaEvent, service_fn};
use protection::Tables;

use crate::error::BackupRunError;
use crate::run::{BackupRequest, BackupRun, RunOutcome};
use crate::scope::BackupScope;

/// Above how many bytes a file is compressed: the deployment guide's 100 MB.
const COMPRESSED_ABOVE: u64 = 100_000_000;

/// How long before its end the function stops taking tenants and hands over, seconds: whatever it is at must be
/// done by then, or is done again.
const MARGIN_S: u64 = 120;

/// How often a night is handed over: two days' worth. Whatever is not through by then never will be.
const MAX_HANDOVERS: u32 = 200;

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let scoped = tenant_role::config(&config);
    let scope = |config| {
        Ok::<_, SettingError>(BackupScope {
            tables: Tables::from_settings(config)?,
            media: Bucket::from_settings(config, BucketName::Media, WORKER_TIMEOUT)?,
            vault: Bucket::from_settings(config, BucketName::Vault, WORKER_TIMEOUT)?,
        })
    };
    let backup = &BackupRun {
        platform: scope(&config)?,
        tenant: scope(&scoped)?,
        compressed_above: settings::parsed("BACKUP_COMPRESSED_ABOVE_BYTES", COMPRESSED_ABOVE)?,
        margin: std::time::Duration::from_secs(settings::parsed("BACKUP_MARGIN_S", MARGIN_S)?),
    };
    let lambda = &Client::new(&config);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<BackupRequest>| {
        let LambdaEvent { payload, context } = event;
        let request_id = context.request_id.clone();
        let run = async {
            let outcome = Box::pin(backup.run(payload, context.deadline())).await?;
            conclude(lambda, &context, outcome).await
        };
        correlation::scope(request_id, run).await
    }))
    .await
}

/// Hands over what is left, or says that the night is done.
async fn conclude(lambda: &Client, context: &Context, outcome: RunOutcome) -> Result<(), Error> {
    match outcome {
        RunOutcome::Unfinished(request) if request.handovers < MAX_HANDOVERS => {
            tracing::info!(night = ?request.night, turn = request.handovers, "handed over");
            let invoke = lambda.invoke().function_name(&context.env_config.function_name);
            let invoke = invoke.invocation_type(InvocationType::Event);
            invoke.payload(Blob::new(serde_json::to_vec(&request)?)).send().await?;
            Ok(())
        }
        RunOutcome::Unfinished(_) => Err(BackupRunError::TooManyHandovers.into()),
        RunOutcome::Done { night, tenants } => {
            tracing::info!(%night, tenants, "backed up {tenants} tenants");
            let mut metrics = Metrics::default();
            metrics.add("BackupCompleted", Unit::Count, 1.0);
            metrics.emit(clock::now());
            Ok(())
        }
    }
}
