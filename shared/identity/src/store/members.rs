//! Who belongs to a tenant, and as what.

use cloud::table::types::TransactWriteItem;
use cloud::table::{Key, TableError};
use serde::Deserialize;
use tenancy::{Role, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::{Attempt, Retries};
use crate::records::{Member, Membership, Tenant};

/// Why a member was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Whoever asks is not an owner, or is one no longer.
    #[error("not an owner")]
    NotOwner,
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

impl From<OwnerError> for MemberError {
    fn from(error: OwnerError) -> Self {
        match error {
            OwnerError::NotOwner => Self::NotOwner,
            OwnerError::Table(error) => Self::Table(error),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TenantOrMember {
    Tenant(Tenant),
    Member(Member),
}

impl IdentityStore {
    /// Everybody who belongs to the tenant, the earliest person first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn members(&self, tenant: &TenantId) -> Result<Vec<Member>, TableError> {
        self.table.query_all(&tenant.partition(), keys::MEMBERS).await
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

    /// Makes a member an owner, or an owner a member, as the owner `actor` asks. Cost: one read, one
    /// transaction of three items, of two for oneself.
    ///
    /// # Errors
    /// [`MemberError`].
    pub async fn set_role(
        &self,
        tenant: &TenantId,
        actor: &UserId,
        user: &UserId,
        role: Role,
    ) -> Result<Member, MemberError> {
        let mut retries = Retries::default();
        loop {
            let before = self.member(tenant, user).await?.ok_or(MemberError::NoSuchMember)?;
            if before.role == role {
                return Ok(before);
            }
            // Who is a member cannot make an owner of themselves.
            if user == actor && role == Role::Owner {
                return Err(MemberError::NotOwner);
            }
            let member = self.table.update(&keys::member(tenant, user));
            let member = member.set("role", role).when("role", "=", before.role).build()?;
            let owners = self.count_owner(tenant, if role == Role::Owner { 1 } else { -1 })?;
            let done = self.transact_for(tenant, actor, user, vec![member, owners]).await;
            if let Attempt::Done(()) = settled(done, (role == Role::Member).then_some(1))? {
                return Ok(Member { role, ..before });
            }
            retries.pause().await?;
        }
    }

    /// Takes somebody out of the tenant, as an owner or they themselves ask: their sessions and API keys there are refused from now on (by
    /// the authorizer within its cache lifetime). Somebody who belongs to no other tenant gets a new one
    /// at their next sign-in. Cost: two reads, one transaction of three items (one more for an owner, one
    /// less for oneself), two queries, one write for each session and two for each API key.
    ///
    /// # Errors
    /// [`MemberError`].
    pub async fn remove_member(
        &self,
        tenant: &TenantId,
        actor: &UserId,
        user: &UserId,
    ) -> Result<(), MemberError> {
        let mut retries = Retries::default();
        loop {
            match self.try_remove_member(tenant, actor, user).await {
                Ok(Attempt::Retry) => retries.pause().await?,
                Ok(Attempt::Done(())) => return Ok(self.forget_credentials(tenant, user).await?),
                // A removal that stopped half-way is finished by whoever asks again.
                Err(MemberError::NoSuchMember) => {
                    self.forget_credentials(tenant, user).await?;
                    return Err(MemberError::NoSuchMember);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Ends what somebody signed in with who is no member any more. Nothing of this is needed for the
    /// refusal, which is the member's absence; but whoever is invited again must not find old sessions and
    /// keys alive.
    async fn forget_credentials(&self, tenant: &TenantId, user: &UserId) -> Result<(), TableError> {
        for session in self.sessions_in(tenant, user).await? {
            self.end_session(tenant, &session.id).await?;
        }
        self.delete_api_keys_of(tenant, user).await
    }

    async fn try_remove_member(
        &self,
        tenant: &TenantId,
        actor: &UserId,
        user: &UserId,
    ) -> Result<Attempt<()>, MemberError> {
        let member = self.member(tenant, user).await?.ok_or(MemberError::NoSuchMember)?;
        let gone = self.table.update(&keys::member(tenant, user));
        let mut writes = vec![gone.when("role", "=", member.role).build_delete()?];
        if let Some(person) = self.person(&member.email).await? {
            let key = keys::person(&member.email.digest());
            let left = person.without(*tenant);
            writes.push(self.table.put_if_equals(&key, &left, ("version", person.version))?);
        }
        let mut counted = None;
        if member.role == Role::Owner {
            counted = Some(writes.len());
            writes.push(self.count_owner(tenant, -1)?);
        }
        settled(self.transact_for(tenant, actor, user, writes).await, counted)
    }

    /// What changes `user`'s member item, as `actor` asks: an owner, or the person themselves, of whose
    /// item `writes` demand what they may.
    async fn transact_for(
        &self,
        tenant: &TenantId,
        actor: &UserId,
        user: &UserId,
        writes: Vec<TransactWriteItem>,
    ) -> Result<(), OwnerError> {
        if actor == user {
            return Ok(self.table.transact(writes).await?);
        }
        self.transact_as_owner(tenant, actor, writes).await
    }

    /// Counts one owner more, or one less if it is not the last one.
    fn count_owner(&self, tenant: &TenantId, more: i64) -> Result<TransactWriteItem, TableError> {
        let count = self.table.update(&keys::tenant(tenant)).add("owners", more).when_present();
        if more < 0 { count.when("owners", ">", 1).build() } else { count.build() }
    }
}

/// What a transaction came to of which one item, if any, takes an owner from the count. If that alone
/// failed, it was the last one; if others failed with it, the count may have changed by this very change,
/// done a moment ago.
fn settled(done: Result<(), OwnerError>, counted: Option<usize>) -> Result<Attempt<()>, MemberError> {
    match done {
        Ok(()) => Ok(Attempt::Done(())),
        Err(OwnerError::Table(TableError::Condition { failed })) => {
            let only = |counted| failed.iter().enumerate().all(|(item, failed)| *failed == (item == counted));
            if counted.is_some_and(only) { Err(MemberError::LastOwner) } else { Ok(Attempt::Retry) }
        }
        Err(OwnerError::Table(TableError::Conflict)) => Ok(Attempt::Retry),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(failed: &[bool], counted: Option<usize>) -> &'static str {
        let failed = TableError::Condition { failed: failed.to_vec() };
        match settled(Err(failed.into()), counted) {
            Ok(Attempt::Retry) => "again",
            Err(MemberError::LastOwner) => "the last owner",
            other => panic!("{:?}", other.err()),
        }
    }

    #[test]
    fn only_the_count_alone_tells_of_a_last_owner() {
        assert_eq!(outcome(&[false, true], Some(1)), "the last owner");
        assert_eq!(outcome(&[false, false, true, false], Some(2)), "the last owner");
        // Of two owners one is demoted by two requests at once: the slower one finds both changed.
        assert_eq!(outcome(&[true, true], Some(1)), "again");
        assert_eq!(outcome(&[true, false], Some(1)), "again");
        assert_eq!(outcome(&[false, true, true], Some(2)), "again");
        assert_eq!(outcome(&[true, false], None), "again");
    }

    #[test]
    fn who_is_no_owner_is_told_so() {
        assert!(matches!(settled(Err(OwnerError::NotOwner), Some(1)), Err(MemberError::NotOwner)));
    }
}
