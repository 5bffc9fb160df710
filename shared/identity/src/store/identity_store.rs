//! The `identity` table and the operations that its other files are built on.

use cloud::SdkConfig;
use cloud::settings::{SettingError, TableName};
use cloud::table::types::TransactWriteItem;
use cloud::table::{Table, TableError, Update};
use tenancy::{ContentHash, Role, TenantId, UserId};

use super::keys;
use super::retry::Retries;
use crate::address::EmailAddress;
use crate::lifetimes::Lifetimes;
use crate::records::Person;
use crate::records::{Member, Tenant};

/// The `identity` table: users, tenants, links, sessions, invitations and API keys; and the `revocations` table, which
/// records what was ended.
#[derive(Clone)]
pub struct IdentityStore {
    pub(super) table: Table,
    pub(super) revocations: Table,
    pub(super) lifetimes: Lifetimes,
}

/// Why an operation that only an owner may do failed.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// The caller is not an owner of the tenant, or no longer.
    #[error("not an owner")]
    NotOwner,
    /// The table did not answer, or refused the request.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl IdentityStore {
    /// A store in these tables, whose links and sessions have these lifetimes.
    #[must_use]
    pub fn new(table: Table, revocations: Table, lifetimes: Lifetimes) -> Self {
        Self { table, revocations, lifetimes }
    }

    /// Over the deployment's tables, reached with the credentials of `config`.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `IDENTITY_TABLE` or `REVOCATIONS_TABLE` is not set, [`SettingError::Invalid`] as
    /// [`Lifetimes::from_settings`].
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        let table = Table::from_settings(config, TableName::Identity)?;
        let revocations = Table::from_settings(config, TableName::Revocations)?;
        Ok(Self::new(table, revocations, Lifetimes::from_settings()?))
    }

    /// How long the links and sessions that it makes are valid.
    #[must_use]
    pub fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// The tenant, or `None` when there is none with this id. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>, TableError> {
        self.table.get(&keys::tenant(tenant)).await
    }

    /// The user's membership in the tenant, or `None` when they are no member. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn member(&self, tenant: &TenantId, user: &UserId) -> Result<Option<Member>, TableError> {
        self.table.get(&keys::member(tenant, user)).await
    }

    /// Renames the tenant on behalf of `owner`; returns whether the tenant exists. Cost: one transaction of two items.
    ///
    /// # Errors
    /// [`OwnerError::NotOwner`] when `owner` is not an owner, [`OwnerError::Table`] when the table does not answer or
    /// other requests keep changing the tenant.
    pub async fn rename_tenant(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        name: &str,
    ) -> Result<bool, OwnerError> {
        let renamed = self.table.update(&keys::tenant(tenant)).set("name", name).when_present().build()?;
        self.transact_if_there(tenant, owner, vec![renamed]).await
    }

    /// Carries out all of `writes` if `owner` is still an owner, and otherwise none of them. The authorizer's answer
    /// about the caller can be a minute old: only a condition in the same transaction keeps an owner who has just been
    /// demoted or removed from undoing that. None of `writes` may be on the owner's own member item.
    pub(super) async fn transact_as_owner(
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

    /// Carries out `writes` on behalf of `owner`; returns whether their items existed. Every one of `writes` must have
    /// the condition that its item exists.
    pub(super) async fn transact_if_there(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        writes: Vec<TransactWriteItem>,
    ) -> Result<bool, OwnerError> {
        let mut retries = Retries::default();
        loop {
            match self.transact_as_owner(tenant, owner, writes.clone()).await {
                Ok(()) => return Ok(true),
                Err(OwnerError::Table(TableError::Condition { .. })) => return Ok(false),
                Err(OwnerError::Table(TableError::Conflict)) => retries.pause().await?,
                Err(error) => return Err(error),
            }
        }
    }

    /// The write that changes a person from `before` to `after`, on the condition that they are still as they were
    /// read.
    pub(super) fn change_person(
        &self,
        address: &ContentHash,
        before: &Person,
        after: &Person,
    ) -> Result<TransactWriteItem, TableError> {
        let update = self.unchanged_person(address, before);
        update.set("version", after.version).set("tenants", &after.tenants).build()
    }

    /// An update of a person who must still be as they were read. The version alone does not tell: a person who was
    /// deleted and has come again is another user, and begins at version 0 again.
    fn unchanged_person(&self, address: &ContentHash, before: &Person) -> Update {
        let update = self.table.update(&keys::person(address));
        update.when("user", "=", before.user).when("version", "=", before.version)
    }

    /// The write that takes `tenant` from a person, on the condition that they are still as they were read. A person
    /// who belongs to no other tenant is deleted: nothing is kept of an address that nobody needs. Whoever signs in
    /// with it later is a new user.
    pub(super) fn leave_tenant(
        &self,
        address: &ContentHash,
        person: &Person,
        tenant: TenantId,
    ) -> Result<TransactWriteItem, TableError> {
        let left = person.without(tenant);
        if left.tenants.is_empty() {
            return self.unchanged_person(address, person).build_delete();
        }
        self.change_person(address, person, &left)
    }

    pub(super) async fn person(&self, email: &EmailAddress) -> Result<Option<Person>, TableError> {
        self.table.get(&keys::person(&email.digest())).await
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};

    use super::*;

    /// A change that has read a person must not reach somebody else who has got the address since: both may have the
    /// same version.
    #[test]
    fn a_person_is_changed_as_the_user_and_in_the_version_that_were_read() {
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
        let config = config.region(Region::from_static("us-east-1")).build();
        let table = |name: &str| Table::new(&config, name.to_owned());
        let store = IdentityStore::new(table("identity"), table("revocations"), Lifetimes::DEFAULT);
        let (address, own, other) = (ContentHash::of(b"ruth@example.org"), TenantId::new(), TenantId::new());
        let person = Person::new(own);
        let expected = "#user = :user0 AND #version = :version1";

        let changed = store.change_person(&address, &person, &person.joining(other)).unwrap();
        let changed = changed.update().unwrap();
        assert_eq!(changed.condition_expression(), Some(expected));
        assert_eq!(changed.update_expression(), "SET #version = :version2, #tenants = :tenants3");
        let left = store.leave_tenant(&address, &person.joining(other), other).unwrap();
        assert_eq!(left.update().and_then(|update| update.condition_expression()), Some(expected));
        let gone = store.leave_tenant(&address, &person, own).unwrap();
        assert_eq!(gone.delete().and_then(|delete| delete.condition_expression()), Some(expected));
    }
}
