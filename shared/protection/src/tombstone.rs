//! Tombstones: the record that a tenant was erased. They are stored in the vault and outlive every backup, so that a
//! restore does not bring erased tenants back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cloud::bucket::{Bucket, BucketError};
use cloud::table::Item;
use cloud::table::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ObjectKey, TenantId};

use crate::tables::tenant_of;

/// The record that a tenant was erased, or is being erased. It holds no personal data: it identifies the tenant by its
/// id alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The erased tenant.
    pub tenant: TenantId,
    /// When an owner asked for the erasure.
    pub requested_at: Timestamp,
    /// When the erasure was complete; none while it is under way.
    pub erased_at: Option<Timestamp>,
    /// How many records of each [kind](crate::TenantRecord::kind) there were when the erasure began.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
}

/// How long Object Lock protects a tombstone: 400 days, a year longer than a backup is kept (35 days).
const LOCK_DURATION: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The store of tombstones in the vault.
#[derive(Clone)]
pub struct Tombstones {
    vault: Bucket,
}

/// The tenants that were erased, and must not be restored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedTenants(BTreeSet<TenantId>);

impl ErasedTenants {
    /// The set of these tenants.
    #[must_use]
    pub const fn new(tenants: BTreeSet<TenantId>) -> Self {
        Self(tenants)
    }

    /// Whether this tenant was erased.
    #[must_use]
    pub fn contains(&self, tenant: &TenantId) -> bool {
        self.0.contains(tenant)
    }

    /// The erased tenants, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &TenantId> {
        self.0.iter()
    }

    /// What of an item may be restored. None when the item belongs to an erased tenant. The item of a person loses the
    /// erased tenants from its list, and is none when no other tenant is left. Any other item is unchanged.
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

/// Why tombstones could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TombstoneError {
    /// The vault did not answer, or refused.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// A tombstone does not parse.
    #[error("the tombstone {key} cannot be read: {source}")]
    Form {
        /// The tombstone's key.
        key: ObjectKey,
        /// What the parser said.
        source: serde_json::Error,
    },
}

impl Tombstones {
    /// The tombstones in this bucket.
    #[must_use]
    pub const fn new(vault: Bucket) -> Self {
        Self { vault }
    }

    /// The tenant's tombstone; none when nobody asked for its erasure. Cost: one request.
    ///
    /// # Errors
    /// [`TombstoneError::Bucket`] when the vault does not answer, [`TombstoneError::Form`] when the tombstone does not
    /// parse.
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

    /// Stores a tombstone as a new version, under Object Lock for 400 days, so that nobody can delete it while a backup
    /// of the tenant may exist. Cost: one request.
    ///
    /// # Errors
    /// [`TombstoneError::Bucket`] when the vault does not store it.
    pub async fn put(&self, tombstone: &Tombstone) -> Result<(), TombstoneError> {
        let key = ObjectKey::tombstone(&tombstone.tenant);
        let bytes = serde_json::to_vec(tombstone)
            .map_err(|source| TombstoneError::Form { key: key.clone(), source })?;
        Ok(self.vault.put_locked(&key, bytes, "application/json", LOCK_DURATION).await?)
    }

    /// All tenants that were erased or are being erased. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`TombstoneError::Bucket`] when the vault does not answer.
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
