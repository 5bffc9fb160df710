//! API keys: making, listing and revoking them.

use std::time::Duration;

use cloud::clock;
use cloud::table::TableError;
use cloud::table::types::TransactWriteItem;
use jiff::Timestamp;
use jiff::civil::Date;
use tenancy::{ApiKeyId, Role, Scope, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::{Retries, delete_if_there};
use super::revocations::Revoked;
use crate::api_key::ApiKeyText;
use crate::records::{ApiKey, Member};
use crate::session::seconds_after;

/// How many valid keys a tenant can have: one for each program, and replaced ones during their overlap.
const MAX_KEYS: usize = 50;

/// How many keys the transaction that makes a key ends at most: it has four items for each and four besides, and
/// DynamoDB accepts 100.
const MAX_ENDED_IN_TRANSACTION: usize = 24;

/// Why a key was not made.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// The caller is not an owner of the tenant, or no longer.
    #[error("not an owner")]
    NotOwner,
    /// The tenant does not exist any more.
    #[error("no such tenant")]
    NoSuchTenant,
    /// The tenant has as many keys as it can have.
    #[error("at most {most} keys live at once")]
    TooMany {
        /// The maximum number of valid keys.
        most: usize,
    },
    /// The table did not answer, or refused the request.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<OwnerError> for ApiKeyError {
    fn from(error: OwnerError) -> Self {
        match error {
            OwnerError::NotOwner => Self::NotOwner,
            OwnerError::Table(error) => Self::Table(error),
        }
    }
}

/// A key that was just made.
#[derive(Debug)]
pub struct NewApiKey {
    /// The key's item, as it is listed.
    pub key: ApiKey,
    /// The key itself. It is not stored anywhere.
    pub text: ApiKeyText,
}

