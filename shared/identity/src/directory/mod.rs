//! People, tenants, links, sessions, invitations and API keys, in the `identity` table.

mod api_keys;
mod invitations;
mod keys;
mod links;
mod members;
mod sessions;
mod standing;

use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError, conflict_pause};
use tenancy::{TenantId, UserId};

pub use api_keys::{ApiKeyError, NewApiKey};
pub use invitations::{InvitationError, InvitationToken, NewInvitation};
pub use links::LinkError;
pub use members::MemberError;
pub use sessions::{LogOut, SessionError};
pub use standing::Standing;

use crate::records::Person;
use crate::{EmailAddress, Lifetimes, Member, Tenant};

/// The `identity` table.
#[derive(Clone)]
pub struct Directory {
    /// For what lies in no tenant, or in several.
    table: Table,
    /// For what lies in one tenant alone.
    tenants: Table,
    lifetimes: Lifetimes,
}

impl Directory {
    /// Over the `identity` table.
    #[must_use]
    pub fn new(table: Table, lifetimes: Lifetimes) -> Self {
        Self { tenants: table.clone(), table, lifetimes }
    }

    /// The same table reached with credentials for the caller's tenant only, wherever nothing but that
    /// tenant is touched.
    #[must_use]
    pub fn scoped(self, tenants: Table) -> Self {
        Self { tenants, ..self }
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
        self.tenants.get(&keys::tenant(tenant)).await
    }

    /// A person in the tenant. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn member(&self, tenant: &TenantId, user: &UserId) -> Result<Option<Member>, TableError> {
        self.tenants.get(&keys::member(tenant, user)).await
    }

    /// Gives the tenant another name. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Condition`] when there is no such tenant; otherwise as the table has them.
    pub async fn rename_tenant(&self, tenant: &TenantId, name: &str) -> Result<Tenant, TableError> {
        self.tenants.update(&keys::tenant(tenant)).set("name", name).when_present().send().await
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
