//! Asking people into a tenant.

use std::time::Duration;

use cloud::clock;
use cloud::table::TableError;
use tenancy::{InvitationId, Role, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::{Attempt, Retries, delete_if_there};
use crate::address::EmailAddress;
use crate::records::{Invitation, Member, Membership};
use crate::secret::Secret;
use crate::session::seconds_after;

/// Long enough for somebody who reads their mail once a week.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many invitations of a tenant stand at once: each is a mail to somebody who did not ask for it.
const AT_ONCE: usize = 50;

/// Why nobody was invited, or nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// Whoever asks is not an owner, or is one no longer.
    #[error("not an owner")]
    NotOwner,
    /// There is no such tenant any more.
    #[error("no such tenant")]
    NoSuchTenant,
    /// It was accepted, withdrawn or replaced, has lapsed, was for another address, its maker is no owner
    /// any more, or it never was: all look alike to who tries one.
    #[error("no such invitation")]
    NoSuchInvitation,
    /// The address belongs to the tenant already.
    #[error("a member already")]
    MemberAlready,
    /// No more can be invited until others have answered.
    #[error("at most {most} invitations stand at once")]
    TooMany {
        /// How many may stand.
        most: usize,
    },
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<OwnerError> for InvitationError {
    fn from(error: OwnerError) -> Self {
        match error {
            OwnerError::NotOwner => Self::NotOwner,
            OwnerError::Table(error) => Self::Table(error),
        }
    }
}

/// What the link in an invitation carries: `{tenant}.{invitation}.{secret}`.
#[derive(Debug)]
pub struct InvitationToken {
    tenant: TenantId,
    invitation: InvitationId,
    secret: Secret,
}

/// An invitation that was just made.
#[derive(Debug)]
pub struct NewInvitation {
    /// As the tenant lists it.
    pub invitation: Invitation,
    /// For the mail; exists nowhere else.
    pub token: InvitationToken,
}

impl InvitationToken {
    /// The token as the link has it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let token = Self {
            tenant: parts.next()?.parse().ok()?,
            invitation: parts.next()?.parse().ok()?,
            secret: Secret::parse(parts.next()?)?,
        };
        parts.next().is_none().then_some(token)
    }

    /// The form in which it is handed out.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{}.{}.{}", self.tenant, self.invitation, self.secret.expose())
    }
}

impl IdentityStore {
    /// How long an invitation stands.
    #[must_use]
    pub const fn invitation_lifetime(&self) -> Duration {
        LIFETIME
    }