impl IdentityStore {
    /// The valid keys of the tenant, oldest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ApiKey>, TableError> {
        let all: Vec<ApiKey> = self.table.query_all(&tenant.partition(), keys::API_KEYS).await?;
        let now = clock::now();
        Ok(all.into_iter().filter(|key| !key.has_expired(now)).collect())
    }

    /// A key that was not deleted, valid or not; `None` when there is none with this id. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn api_key(&self, tenant: &TenantId, key: &ApiKeyId) -> Result<Option<ApiKey>, TableError> {
        self.table.get(&keys::listed_api_key(tenant, key)).await
    }

    /// Whether a key with this id was ended within the last 400 days: deleted, replaced or reported as leaked. Cost:
    /// one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn has_ended_api_key(&self, tenant: &TenantId, key: &ApiKeyId) -> Result<bool, TableError> {
        self.was_revoked(tenant, Revoked::ApiKey(*key)).await
    }

    /// Makes a key with this id and name for `owner`. The current key of that name, if there is one, expires after
    /// `overlap`. With an `overlap` of zero it is deleted at once, together with the keys that were replaced before it.
    /// Cost: one read, one query, one transaction of four items, and four more for each key that ends.
    ///
    /// # Errors
    /// [`ApiKeyError::NotOwner`], [`ApiKeyError::NoSuchTenant`], [`ApiKeyError::TooMany`] when the tenant has 50 valid
    /// keys, [`ApiKeyError::Table`] when the table does not answer or other requests keep changing the keys.
    pub async fn rotate_api_key(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        id: ApiKeyId,
        name: &str,
        scope: Scope,
        overlap: Duration,
    ) -> Result<NewApiKey, ApiKeyError> {
        let mut retries = Retries::default();
        loop {
            let home = self.tenant(tenant).await?.ok_or(ApiKeyError::NoSuchTenant)?;
            let live = self.api_keys(tenant).await?;
            let new = NewApiKey::make(id, *tenant, *owner, name, scope);
            let end = (!overlap.is_zero()).then(|| seconds_after(new.key.created_at, overlap));
            let ended = ended(&live, name, end);
            let remaining = if end.is_some() { live.len() } else { live.len() - ended.len() };
            if remaining >= MAX_KEYS {
                return Err(ApiKeyError::TooMany { most: MAX_KEYS });
            }
            // Without this count two concurrent rotations could leave two current keys of one name.
            let counted = self.table.update(&keys::tenant(tenant)).add("api_key_changes", 1);
            let mut writes = vec![
                counted.when("api_key_changes", "=", home.api_key_changes).build()?,
                self.table.put_new(&keys::api_key(&new.key.digest), &new.key)?,
                self.table.put_new(&keys::listed_api_key(tenant, &new.key.id), &new.key)?,
            ];
            // Keys that do not fit into the transaction are ended before it: those that were replaced earlier, which
            // would expire anyway.
            let (earlier, last) = ended.split_at(ended.len().saturating_sub(MAX_ENDED_IN_TRANSACTION));
            for old in earlier {
                self.transact_if_there(tenant, owner, self.end_api_key(old, end)?.into()).await?;
            }
            for old in last {
                writes.extend(self.end_api_key(old, end)?);
            }
            match self.transact_as_owner(tenant, owner, writes).await {
                Ok(()) => return Ok(new),
                Err(OwnerError::Table(TableError::Condition { .. } | TableError::Conflict)) => {
                    retries.pause().await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Deletes a key on behalf of `owner`; returns whether there is or ever was one. Cost: one read, one transaction of
    /// five items; for a key that has ended already two reads.
    ///
    /// # Errors
    /// [`OwnerError::NotOwner`] when `owner` is not an owner, [`OwnerError::Table`] when the table does not answer.
    pub async fn delete_api_key(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        key: &ApiKeyId,
    ) -> Result<bool, OwnerError> {
        let found = self.api_key(tenant, key).await?;
        match found.filter(|key| !key.has_expired(clock::now())) {
            Some(key) => self.transact_if_there(tenant, owner, self.end_api_key(&key, None)?.into()).await,
            None => Ok(self.was_revoked(tenant, Revoked::ApiKey(*key)).await?),
        }
    }

    /// Deletes a leaked key. Possession of the key suffices to do so. Returns the key and the owners to notify, or
    /// `None` when there was no valid key. Cost: one read; for a valid key also one transaction of four items and one
    /// query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn revoke_leaked_key(
        &self,
        text: &ApiKeyText,
    ) -> Result<Option<(ApiKey, Vec<Member>)>, TableError> {
        let found: Option<ApiKey> = self.table.get(&keys::api_key(&text.digest())).await?;
        let Some(key) = found.filter(|key| !key.has_expired(clock::now())) else { return Ok(None) };
        if !delete_if_there(&self.table, self.end_api_key(&key, None)?.into()).await? {
            return Ok(None);
        }
        let mut owners = self.members(&key.tenant).await?;
        owners.retain(|member| member.role == Role::Owner);
        Ok(Some((key, owners)))
    }

    /// Records that a key was used today. Cost: one write.
    pub(super) async fn use_api_key(&self, key: &ApiKey, today: Date) -> Result<(), TableError> {
        let copy = self.table.update(&keys::listed_api_key(&key.tenant, &key.id)).when_present();
        match copy.set("last_used_on", today).send::<ApiKey>().await {
            // The key was deleted in the meantime.
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Deletes keys. Cost: four writes for each.
    pub(super) async fn delete_api_keys(&self, keys: &[ApiKey]) -> Result<(), TableError> {
        for key in keys {
            delete_if_there(&self.table, self.end_api_key(key, None)?.into()).await?;
        }
        Ok(())
    }

    /// The writes that end both items of a key, and record from when it is revoked, by its id and by its digest: they
    /// set its expiry to `end`, in seconds since 1970, unless it expires earlier, or delete it where `end` is `None`.
    fn end_api_key(&self, key: &ApiKey, end: Option<i64>) -> Result<[TransactWriteItem; 4], TableError> {
        let end = end.map(|end| end.min(key.expires_at.unwrap_or(end)));
        let copies = [keys::api_key(&key.digest), keys::listed_api_key(&key.tenant, &key.id)];
        let [one, other] = copies.map(|copy| {
            let copy = self.table.update(&copy).when_present();
            match end {
                Some(end) => copy.set("expires_at", end).build(),
                None => copy.build_delete(),
            }
        });
        let from = end.and_then(|end| Timestamp::from_second(end).ok()).unwrap_or_else(clock::now);
        let revoked = self.revoke_from(&key.tenant, Revoked::ApiKey(key.id), from)?;
        Ok([one?, other?, revoked, self.remember_ended_key(&key.digest, from)?])
    }
}

/// The keys among `live` that a new key with this name ends: those that would be valid beyond `end`, or all where `end`
/// is `None`. The current key of the name, which has no expiry yet, comes last.
fn ended<'a>(live: &'a [ApiKey], name: &str, end: Option<i64>) -> Vec<&'a ApiKey> {
    let outlives = |key: &ApiKey| match (key.expires_at, end) {
        (Some(own), Some(end)) => own > end,
        _ => true,
    };
    let mut ended: Vec<&ApiKey> = live.iter().filter(|key| key.name == name && outlives(key)).collect();
    ended.sort_by_key(|key| (key.expires_at.is_none(), key.expires_at));
    ended
}

impl NewApiKey {
    fn make(id: ApiKeyId, tenant: TenantId, user: UserId, name: &str, scope: Scope) -> Self {
        let text = ApiKeyText::random();
        let key = ApiKey {
            id,
            tenant,
            user,
            name: name.to_owned(),
            scope,
            beginning: text.beginning().to_owned(),
            digest: text.digest(),
            created_at: clock::now(),
            expires_at: None,
            last_used_on: None,
        };
        Self { key, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, expires_at: Option<i64>) -> ApiKey {
        let key = NewApiKey::make(ApiKeyId::new(), TenantId::new(), UserId::new(), name, Scope::Read).key;
        ApiKey { expires_at, ..key }
    }

    fn ends(live: &[ApiKey], end: Option<i64>) -> Vec<Option<i64>> {
        ended(live, "press", end).into_iter().map(|key| key.expires_at).collect()
    }

    #[test]
    fn a_new_key_ends_those_of_its_name_that_are_valid_for_longer() {
        let live = [None, Some(10), Some(30), Some(20)].map(|end| key("press", end));
        assert_eq!(ends(&live, Some(20)), [Some(30), None]);
        assert_eq!(ends(&live, Some(30)), [None]);
        assert_eq!(ends(&live, None), [Some(10), Some(20), Some(30), None]);
        assert_eq!(ends(&[key("other", None)], None), []);
    }
}
