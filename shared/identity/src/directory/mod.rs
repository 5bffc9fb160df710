//! People, tenants, links, sessions, invitations and API keys, in the `identity` table.

mod api_keys;
mod erasure;
mod invitations;
mod keys;
mod links;
mod members;
mod plans;
mod sessions;
mod standing;

use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError, conflict_pause};
use tenancy::{Role, TenantId, UserId};

pub use api_keys::{ApiKeyError, NewApiKey};
pub use erasure::{Erasure, ErasureError};
pub use invitations::{InvitationError, InvitationToken, NewInvitation};
pub use links::LinkError;
pub use members::MemberError;
pub use plans::Plans;
pub use sessions::{LogOut, SessionError};
pub use standing::Standing;

use crate::records::Person;
use crate::{EmailAddress, Lifetimes, Member, Tenant};

/// The `identity` table.
#[derive(Clone)]
pub struct Directory {
    table: Table,
    lifetimes: Lifetimes,
}

/// Why something that only an owner may do was not done.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// Whoever asks is not an owner, or is one no longer.
    #[error("not an owner")]
    NotOwner,
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Directory {
    /// Over the `identity` table.
    #[must_use]
    pub fn new(table: Table, lifetimes: Lifetimes) -> Self {
        Self { table, lifetimes }
    }

    /// How long what it makes stays good.
    #[must_use]
    pub fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// The tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>, TableError> {
        self.table.get(&keys::tenant(tenant)).await
    }

    /// A person in the tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn member(&self, tenant: &TenantId, user: &UserId) -> Result<Option<Member>, TableError> {
        self.table.get(&keys::member(tenant, user)).await
    }

    /// Gives the tenant another name, as `owner` asks; whether there is such a tenant. Cost: one
    /// transaction of two items.
    ///
    /// # Errors
    /// [`OwnerError`].
    pub async fn rename_tenant(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        name: &str,
    ) -> Result<bool, OwnerError> {
        let renamed = self.table.update(&keys::tenant(tenant)).set("name", name).when_present().build()?;
        self.transact_if_there(tenant, owner, vec![renamed]).await
    }

    /// All of `writes` if `owner` still is one, or none of them. What the authorizer said of the caller
    /// can be a minute old: only a condition in the same transaction keeps somebody who has just been
    /// demoted or removed from undoing that. None of `writes` may be at the owner's own member item.
    async fn transact_as_owner(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        mut writes: Vec<TransactWriteItem>,
    ) -> Result<(), OwnerError> {
        let member = self.table.update(&keys::member(tenant, owner));
        writes.push(member.when("role", "=", Role::Owner).build_check()?);
        match self.table.transact(writes).await {
            Err(TableError::Condition { failed }) if failed.last() == Some(&true) => {
                Err(OwnerError::NotOwner)
            }
            other => Ok(other?),
        }
    }

    /// Changes what is there, as `owner` asks; whether it was. Every one of `writes` has to demand that.
    async fn transact_if_there(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        writes: Vec<TransactWriteItem>,
    ) -> Result<bool, OwnerError> {
        let mut turns = Turns::default();
        loop {
            match self.transact_as_owner(tenant, owner, writes.clone()).await {
                Ok(()) => return Ok(true),
                Err(OwnerError::Table(TableError::Condition { .. })) => return Ok(false),
                Err(OwnerError::Table(TableError::Conflict)) => turns.another().await?,
                Err(error) => return Err(error),
            }
        }
    }

    async fn person(&self, email: &EmailAddress) -> Result<Option<Person>, TableError> {
        self.table.get(&keys::person(&email.digest())).await
    }
}

/// How often something is tried that others keep changing: more often than 50 at once get in each
/// other's way.
const TURNS: usize = 12;

/// What one try came to.
enum Turn<T> {
    Done(T),
    /// Somebody else changed what it was based on: read again and decide anew.
    Again,
}

/// Counts the tries.
#[derive(Default)]
struct Turns(usize);

impl Turns {
    /// Lets the others finish; an error when that was the last try.
    async fn another(&mut self) -> Result<(), TableError> {
        self.0 += 1;
        if self.0 == TURNS {
            return Err(TableError::Conflict);
        }
        conflict_pause().await;
        Ok(())
    }
}

/// Deletes what is there; whether it was. Every one of `deletes` has to demand that.
async fn delete_if_there(table: &Table, deletes: Vec<TransactWriteItem>) -> Result<bool, TableError> {
    let mut turns = Turns::default();
    loop {
        match table.transact(deletes.clone()).await {
            Ok(()) => return Ok(true),
            Err(TableError::Condition { .. }) => return Ok(false),
            Err(TableError::Conflict) => turns.another().await?,
            Err(error) => return Err(error),
        }
    }
}
