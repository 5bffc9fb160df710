//! Who belongs to a tenant, and as what.

use cloud::table::types::TransactWriteItem;
use cloud::table::{Key, TableError};
use serde::Deserialize;
use tenancy::{Role, TenantId, UserId};

use super::{Directory, Turn, Turns, keys};
use crate::{Member, Membership, Tenant};

/// Why a member was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Nobody of that id belongs to the tenant.
    #[error("no such member")]
    NoSuchMember,
    /// A tenant without an owner could not be managed by anybody.
    #[error("the last owner stays an owner")]
    LastOwner,
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TenantOrMember {
    Tenant(Tenant),
    Member(Member),
}

impl Directory {
    /// Everybody who belongs to the tenant, the earliest person first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn members(&self, tenant: &TenantId) -> Result<Vec<Member>, TableError> {
        self.tenants.query_all(&tenant.partition(), keys::MEMBERS).await
    }

    /// Every tenant that one of the tenant's members belongs to, the one used last at the end. Cost: two
    /// reads, and two for each tenant.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn memberships(&self, tenant: &TenantId, user: &UserId) -> Result<Vec<Membership>, TableError> {
        let Some(member) = self.member(tenant, user).await? else { return Ok(Vec::new()) };
        let Some(person) = self.person(&member.email).await? else { return Ok(Vec::new()) };
        let keys: Vec<Key> =
            person.tenants.iter().flat_map(|t| [keys::tenant(t), keys::member(t, user)]).collect();
        let found: Vec<Option<TenantOrMember>> = self.table.get_all(&keys).await?;
        let mut memberships = Vec::with_capacity(person.tenants.len());
        for pair in found.chunks_exact(2) {
            if let [Some(TenantOrMember::Tenant(tenant)), Some(TenantOrMember::Member(member))] = pair {
                memberships.push(Membership { tenant: tenant.clone(), role: member.role });
            }
        }
        Ok(memberships)
    }

    /// Makes a member an owner, or an owner a member. Cost: one read, one transaction of two items.
    ///
    /// # Errors
    /// [`MemberError`].
    pub async fn set_role(
        &self,
        tenant: &TenantId,
        user: &UserId,
        role: Role,
    ) -> Result<Member, MemberError> {
        let mut turns = Turns::default();
        loop {
            let before = self.member(tenant, user).await?.ok_or(MemberError::NoSuchMember)?;
            if before.role == role {
                return Ok(before);
            }
            let member = self.table.update(&keys::member(tenant, user));
            let member = member.set("role", role).when("role", "=", before.role).build()?;
            let owners = self.count_owner(tenant, if role == Role::Owner { 1 } else { -1 })?;
            let done = self.tenants.transact(vec![owners, member]).await;
            if let Turn::Done(()) = settled(done, (role == Role::Member).then_some(0))? {
                return Ok(Member { role, ..before });
            }
            turns.another().await?;
        }
    }

    /// Takes somebody out of the tenant: their sessions and API keys there are refused from now on (by
    /// the authorizer within its cache lifetime). Somebody who belongs to no other tenant gets a new one
    /// at their next sign-in. Cost: two reads, one transaction of two items (three for an owner), two
    /// queries, one write for each session and two for each API key.
    ///
    /// # Errors
    /// [`MemberError`].
    pub async fn remove_member(&self, tenant: &TenantId, user: &UserId) -> Result<(), MemberError> {
        let mut turns = Turns::default();
        while let Turn::Again = self.try_remove_member(tenant, user).await? {
            turns.another().await?;
        }
        // Nothing of this is needed for the refusal, which is the member's absence; but whoever is
        // invited again must not find old sessions and keys alive.
        for session in self.sessions_in(tenant, user).await? {
            self.end_session(tenant, &session.id).await?;
        }
        self.delete_api_keys_of(tenant, user).await?;
        Ok(())
    }

    async fn try_remove_member(&self, tenant: &TenantId, user: &UserId) -> Result<Turn<()>, MemberError> {
        let member = self.member(tenant, user).await?.ok_or(MemberError::NoSuchMember)?;
        let gone = self.table.update(&keys::member(tenant, user));
        let mut writes = vec![gone.when("role", "=", member.role).build_delete()?];
        if let Some(person) = self.person(&member.email).await? {
            let key = keys::person(&member.email.digest());
            let left = person.without(*tenant);
            writes.push(self.table.put_when(&key, &left, ("version", person.version))?);
        }
        let mut counted = None;
        if member.role == Role::Owner {
            counted = Some(writes.len());
            writes.push(self.count_owner(tenant, -1)?);
        }
        settled(self.table.transact(writes).await, counted)
    }

    /// Counts one owner more, or one less if it is not the last one.
    fn count_owner(&self, tenant: &TenantId, more: i64) -> Result<TransactWriteItem, TableError> {
        let count = self.table.update(&keys::tenant(tenant)).add("owners", more).when_present();
        if more < 0 { count.when("owners", ">", 1).build() } else { count.build() }
    }
}

/// What a transaction came to of which one item, if any, takes an owner from the count. If that alone
/// failed, it was the last one.
fn settled(done: Result<(), TableError>, counted: Option<usize>) -> Result<Turn<()>, MemberError> {
    match done {
        Ok(()) => Ok(Turn::Done(())),
        Err(TableError::Condition { failed })
            if counted.is_some() && counted == failed.iter().position(|failed| *failed) =>
        {
            Err(MemberError::LastOwner)
        }
        Err(TableError::Condition { .. } | TableError::Conflict) => Ok(Turn::Again),
        Err(error) => Err(error.into()),
    }
}
