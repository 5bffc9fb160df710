//! The members of a tenant and their roles.

use cloud::table::types::TransactWriteItem;
use cloud::table::{Key, TableError};
use serde::Deserialize;
use tenancy::{Role, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::{Attempt, Retries};
use super::revocations::Revoked;
use crate::records::{Member, Membership, Tenant};

/// Why a member was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// The caller is not an owner of the tenant, or no longer.
    #[error("not an owner")]
    NotOwner,
    /// No member of the tenant has this id.
    #[error("no such member")]
    NoSuchMember,
    /// The member is the only owner. Nobody could manage a tenant without one.
    #[error("the last owner stays an owner")]
    LastOwner,
    /// The table did not answer, or refused the request.
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
    /// All members of the tenant, in the order in which their users were created. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn members(&self, tenant: &TenantId) -> Result<Vec<Member>, TableError> {
        self.table.query_all(&tenant.partition(), keys::MEMBERS).await
    }

    /// Every tenant that `user`, a member of `tenant`, belongs to, the one used last at the end. Cost: two reads, and
    /// two for each tenant.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
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

    /// Changes the role of `user` on behalf of the owner `actor`. Cost: one read, one transaction of four items (three
    /// for one's own role).
    ///
    /// # Errors
    /// [`MemberError::NotOwner`], [`MemberError::NoSuchMember`], [`MemberError::LastOwner`] when the only owner would
    /// become a member, [`MemberError::Table`] when the table does not answer or other requests keep changing the
    /// member.
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
            // A member cannot make themselves an owner.
            if user == actor && role == Role::Owner {
                return Err(MemberError::NotOwner);
            }
            let member = self.table.update(&keys::member(tenant, user));
            let member = member.set("role", role).when("role", "=", before.role).build()?;
            let owners = self.count_owner(tenant, if role == Role::Owner { 1 } else { -1 })?;
            let revocation = match role {
                Role::Owner => self.reinstate(tenant, Revoked::Owner(*user))?,
                Role::Member => self.revoke(tenant, Revoked::Owner(*user))?,
            };
            let done = self.transact_for(tenant, actor, user, vec![member, owners, revocation]).await;
            if let Attempt::Done(()) = interpret(done, (role == Role::Member).then_some(1))? {
                return Ok(Member { role, ..before });
            }
            retries.pause().await?;
        }
    }

    /// Removes a member on behalf of an owner or of the member themselves. Their sessions and API keys in the tenant
    /// are refused from then on, by the authorizer within its cache lifetime (60 s). A person who belongs to no other
    /// tenant is forgotten, and gets a new one at the next sign-in. Cost: two reads, one transaction of four items (one
    /// more for an owner, one less for oneself), two queries; where they have sessions or API keys one read, one write
    /// for each session and four for each API key.
    ///
    /// # Errors
    /// As [`set_role`](Self::set_role); [`MemberError::LastOwner`] when the only owner would leave.
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
                // An earlier removal may have stopped before the credentials were deleted: complete it.
                Err(MemberError::NoSuchMember) => {
                    self.forget_credentials(tenant, user).await?;
                    return Err(MemberError::NoSuchMember);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Deletes the sessions and API keys that somebody who is no member has left in the tenant. They are refused
    /// already because there is no member item; but when the person is invited again, old sessions and keys must not
    /// become valid again.
    ///
    /// Only those are deleted that were there before it was seen that there is no member: somebody who joins meanwhile
    /// makes new ones. For a person who has joined nothing is deleted, because joining has done that before. Cost: two
    /// queries; where something is left one read, one write for each session and four for each API key.
    pub(super) async fn forget_credentials(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<(), TableError> {
        let sessions = self.sessions_in(tenant, user).await?;
        let mut api_keys = self.api_keys(tenant).await?;
        api_keys.retain(|key| key.user == *user);
        if (sessions.is_empty() && api_keys.is_empty()) || self.member(tenant, user).await?.is_some() {
            return Ok(());
        }
        self.delete_sessions(tenant, &sessions).await?;
        self.delete_api_keys(&api_keys).await
    }

    async fn try_remove_member(
        &self,
        tenant: &TenantId,
        actor: &UserId,
        user: &UserId,
    ) -> Result<Attempt<()>, MemberError> {
        let member = self.member(tenant, user).await?.ok_or(MemberError::NoSuchMember)?;
        let gone = self.table.update(&keys::member(tenant, user));
        let mut writes = vec![
            gone.when("role", "=", member.role).build_delete()?,
            self.revoke(tenant, Revoked::Member(*user))?,
        ];
        if let Some(person) = self.person(&member.email).await? {
            writes.push(self.leave_tenant(&member.email.digest(), &person, *tenant)?);
        }
        let mut counted = None;
        if member.role == Role::Owner {
            counted = Some(writes.len());
            writes.push(self.count_owner(tenant, -1)?);
        }
        interpret(self.transact_for(tenant, actor, user, writes).await, counted)
    }

    /// Carries out `writes`, which change the member item of `user`, on behalf of `actor`: an owner, or the user
    /// themselves. In the latter case a condition of `writes` on the user's role must ensure that they may do so.
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

    /// The write that changes the tenant's count of owners by `more`, which is 1 or -1. Its condition keeps the count
    /// from falling to zero.
    fn count_owner(&self, tenant: &TenantId, more: i64) -> Result<TransactWriteItem, TableError> {
        let count = self.table.update(&keys::tenant(tenant)).add("owners", more).when_present();
        if more < 0 { count.when("owners", ">", 1).build() } else { count.build() }
    }
}

/// Interprets the result of a transaction in which item `counted`, if any, decrements the count of owners. If only the
/// condition of that item failed, the member is the last owner. If others failed with it, the same change may have been
/// made by a concurrent request, and the operation has to read again.
fn interpret(done: Result<(), OwnerError>, counted: Option<usize>) -> Result<Attempt<()>, MemberError> {
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
        match interpret(Err(failed.into()), counted) {
            Ok(Attempt::Retry) => "again",
            Err(MemberError::LastOwner) => "the last owner",
            other => panic!("{:?}", other.err()),
        }
    }

    #[test]
    fn only_a_failed_count_alone_means_the_last_owner() {
        assert_eq!(outcome(&[false, true], Some(1)), "the last owner");
        assert_eq!(outcome(&[false, false, true, false], Some(2)), "the last owner");
        // One of two owners is demoted by two concurrent requests: for the slower one both conditions fail.
        assert_eq!(outcome(&[true, true], Some(1)), "again");
        assert_eq!(outcome(&[true, false], Some(1)), "again");
        assert_eq!(outcome(&[false, true, true], Some(2)), "again");
        assert_eq!(outcome(&[true, false], None), "again");
    }

    #[test]
    fn not_being_an_owner_is_reported_first() {
        assert!(matches!(interpret(Err(OwnerError::NotOwner), Some(1)), Err(MemberError::NotOwner)));
    }
}
