//! What the authorizer asks.

use cloud::clock;
use cloud::table::{Key, TableError};
use jiff::tz::TimeZone;
use serde::Deserialize;
use tenancy::{SessionId, TenantId, UserId};

use super::identity_store::IdentityStore;
use super::keys;
use crate::api_key::ApiKeyText;
use crate::records::{ApiKey, Member, Tenant};
use crate::session::Session;

/// A credential that is good now, and for whom.
#[derive(Clone, Debug)]
pub struct ValidCredential<T> {
    /// The session or the API key.
    pub credential: T,
    /// Whose data it opens.
    pub tenant: Tenant,
    /// In whose name, and as what.
    pub member: Member,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Found {
    Session(Session),
    Tenant(Tenant),
    Member(Member),
    ApiKey(ApiKey),
}

impl IdentityStore {
    /// How a session stands: none when it, its tenant or its person's membership is gone or over, or the
    /// tenant is being erased. Cost: one batch read of three items.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn valid_session(
        &self,
        tenant: &TenantId,
        user: &UserId,
        session: &SessionId,
    ) -> Result<Option<ValidCredential<Session>>, TableError> {
        let keys = [keys::tenant(tenant), keys::member(tenant, user), keys::session(tenant, session)];
        let found: [Option<Found>; 3] = self.found(keys).await?;
        let [Some(Found::Tenant(tenant)), Some(Found::Member(member)), Some(Found::Session(session))] = found
        else {
            return Ok(None);
        };
        let good =
            session.user == member.id && !session.is_over(clock::now()) && tenant.erasing_since.is_none();
        Ok(good.then_some(ValidCredential { credential: session, tenant, member }))
    }

    /// How an API key stands: none when it, its tenant or its maker's membership is gone or over, or the tenant
    /// is being erased. The first time on a day, that it is used is remembered. Cost: one read, one batch read of
    /// three items; once a day one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn valid_api_key(
        &self,
        text: &ApiKeyText,
    ) -> Result<Option<ValidCredential<ApiKey>>, TableError> {
        let key: Option<ApiKey> = self.table.get(&keys::api_key(&text.digest())).await?;
        let Some(key) = key.filter(|key| !key.is_over(clock::now())) else { return Ok(None) };
        let listed = keys::listed_api_key(&key.tenant, &key.id);
        let keys = [keys::tenant(&key.tenant), keys::member(&key.tenant, &key.user), listed];
        let found: [Option<Found>; 3] = self.found(keys).await?;
        let [Some(Found::Tenant(tenant)), Some(Found::Member(member)), Some(Found::ApiKey(listed))] = found
        else {
            return Ok(None);
        };
        if tenant.erasing_since.is_some() {
            return Ok(None);
        }
        let today = clock::now().to_zoned(TimeZone::UTC).date();
        if listed.last_used_on != Some(today)
            && let Err(error) = self.use_api_key(&listed, today).await
        {
            // Who has a good key is not to be refused for it; tomorrow it is tried again, or in a minute.
            tracing::warn!(reason = %error, "that a key was used is not remembered: {error}");
        }
        Ok(Some(ValidCredential { credential: listed, tenant, member }))
    }

    async fn found<const N: usize>(&self, keys: [Key; N]) -> Result<[Option<Found>; N], TableError> {
        let mut found = self.table.get_all(&keys).await?.into_iter();
        Ok(std::array::from_fn(|_| found.next().flatten()))
    }
}
