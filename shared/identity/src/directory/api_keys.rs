//! Keys for programs.

use std::time::Duration;

use cloud::clock;
use cloud::table::TableError;
use cloud::table::types::TransactWriteItem;
use tenancy::{ApiKeyId, Scope, TenantId, UserId};

use super::{Directory, Turns, delete_if_there, keys};
use crate::session::seconds_after;
use crate::{ApiKey, ApiKeyText};

/// How many keys of a tenant live at once: one for each program, and those that were replaced.
const AT_ONCE: usize = 50;

/// Why there is no new key.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
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

/// A key that was just made.
#[derive(Debug)]
pub struct NewApiKey {
    /// As the tenant lists it.
    pub key: ApiKey,
    /// What to send; exists nowhere else.
    pub text: ApiKeyText,
}

impl Directory {
    /// The keys of the tenant that can still be used, oldest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ApiKey>, TableError> {
        let all: Vec<ApiKey> = self.tenants.query_all(&tenant.partition(), keys::API_KEYS).await?;
        let now = clock::now();
        Ok(all.into_iter().filter(|key| !key.is_over(now)).collect())
    }

    /// Makes a key of this name for a member. The live key of that name, if there is one, ends after
    /// `overlap`; without overlap at once. Cost: one read, one query, one transaction of three items,
    /// and two for each key that is replaced.
    ///
    /// # Errors
    /// [`ApiKeyError`].
    pub async fn rotate_api_key(
        &self,
        tenant: &TenantId,
        user: &UserId,
        name: &str,
        scope: Scope,
        overlap: Duration,
    ) -> Result<NewApiKey, ApiKeyError> {
        let mut turns = Turns::default();
        loop {
            let home = self.tenant(tenant).await?.ok_or(ApiKeyError::NoSuchTenant)?;
            let live = self.api_keys(tenant).await?;
            if live.len() >= AT_ONCE {
                return Err(ApiKeyError::TooMany { most: AT_ONCE });
            }
            let new = NewApiKey::make(*tenant, *user, name, scope);
            // Two rotations at once would otherwise leave two live keys of one name.
            let counted = self.table.update(&keys::tenant(tenant)).add("api_key_changes", 1);
            let mut writes = vec![
                counted.when("api_key_changes", "=", home.api_key_changes).build()?,
                self.table.put_new(&keys::api_key(&new.key.digest), &new.key)?,
                self.table.put_new(&keys::listed_api_key(tenant, &new.key.id), &new.key)?,
            ];
            let end = seconds_after(new.key.created_at, overlap);
            for old in live.iter().filter(|old| old.name == name) {
                writes.extend(self.end_api_key(old, (!overlap.is_zero()).then_some(end))?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(new),
                Err(TableError::Condition { .. } | TableError::Conflict) => turns.another().await?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Ends a key at once; whether there was one. Cost: one read, one transaction of two items.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn delete_api_key(&self, tenant: &TenantId, key: &ApiKeyId) -> Result<bool, TableError> {
        let found: Option<ApiKey> = self.tenants.get(&keys::listed_api_key(tenant, key)).await?;
        match found.filter(|key| !key.is_over(clock::now())) {
            Some(key) => delete_if_there(&self.table, self.end_api_key(&key, None)?.into()).await,
            None => Ok(false),
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
        };
        Self { key, text }
    }
}
