//! The erasure of a tenant: blocking access to it, and deleting what lies outside of its partition.

use cloud::clock;
use cloud::table::TableError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Role, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::Retries;
use crate::address::EmailAddress;
use crate::records::{ApiKey, Person, Tenant};

/// The state of an erasure that runs. It is the last item of the tenant that is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The tenant that is being erased.
    pub tenant: TenantId,
    /// When an owner asked for the erasure.
    pub requested_at: Timestamp,
    /// The owners who get a mail when the erasure is complete. By then their addresses stand nowhere else.
    pub owners: Vec<EmailAddress>,
    /// Whether the owners got the mail that the erasure has begun.
    #[serde(default)]
    pub is_announced: bool,
    /// Since when every look has found nothing left of the tenant; `None` after one that found something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean_since: Option<Timestamp>,
}

/// Why an erasure did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The caller is not an owner of the tenant, or no longer.
    #[error("not an owner")]
    NotOwner,
    /// The tenant does not exist, or is being erased already.
    #[error("no such tenant")]
    NoSuchTenant,
    /// The table did not answer, or refused the request.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<OwnerError> for ErasureError {
    fn from(error: OwnerError) -> Self {
        match error {
            OwnerError::NotOwner => Self::NotOwner,
            OwnerError::Table(error) => Self::Table(error),
        }
    }
}

impl IdentityStore {
    /// The sort key of the erasure's item in the tenant's partition.
    pub const ERASURE: &str = keys::ERASURE;

    /// Begins the erasure of a tenant on behalf of `owner`: from then on its sessions and API keys are refused, and
    /// nobody can sign in to it. The authorizer may let callers pass for its cache lifetime (60 s) after that. Cost:
    /// one query, one transaction of three items.
    ///
    /// # Errors
    /// [`ErasureError::NotOwner`], [`ErasureError::NoSuchTenant`] also for a second request, [`ErasureError::Table`]
    /// when the table does not answer.
    pub async fn begin_erasure(&self, tenant: &TenantId, owner: &UserId) -> Result<Erasure, ErasureError> {
        let members = self.members(tenant).await?;
        let owners = members.into_iter().filter(|member| member.role == Role::Owner);
        let requested_at = clock::now();
        let erasure = Erasure {
            tenant: *tenant,
            requested_at,
            owners: owners.map(|member| member.email).collect(),
            is_announced: false,
            clean_since: None,
        };
        let marked = self.table.update(&keys::tenant(tenant)).when_present().when_absent("erasing_since");
        let writes = vec![
            marked.set("erasing_since", requested_at).build()?,
            self.table.put_new(&keys::erasure(tenant), &erasure)?,
        ];
        match self.transact_if_there(tenant, owner, writes).await? {
            true => Ok(erasure),
            false => Err(ErasureError::NoSuchTenant),
        }
    }

    /// Takes up an erasure that was asked for at `requested_at` and whose item was lost, as when the table was
    /// restored: marks the tenant again, so that nobody has access to it, and makes the item anew. Its owners are those
    /// who are members now; they know that it has begun. Can be repeated after a crash at any point. Cost: one query,
    /// two writes.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn resume_erasure(
        &self,
        tenant: &TenantId,
        requested_at: Timestamp,
    ) -> Result<Erasure, TableError> {
        let mark = self.table.update(&keys::tenant(tenant)).when_present().set("erasing_since", requested_at);
        match mark.send::<Tenant>().await {
            // All items of the tenant may be gone already.
            Ok(_) | Err(TableError::Condition { .. }) => {}
            Err(error) => return Err(error),
        }
        let members = self.members(tenant).await?.into_iter();
        let erasure = Erasure {
            tenant: *tenant,
            requested_at,
            owners: members.filter(|it| it.role == Role::Owner).map(|it| it.email).collect(),
            is_announced: true,
            clean_since: None,
        };
        self.table.put(&keys::erasure(tenant), &erasure).await?;
        Ok(erasure)
    }

    /// The erasure of a tenant, or `None` when none runs. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn erasure(&self, tenant: &TenantId) -> Result<Option<Erasure>, TableError> {
        self.table.get(&keys::erasure(tenant)).await
    }

    /// Saves the progress of an erasure. Does nothing when the erasure is complete already. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn keep_erasure(&self, erasure: &Erasure) -> Result<(), TableError> {
        let update = self.table.update(&keys::erasure(&erasure.tenant)).when_present();
        let update = update.set("is_announced", erasure.is_announced);
        let update = match erasure.clean_since {
            Some(since) => update.set("clean_since", since),
            None => update.remove("clean_since"),
        };
        match update.send::<Erasure>().await {
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Deletes the erasure's item once everything else is deleted. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn end_erasure(&self, tenant: &TenantId) -> Result<(), TableError> {
        self.table.delete(&keys::erasure(tenant)).await
    }

    /// Deletes the items outside of a tenant's partition that are found through items in it: the lookup items of its
    /// API keys, and the tenant in its members' person items. A person who belongs to no other tenant is deleted. Can
    /// be repeated after a crash at any point. Cost: two queries, one write for each API key, one read and one to two
    /// writes for each member.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Conflict`] when other requests
    /// keep changing a person.
    pub async fn forget_outside(&self, tenant: &TenantId) -> Result<(), TableError> {
        let listed: Vec<ApiKey> = self.table.query_all(&tenant.partition(), keys::API_KEYS).await?;
        for key in listed {
            self.table.delete(&keys::api_key(&key.digest)).await?;
        }
        for member in self.members(tenant).await? {
            self.forget_membership(tenant, &member.email).await?;
        }
        Ok(())
    }

    /// Whether the person with this address still has the tenant in their item. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn is_known_in(&self, tenant: &TenantId, email: &EmailAddress) -> Result<bool, TableError> {
        Ok(self.person(email).await?.is_some_and(|person| refers_to(&person, tenant)))
    }

    /// Removes a tenant from a person, and deletes the person with the last one.
    async fn forget_membership(&self, tenant: &TenantId, email: &EmailAddress) -> Result<(), TableError> {
        let address = email.digest();
        let mut retries = Retries::default();
        while let Some(person) = self.person(email).await?.filter(|person| refers_to(person, tenant)) {
            let mut writes = vec![self.leave_tenant(&address, &person, *tenant)?];
            if person.without(*tenant).tenants.is_empty() {
                writes.push(self.table.update(&keys::links(&address)).build_delete()?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(()),
                // The person signed in or left a tenant at the same time.
                Err(TableError::Condition { .. } | TableError::Conflict) => retries.pause().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Whether a person's item names the tenant, or no tenant at all: a sign-in that stopped half-way has removed the
/// tenant from it and not added another one.
fn refers_to(person: &Person, tenant: &TenantId) -> bool {
    person.tenants.is_empty() || person.tenants.contains(tenant)
}
