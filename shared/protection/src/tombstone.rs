//! That a tenant was erased. Tombstones lie in the vault and outlive every backup, so that whatever gives data
//! back learns from them what must stay away.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cloud::bucket::{Bucket, BucketError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ObjectKey, TenantId};

/// A tenant that is erased, or about to be. It names nobody: the id is all that it says of whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Who is gone.
    pub tenant: TenantId,
    /// When an owner asked for it.
    pub requested_at: Timestamp,
    /// When nothing was left; none while it is being erased.
    pub erased_at: Option<Timestamp>,
    /// How many of what were erased.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
}

/// How long a tombstone cannot be taken away: a year longer than any backup lives (35 days).
const LOCKED: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The tombstones in the vault.
#[derive(Clone)]
pub struct Tombstones {
    vault: Bucket,
}

/// Why it is not known whether a tenant was erased.
#[derive(Debug, thiserror::Error)]
pub enum TombstoneError {
    /// The vault.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// A tombstone is not of its form.
    #[error("the tombstone {key} cannot be read: {source}")]
    Form {
        /// Which.
        key: ObjectKey,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Tombstones {
    /// In this vault.
    #[must_use]
    pub const fn new(vault: Bucket) -> Self {
        Self { vault }
    }

    /// The tenant's, if it was erased. Cost: one request.
    ///
    /// # Errors
    /// [`TombstoneError`].
    pub async fn get(&self, tenant: &TenantId) -> Result<Option<Tombstone>, TombstoneError> {
        let key = ObjectKey::tombstone(tenant);
        match self.vault.get(&key).await {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(tombstone) => Ok(Some(tombstone)),
                Err(source) => Err(TombstoneError::Form { key, source }),
            },
            Err(BucketError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts up a tombstone, beside the one of before if there is one: it is locked, so that nobody takes it away
    /// as long as a backup may be left. Cost: one request.
    ///
    /// # Errors
    /// [`TombstoneError`].
    pub async fn put(&self, tombstone: &Tombstone) -> Result<(), TombstoneError> {
        let key = ObjectKey::tombstone(&tombstone.tenant);
        let bytes = serde_json::to_vec(tombstone)
            .map_err(|source| TombstoneError::Form { key: key.clone(), source })?;
        Ok(self.vault.put_locked(&key, bytes, "application/json", LOCKED).await?)
    }

    /// Whoever was erased, or is about to be. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`TombstoneError::Bucket`].
    pub async fn tenants(&self) -> Result<BTreeSet<TenantId>, TombstoneError> {
        Ok(self.vault.tombstones().await?)
    }
}
