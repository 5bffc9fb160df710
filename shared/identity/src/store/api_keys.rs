//! Keys for programs.

use std::time::Duration;

use cloud::clock;
use cloud::table::TableError;
use cloud::table::types::TransactWriteItem;
use jiff::civil::Date;
use tenancy::{ApiKeyId, Role, Scope, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::{Retries, delete_if_there};
use crate::api_key::ApiKeyText;
use crate::records::{ApiKey, Member};
use crate::session::seconds_after;

/// How many keys of a tenant live at once: one for each program, and those that were replaced.
const AT_ONCE: usize = 50;

/// How many keys a transaction ends beside making one: it has two items for each, and DynamoDB takes 100.
const ENDED_AT_ONCE: usize = 40;

/// Why there is no new key.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// Whoever asks is not an owner, or is one no longer.
    #[error("not an owner")]
    NotOwner,
    /// There is no such tenant any more.
    #[error("no such tenant")]
    NoSuchTenant,
    /// Others have to go first.
    #[error("at most {most} keys live at once")]
    TooMany {
        /// How many may live.
        most: usize,
    },
    /// The table.
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
    /// As the tenant lists it.
    pub key: ApiKey,
    /// What to send; exists nowhere else.
    pub text: ApiKeyText,
}

impl IdentityStore {
    /// The keys of the tenant that can still be used, oldest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ApiKey>, TableError> {
        let all: Vec<ApiKey> = self.table.query_all(&tenant.partition(), keys::API_KEYS).await?;
        let now = clock::now();
        Ok(all.into_iter().filter(|key| !key.is_over(now)).collect())
    }

    /// Makes a key of this name for `owner`. The live key of that name, if there is one, ends after
    /// `overlap`; without overlap at once, and with it those that were replaced before. Cost: one read, one
    /// query, one transaction of four items, and two for each key that ends by it.
    ///
    /// # Errors
    /// [`ApiKeyError`].
    pub async fn rotate_api_key(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        name: &str,
        scope: Scope,
        overlap: Duration,
    ) -> Result<NewApiKey, ApiKeyError> {
        let mut retries = Retries::default();
        loop {
            let home = self.tenant(tenant).await?.ok_or(ApiKeyError::NoSuchTenant)?;
            let live = self.api_keys(tenant).await?;
            let new = NewApiKey::make(*tenant, *owner, name, scope);
            let end = (!overlap.is_zero()).then(|| seconds_after(new.key.created_at, overlap));
            let ended = ended(&live, name, end);
            let remaining = if end.is_some() { live.len() } else { live.len() - ended.len() };
            if remaining >= AT_ONCE {
                return Err(ApiKeyError::TooMany { most: AT_ONCE });
            }
            // Two rotations at once would otherwise leave two live keys of one name.
            let counted = self.table.update(&keys::tenant(tenant)).add("api_key_changes", 1);
            let mut writes = vec![
                counted.when("api_key_changes", "=", home.api_key_changes).build()?,
                self.table.put_new(&keys::api_key(&new.key.digest), &new.key)?,
                self.table.put_new(&keys::listed_api_key(tenant, &new.key.id), &new.key)?,
            ];
            // Of very many, those that were replaced before go first: they were ending anyway.
            let (earlier, last) = ended.split_at(ended.len().saturating_sub(ENDED_AT_ONCE));
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

    /// Ends a key at once, as `owner` asks; whether there was one. Cost: one read, one transaction of
    /// three items.
    ///
    /// # Errors
    /// [`OwnerError`].
    pub async fn delete_api_key(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        key: &ApiKeyId,
    ) -> Result<bool, OwnerError> {
        let found: Option<ApiKey> = self.table.get(&keys::listed_api_key(tenant, key)).await?;
        match found.filter(|key| !key.is_over(clock::now())) {
            Some(key) => self.transact_if_there(tenant, owner, self.end_api_key(&key, None)?.into()).await,
            None => Ok(false),
        }
    }

    /// Ends at once a key that whoever shows it should not have; the key, and who is to be told, if there was one.
    /// Cost: one read; for a live key one transaction of two items and one query more.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn revoke_leaked_key(
        &self,
        text: &ApiKeyText,
    ) -> Result<Option<(ApiKey, Vec<Member>)>, TableError> {
        let found: Option<ApiKey> = self.table.get(&keys::api_key(&text.digest())).await?;
        let Some(key) = found.filter(|key| !key.is_over(clock::now())) else { return Ok(None) };
        if !delete_if_there(&self.table, self.end_api_key(&key, None)?.into()).await? {
            return Ok(None);
        }
        let mut owners = self.members(&key.tenant).await?;
        owners.retain(|member| member.role == Role::Owner);
        Ok(Some((key, owners)))
    }

    /// Remembers that a key is used today. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub(super) async fn use_api_key(&self, key: &ApiKey, today: Date) -> Result<(), TableError> {
        let copy = self.table.update(&keys::listed_api_key(&key.tenant, &key.id)).when_present();
        match copy.set("last_used_on", today).send::<ApiKey>().await {
            // It has ended meanwhile.
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends every key that one person made.
    pub(super) async fn delete_api_keys_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<(), TableError> {
        for key in self.api_keys(tenant).await?.iter().filter(|key| key.user == *user) {
            delete_if_there(&self.table, self.end_api_key(key, None)?.into()).await?;
        }
        Ok(())
    }

    /// Ends both copies of a key: at `end`, seconds since 1970, if it did not end before, or now.
    fn end_api_key(&self, key: &ApiKey, end: Option<i64>) -> Result<[TransactWriteItem; 2], TableError> {
        let copies = [keys::api_key(&key.digest), keys::listed_api_key(&key.tenant, &key.id)];
        let [one, other] = copies.map(|copy| {
            let copy = self.table.update(&copy).when_present();
            match end {
                Some(end) => copy.set("expires_at", end.min(key.expires_at.unwrap_or(end))).build(),
                None => copy.build_delete(),
            }
        });
        Ok([one?, other?])
    }
}

/// Which of the `live` keys a new one of this name ends: at `end`, those that would outlive it; at once,
/// all. The one that is not ending yet comes last.
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
    fn make(tenant: TenantId, user: UserId, name: &str, scope: Scope) -> Self {
        let text = ApiKeyText::random();
        let key = ApiKey {
            id: ApiKeyId::new(),
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
        let key = NewApiKey::make(TenantId::new(), UserId::new(), name, Scope::Read).key;
        ApiKey { expires_at, ..key }
    }

    fn ends(live: &[ApiKey], end: Option<i64>) -> Vec<Option<i64>> {
        ended(live, "press", end).into_iter().map(|key| key.expires_at).collect()
    }

    #[test]
    fn a_new_key_ends_those_of_its_name_that_would_outlive_it() {
        let live = [None, Some(10), Some(30), Some(20)].map(|end| key("press", end));
        assert_eq!(ends(&live, Some(20)), [Some(30), None]);
        assert_eq!(ends(&live, Some(30)), [None]);
        assert_eq!(ends(&live, None), [Some(10), Some(20), Some(30), None]);
        assert_eq!(ends(&[key("other", None)], None), []);
    }
}
