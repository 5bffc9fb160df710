//! Looking up presented credentials, for the authorizer.

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

/// A credential that is valid now, with the tenant and the member that it belongs to.
#[derive(Clone, Debug)]
pub struct ValidCredential<T> {
    /// The session or the API key.
    pub credential: T,
    /// The tenant whose data the credential gives access to.
    pub tenant: Tenant,
    /// The member who signed in or made the key.
    pub member: Member,
}

/// What a well-formed API key that was presented turned out to be.
#[derive(Clone, Debug)]
pub enum PresentedApiKey {
    /// It is valid now.
    Valid(Box<ValidCredential<ApiKey>>),
    /// It was valid once.
    Ended,
    /// It never was a key, or has ended more than 30 days ago.
    Unknown,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FoundItem {
    Session(Session),
    Tenant(Tenant),
    Member(Member),
    ApiKey(ApiKey),
}

impl IdentityStore {
    /// Looks up a session with its tenant and member. `None` when one of the three does not exist, the session has
    /// ended, or the tenant is being erased. Cost: one batch read of three items.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn valid_session(
        &self,
        tenant: &TenantId,
        user: &UserId,
        session: &SessionId,
    ) -> Result<Option<ValidCredential<Session>>, TableError> {
        let keys = [keys::tenant(tenant), keys::member(tenant, user), keys::session(tenant, session)];
        let found: [Option<FoundItem>; 3] = self.found(keys).await?;
        let [
            Some(FoundItem::Tenant(tenant)),
            Some(FoundItem::Member(member)),
            Some(FoundItem::Session(session)),
        ] = found
        else {
            return Ok(None);
        };
        let good =
            session.user == member.id && !session.has_ended(clock::now()) && tenant.erasing_since.is_none();
        Ok(good.then_some(ValidCredential { credential: session, tenant, member }))
    }

    /// Looks up an API key with its tenant and the member who made it. It has ended when one of the three does not
    /// exist, it has expired, or the tenant is being erased. The first use on a day is recorded in the key's item.
    /// Cost: one read and one batch read of three items; once a day one write. For a key without an item two reads.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn presented_api_key(&self, text: &ApiKeyText) -> Result<PresentedApiKey, TableError> {
        let digest = text.digest();
        let Some(key) = self.table.get::<ApiKey>(&keys::api_key(&digest)).await? else {
            return Ok(match self.is_ended_key(&digest).await? {
                true => PresentedApiKey::Ended,
                false => PresentedApiKey::Unknown,
            });
        };
        let valid = if key.has_expired(clock::now()) { None } else { self.with_owner(&key).await? };
        Ok(valid.map_or(PresentedApiKey::Ended, |valid| PresentedApiKey::Valid(Box::new(valid))))
    }

    /// A key that has not expired, with its tenant and member, if it is valid.
    async fn with_owner(&self, key: &ApiKey) -> Result<Option<ValidCredential<ApiKey>>, TableError> {
        let listed = keys::listed_api_key(&key.tenant, &key.id);
        let keys = [keys::tenant(&key.tenant), keys::member(&key.tenant, &key.user), listed];
        let found: [Option<FoundItem>; 3] = self.found(keys).await?;
        let [
            Some(FoundItem::Tenant(tenant)),
            Some(FoundItem::Member(member)),
            Some(FoundItem::ApiKey(listed)),
        ] = found
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
            // The key is valid all the same. The next request that reaches the table tries the write again.
            tracing::warn!(reason = %error, "that a key was used is not remembered: {error}");
        }
        Ok(Some(ValidCredential { credential: listed, tenant, member }))
    }

    async fn found<const N: usize>(&self, keys: [Key; N]) -> Result<[Option<FoundItem>; N], TableError> {
        let mut found = self.table.get_all(&keys).await?.into_iter();
        Ok(std::array::from_fn(|_| found.next().flatten()))
    }
}
