use std::time::Duration;

use audit::AuditLog;
use aws_config::SdkConfig;
use cloud::bucket::{API_TIMEOUT, Bucket, BucketError};
use cloud::settings::{self, BucketName, SettingError};
use cloud::table::TableError;
use cloud::tenant_role::{self, acting_for};

/// Why chains are not sealed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The vault.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The document.
    #[error("the heads cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Seals chains.
pub(crate) struct AuditSealer {
    /// Reaches the index of all chains, and how far they are sealed.
    platform: AuditLog,
    /// Reaches the chain of the tenant that is acted for.
    own: AuditLog,
    vault: Bucket,
    locked: Duration,
}

impl AuditSealer {
    /// As the environment says: `AUDIT_TABLE`, `VAULT_BUCKET`, `AUDIT_RETENTION_DAYS`.
    pub(crate) fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        Ok(Self {
            platform: AuditLog::from_settings(config)?,
            own: AuditLog::from_settings(&tenant_role::config(config))?,
            vault: Bucket::from_settings(config, BucketName::Vault, API_TIMEOUT)?,
            locked: Duration::from_secs(86_400 * settings::parsed("AUDIT_RETENTION_DAYS", 400)?),
        })
    }

    /// Brings what nobody ended into its chain, and then seals the chains that have grown.
    ///
    /// Cost: a query, and for each that nobody ended one read and one transaction of three items; then nine queries,
    /// one object, one read and one write. Nothing is written when no chain has grown.
    pub(crate) async fn work(&self) -> Result<(), SealError> {
        for abandoned in self.platform.abandoned().await? {
            let tenant = abandoned.tenant;
            if let Err(error) = acting_for(tenant, self.own.chain_abandoned(&abandoned)).await {
                // The next hour tries again.
                tracing::error!(%tenant, reason = %error, "what was begun is not in the chain: {error}");
            }
        }
        let seal = self.platform.prepare_seal().await?;
        if seal.heads.is_empty() {
            return Ok(());
        }
        let bytes = serde_json::to_vec_pretty(&seal)?;
        let checkpoint = seal.checkpoint(&bytes);
        self.vault.put_locked(&seal.key(), bytes, "application/json", self.locked).await?;
        // Dying here leaves a document that the next one does not name; it says nothing that is wrong.
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
