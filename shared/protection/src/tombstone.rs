//! That a tenant was erased. Tombstones lie in the vault and outlive every backup, so that whatever gives data
//! back learns from them what must stay away.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cloud::bucket::{Bucket, BucketError};
use cloud::table::Item;
use cloud::table::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ObjectKey, TenantId};

use crate::tables::tenant_of;

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
const LOCK_DURATION: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The tombstones in the vault.
#[derive(Clone)]
pub struct Tombstones {
    vault: Bucket,
}

/// Whoever must not come back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedTenants(BTreeSet<TenantId>);

impl ErasedTenants {
    /// These tenants.
    #[must_use]
    pub const fn new(tenants: BTreeSet<TenantId>) -> Self {
        Self(tenants)
    }

    /// Whether this tenant is one of them.
    #[must_use]
    pub fn contains(&self, tenant: &TenantId) -> bool {
        self.0.contains(tenant)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &TenantId> {
        self.0.iter()
    }

    /// What of an item may be given back: none when it is of somebody who was erased, and a person without the
    /// tenants that were, or none when there is no other. The rest comes as it is.
    #[must_use]
    pub fn without_erased(&self, mut item: Item) -> Option<Item> {
        let names_one = |value: &AttributeValue| {
            value.as_s().ok().and_then(|id| id.parse().ok()).is_some_and(|tenant| self.contains(&tenant))
        };
        let is_theirs = tenant_of(&item).is_some_and(|tenant| self.contains(&tenant));
        if is_theirs || item.get("tenant").is_some_and(names_one) {
            return None;
        }
        if let Some(AttributeValue::L(tenants)) = item.get_mut("tenants") {
            let before = tenants.len();
            tenants.retain(|tenant| !names_one(tenant));
            if tenants.is_empty() && before > 0 {
                return None;
            }
        }
        Some(item)
    }
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
        Ok(self.vault.put_locked(&key, bytes, "application/json", LOCK_DURATION).await?)
    }

    /// Whoever was erased, or is about to be. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`TombstoneError::Bucket`].
    pub async fn erased(&self) -> Result<ErasedTenants, TombstoneError> {
        Ok(ErasedTenants(self.vault.tombstones().await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_erased_tenant_is_left_and_everything_of_the_others() {
        let (gone, here) = (TenantId::new(), TenantId::new());
        let erased = ErasedTenants::new(BTreeSet::from([gone]));
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let item = |name: &str, value: AttributeValue| Item::from([(name.to_owned(), value)]);
        let list = |tenants: &[TenantId]| {
            AttributeValue::L(tenants.iter().map(|tenant| text(&tenant.to_string())).collect())
        };
        let of = |tenant: &TenantId| item("pk", text(tenant.partition().as_str()));

        assert_eq!(erased.without_erased(of(&gone)), None);
        assert_eq!(erased.without_erased(of(&here)), Some(of(&here)));
        let begun = item("pk", text(&format!("TENANT#{gone}#BEGUN")));
        assert_eq!(erased.without_erased(begun), None);
        assert_eq!(erased.without_erased(item("tenant", text(&gone.to_string()))), None);
        let key = item("tenant", text(&here.to_string()));
        assert_eq!(erased.without_erased(key.clone()), Some(key));
        assert_eq!(erased.without_erased(item("tenants", list(&[gone]))), None);
        let person = item("tenants", list(&[here, gone]));
        assert_eq!(erased.without_erased(person), Some(item("tenants", list(&[here]))));
    }
}
