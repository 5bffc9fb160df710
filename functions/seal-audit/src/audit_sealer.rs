use std::time::{Duration, Instant};

use audit::AuditLog;
use aws_config::SdkConfig;
use cloud::bucket::{API_TIMEOUT, Bucket, BucketError};
use cloud::settings::{self, BucketName, SettingError};
use cloud::table::TableError;
use cloud::tenant_role::{self, acting_for};

use crate::drain::drain;

/// Why chains were not sealed. The next hourly run tries again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// The audit table did not answer.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The bucket did not take the document.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The document could not be serialised.
    #[error("the heads cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// How long a run moves entries into chains. The function has 300 s (`Timeout` in the template), and sealing takes
/// some.
const MOVING: Duration = Duration::from_secs(200);

/// Seals the chains of all tenants.
pub(crate) struct AuditSealer {
    /// The log with the function's own credentials, which reach the index of all chains and the checkpoint.
    platform: AuditLog,
    /// The log with the credentials of the tenant that is acted for, which reach that tenant's chain.
    own: AuditLog,
    /// The bucket with object lock.
    vault: Bucket,
    /// For how long a document is locked.
    locked: Duration,
}

impl AuditSealer {
    /// A sealer for the deployment's audit table and vault, which locks documents for `AUDIT_RETENTION_DAYS`.
    pub(crate) fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        Ok(Self {
            platform: AuditLog::from_settings(config)?,
            own: AuditLog::from_settings(&tenant_role::config(config))?,
            vault: Bucket::from_settings(config, BucketName::Vault, API_TIMEOUT)?,
            locked: Duration::from_secs(86_400 * settings::parsed("AUDIT_RETENTION_DAYS", 400)?),
        })
    }

    /// Moves abandoned entries and counts of refused calls into their chains, and then seals the chains that have
    /// grown. What cannot be moved in [`MOVING`] is left to the next run.
    ///
    /// Cost: two queries, one more for every thousand entries, and for each entry two reads and one transaction of
    /// three items; then eight queries, one object, one read and one write. Nothing is written when no chain has grown.
    pub(crate) async fn run(&self) -> Result<(), SealError> {
        let until = Instant::now() + MOVING;
        let abandoned = drain(
            async |after| self.platform.abandoned(after).await,
            |abandoned| abandoned.tenant,
            async |abandoned| {
                let tenant = abandoned.tenant;
                if let Err(error) = acting_for(tenant, self.own.chain_abandoned(&abandoned)).await {
                    // The entry stays pending, and the next run tries again.
                    tracing::error!(%tenant, reason = %error, "what was begun is not in the chain: {error}");
                }
            },
            until,
        );
        let refused = drain(
            async |after| self.platform.due_refusals(after).await,
            |counter| counter.tenant,
            async |counter| {
                let tenant = counter.tenant;
                if let Err(error) = acting_for(tenant, self.own.chain_refusals(&counter)).await {
                    tracing::error!(%tenant, reason = %error, "a count of refused calls is not in the chain: {error}");
                }
            },
            until,
        );
        // One after the other: both append to the chain of the same tenant.
        if !abandoned.await? || !refused.await? {
            tracing::warn!("not everything is moved into the chains: the next run goes on");
        }
        let seal = self.platform.prepare_seal().await?;
        if seal.heads.is_empty() {
            return Ok(());
        }
        let bytes = serde_json::to_vec_pretty(&seal)?;
        let checkpoint = seal.checkpoint(&bytes);
        self.vault.put_locked(&seal.key(), bytes, "application/json", self.locked).await?;
        // A crash here leaves a document that the next one does not name as its predecessor; its heads are right.
        self.platform.save_checkpoint(&checkpoint).await?;
        tracing::info!(
            heads = seal.heads.len(),
            key = checkpoint.last.key,
            "{} heads sealed",
            seal.heads.len()
        );
        Ok(())
    }
}