    /// Invites an address to the tenant, as the owner `invited_by` asks; an earlier invitation of the same
    /// address is void. Cost: one read, two queries, one transaction of three items, and one for the
    /// invitation that is replaced.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub async fn invite(
        &self,
        tenant: &TenantId,
        invited_by: &UserId,
        email: &EmailAddress,
        role: Role,
    ) -> Result<NewInvitation, InvitationError> {
        let mut retries = Retries::default();
        loop {
            if let Attempt::Done(done) = self.try_invite(tenant, invited_by, email, role).await? {
                return Ok(done);
            }
            retries.pause().await?;
        }
    }

    async fn try_invite(
        &self,
        tenant: &TenantId,
        invited_by: &UserId,
        email: &EmailAddress,
        role: Role,
    ) -> Result<Attempt<NewInvitation>, InvitationError> {
        let home = self.tenant(tenant).await?.ok_or(InvitationError::NoSuchTenant)?;
        if self.members(tenant).await?.iter().any(|member| member.email == *email) {
            return Err(InvitationError::MemberAlready);
        }
        let (replaced, standing): (Vec<Invitation>, Vec<Invitation>) =
            self.invitations(tenant).await?.into_iter().partition(|other| other.email == *email);
        if standing.len() >= AT_ONCE {
            return Err(InvitationError::TooMany { most: AT_ONCE });
        }
        let (secret, created_at) = (Secret::random(), clock::now());
        let invitation = Invitation {
            id: InvitationId::new(),
            email: email.clone(),
            role,
            digest: secret.digest(),
            invited_by: *invited_by,
            created_at,
            expires_at: seconds_after(created_at, LIFETIME),
        };
        // Two invitations of one address at once would otherwise both stand.
        let counted = self.table.update(&keys::tenant(tenant)).add("invitation_changes", 1);
        let mut writes = vec![
            counted.when("invitation_changes", "=", home.invitation_changes).build()?,
            self.table.put_new(&keys::invitation(tenant, &invitation.id), &invitation)?,
        ];
        for old in replaced {
            writes.push(self.table.update(&keys::invitation(tenant, &old.id)).build_delete()?);
        }
        match self.transact_as_owner(tenant, invited_by, writes).await {
            Ok(()) => {
                let token = InvitationToken { tenant: *tenant, invitation: invitation.id, secret };
                Ok(Attempt::Done(NewInvitation { invitation, token }))
            }
            Err(OwnerError::Table(TableError::Condition { .. } | TableError::Conflict)) => Ok(Attempt::Retry),
            Err(error) => Err(error.into()),
        }
    }

    /// The invitations of the tenant that can still be accepted, oldest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn invitations(&self, tenant: &TenantId) -> Result<Vec<Invitation>, TableError> {
        let all: Vec<Invitation> = self.table.query_all(&tenant.partition(), keys::INVITATIONS).await?;
        let now = clock::now().as_second();
        Ok(all.into_iter().filter(|invitation| now < invitation.expires_at).collect())
    }

    /// Takes an invitation back, as `owner` asks; whether there was one. Cost: one transaction of two
    /// items.
    ///
    /// # Errors
    /// [`OwnerError`].
    pub async fn withdraw_invitation(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        invitation: &InvitationId,
    ) -> Result<bool, OwnerError> {
        let gone = self.table.update(&keys::invitation(tenant, invitation)).when_present();
        self.transact_if_there(tenant, owner, vec![gone.build_delete()?]).await
    }

    /// Makes a member of whoever was invited: the caller, who is a member of `tenant`, if the invitation
    /// was sent to their address and whoever made it is an owner still. Cost: six reads, one transaction of
    /// five items.
    ///
    /// # Errors
    /// [`InvitationError::NoSuchInvitation`] or [`InvitationError::Table`].
    pub async fn accept_invitation(
        &self,
        token: &InvitationToken,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Membership, InvitationError> {
        let mut retries = Retries::default();
        loop {
            if let Attempt::Done(done) = self.try_accept(token, tenant, user).await? {
                return Ok(done);
            }
            retries.pause().await?;
        }
    }

    async fn try_accept(
        &self,
        token: &InvitationToken,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Attempt<Membership>, InvitationError> {
        let none = || InvitationError::NoSuchInvitation;
        let key = keys::invitation(&token.tenant, &token.invitation);
        let invitation: Invitation = self.table.get(&key).await?.ok_or_else(none)?;
        let caller = self.member(tenant, user).await?.ok_or_else(none)?;
        let created_at = clock::now();
        let is_theirs = invitation.digest == token.secret.digest()
            && invitation.email == caller.email
            && created_at.as_second() < invitation.expires_at;
        let home = self.tenant(&token.tenant).await?.filter(|_| is_theirs).ok_or_else(none)?;
        let person = self.person(&caller.email).await?.ok_or_else(none)?;

        let used = self.table.update(&key).when("digest", "=", invitation.digest).build_delete()?;
        if let Some(member) = self.member(&token.tenant, user).await? {
            delete_if_there(&self.table, vec![used]).await?;
            return Ok(Attempt::Done(Membership { tenant: home, role: member.role }));
        }
        // Who was removed after inviting themselves is no owner, and would be checked and made at once.
        if invitation.invited_by == *user {
            return Err(none());
        }
        let role = invitation.role;
        let member = Member { id: *user, email: caller.email, role, created_at };
        let person_key = keys::person(&member.email.digest());
        let owners =
            self.table.update(&keys::tenant(&token.tenant)).when_present().when_absent("erasing_since");
        let writes = vec![
            used,
            self.table.put_new(&keys::member(&token.tenant, user), &member)?,
            // Joining changes where they belong, not where they are signed in.
            self.table.put_if_equals(
                &person_key,
                &person.joining(token.tenant),
                ("version", person.version),
            )?,
            owners.add("owners", i64::from(role == Role::Owner)).build()?,
        ];
        // What somebody invited to as an owner ends with that.
        match self.transact_as_owner(&token.tenant, &invitation.invited_by, writes).await {
            Ok(()) => Ok(Attempt::Done(Membership { tenant: home, role })),
            Err(OwnerError::NotOwner) => Err(none()),
            Err(OwnerError::Table(TableError::Condition { .. } | TableError::Conflict)) => Ok(Attempt::Retry),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_round_trip() {
        let token = InvitationToken {
            tenant: TenantId::new(),
            invitation: InvitationId::new(),
            secret: Secret::random(),
        };
        let text = token.expose();
        assert_eq!(InvitationToken::parse(&text).unwrap().expose(), text);
        for bad in [String::new(), format!("{text}."), text.replace('.', ""), text[1..].to_owned()] {
            assert!(InvitationToken::parse(&bad).is_none(), "{bad}");
        }
        assert!(!format!("{token:?}").contains(&token.secret.expose()));
    }
}
