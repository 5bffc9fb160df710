//! The end of a tenant: from when on nothing opens it, and who is forgotten with it.

use cloud::clock;
use cloud::table::TableError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Role, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::Retries;
use crate::address::EmailAddress;
use crate::records::ApiKey;
use crate::records::Person;

/// A tenant that is being erased, as long as that takes. The last of its items to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Whose end it is.
    pub tenant: TenantId,
    /// When an owner asked for it.
    pub requested_at: Timestamp,
    /// Who is told when it is done: nobody else will know their addresses by then.
    pub owners: Vec<EmailAddress>,
    /// Whether they were told that it has begun.
    #[serde(default)]
    pub is_announced: bool,
    /// Since when nothing is left, as far as anybody has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean_since: Option<Timestamp>,
}

/// Why a tenant is not being erased.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// Whoever asks is not an owner, or is one no longer.
    #[error("not an owner")]
    NotOwner,
    /// There is no such tenant any more, or it is being erased already.
    #[error("no such tenant")]
    NoSuchTenant,
    /// The table.
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
    /// The sort key of a tenant's erasure, in its own partition.
    pub const ERASURE: &str = keys::ERASURE;

    /// Makes a tenant nobody's, as `owner` asks: from then on none of its sessions and API keys is good, and
    /// nobody is signed in to it (requests that the authorizer let through before, within its cache lifetime).
    /// Cost: one query, one transaction of three items.
    ///
    /// # Errors
    /// [`ErasureError`].
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

    /// The erasure of a tenant that is not done yet. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn erasure(&self, tenant: &TenantId) -> Result<Option<Erasure>, TableError> {
        self.table.get(&keys::erasure(tenant)).await
    }

    /// Keeps how far an erasure is, unless it is done. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
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

    /// Says that an erasure is done, and forgets it. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn end_erasure(&self, tenant: &TenantId) -> Result<(), TableError> {
        self.table.delete(&keys::erasure(tenant)).await
    }

    /// Forgets what lies outside a tenant's partition and is found from within it: the copies of its API keys,
    /// and its members, of whom those are forgotten altogether who belong to no other tenant. May be done
    /// again after a crash at any point. Cost: two queries, one write for each API key, one read and one to
    /// two writes for each member.
    ///
    /// # Errors
    /// [`TableError`].
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

    /// Whether the person with this address still belongs to the tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn is_known_in(&self, tenant: &TenantId, email: &EmailAddress) -> Result<bool, TableError> {
        Ok(self.person(email).await?.is_some_and(|person| is_to_be_forgotten(&person, tenant)))
    }

    /// Takes a tenant from a person, and with the last one the person.
    async fn forget_membership(&self, tenant: &TenantId, email: &EmailAddress) -> Result<(), TableError> {
        let address = email.digest();
        let mut retries = Retries::default();
        while let Some(person) = self.person(email).await?.filter(|person| is_to_be_forgotten(person, tenant))
        {
            let left = person.without(*tenant);
            let write = match left.tenants.is_empty() {
                true => self
                    .table
                    .update(&keys::person(&address))
                    .when("version", "=", person.version)
                    .build_delete(),
                false => {
                    self.table.put_if_equals(&keys::person(&address), &left, ("version", person.version))
                }
            };
            let mut writes = vec![write?];
            if left.tenants.is_empty() {
                writes.push(self.table.update(&keys::link(&address)).build_delete()?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(()),
                // They signed in, or left a tenant, a moment ago.
                Err(TableError::Condition { .. } | TableError::Conflict) => retries.pause().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Whether a member's item says something of the tenant, or nothing any more: a sign-in that stopped half-way
/// has taken the tenant from it and given them no other.
fn is_to_be_forgotten(person: &Person, tenant: &TenantId) -> bool {
    person.tenants.is_empty() || person.tenants.contains(tenant)
}
