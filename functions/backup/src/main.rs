//! The nightly backup: writes the data of every tenant, and of the platform, to the vault. The format is
//! `protection::backup`'s.
//!
//! A run that does not finish within the function's 15 minutes invokes the function again, asynchronously, with the
//! key after which to go on.

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

/// The size in bytes above which a file is compressed, unless `BACKUP_COMPRESSED_ABOVE_BYTES` says otherwise: the
/// product's requirement, 100 MB.
const COMPRESSED_ABOVE: u64 = 100_000_000;

/// How long before its timeout the function stops and hands over, in seconds. Backups of tenants that are under way then
/// are cancelled and resumed by the next invocation.
const MARGIN_S: u64 = 120;

/// How often a run is handed over at most: 200 invocations of 15 minutes are two days. A run that has not finished by
/// then never will.
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

/// Invokes the function again for the tenants that are left, or emits the metric that the run is complete.
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
