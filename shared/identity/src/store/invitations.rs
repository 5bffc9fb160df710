//! Invitations to a tenant: making, listing, withdrawing and accepting them.

use std::time::Duration;

use cloud::clock;
use cloud::table::TableError;
use tenancy::{InvitationId, Role, TenantId, UserId};

use super::identity_store::{IdentityStore, OwnerError};
use super::keys;
use super::retry::{Attempt, Retries};
use super::revocations::Revoked;
use crate::address::EmailAddress;
use crate::records::{Invitation, Member, Membership};
use crate::secret::Secret;
use crate::session::seconds_after;

/// How long an invitation is valid: long enough for people who read their mail once a week.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many invitations of a tenant can be open at once: each is a mail to somebody who did not ask for it.
const MAX_INVITATIONS: usize = 50;

/// Why an invitation was not made or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// The caller is not an owner of the tenant, or no longer.
    #[error("not an owner")]
    NotOwner,
    /// The tenant does not exist any more.
    #[error("no such tenant")]
    NoSuchTenant,
    /// The invitation does not exist, was accepted by somebody who is no member any more, was withdrawn or replaced,
    /// has expired, is for another address, or its maker is no owner any more. The error does not tell which, so that
    /// callers learn nothing from it.
    #[error("no such invitation")]
    NoSuchInvitation,
    /// The address belongs to a member of the tenant.
    #[error("a member already")]
    MemberAlready,
    /// The tenant has as many open invitations as it can have.
    #[error("at most {most} invitations stand at once")]
    TooMany {
        /// The maximum number of open invitations.
        most: usize,
    },
    /// The table did not answer, or refused the request.
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

/// The token in the link of an invitation: `{tenant}.{invitation}.{secret}`.
#[derive(Debug)]
pub struct InvitationToken {
    tenant: TenantId,
    invitation: InvitationId,
    secret: Secret,
}

/// An invitation that was just made.
#[derive(Debug)]
pub struct NewInvitation {
    /// The invitation's item, as it is listed.
    pub invitation: Invitation,
    /// The token for the link in the mail. It is not stored anywhere.
    pub token: InvitationToken,
}

impl InvitationToken {
    /// Parses the token from a link.
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

    /// The token as it stands in the link.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{}.{}.{}", self.tenant, self.invitation, self.secret.expose())
    }
}

impl IdentityStore {
    /// How long an invitation is valid.
    #[must_use]
    pub const fn invitation_lifetime(&self) -> Duration {
        LIFETIME
    }

    /// Invites an address to the tenant on behalf of the owner `invited_by`. An earlier invitation of the same address
    /// is deleted. Cost: one read, two queries, one transaction of three items, and two more for an invitation that is
    /// replaced.
    ///
    /// # Errors
    /// Every variant but [`InvitationError::NoSuchInvitation`]; [`InvitationError::TooMany`] when the tenant has 50
    /// open invitations to other addresses.
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
        let (replaced, open): (Vec<Invitation>, Vec<Invitation>) =
            self.invitations(tenant).await?.into_iter().partition(|other| other.email == *email);
        if open.len() >= MAX_INVITATIONS {
            return Err(InvitationError::TooMany { most: MAX_INVITATIONS });
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
            accepted_by: None,
        };
        // Without this count two concurrent invitations of one address could both remain.
        let counted = self.table.update(&keys::tenant(tenant)).add("invitation_changes", 1);
        let mut writes = vec![
            counted.when("invitation_changes", "=", home.invitation_changes).build()?,
            self.table.put_new(&keys::invitation(tenant, &invitation.id), &invitation)?,
        ];
        for old in replaced {
            writes.push(self.table.update(&keys::invitation(tenant, &old.id)).build_delete()?);
            writes.push(self.revoke(tenant, Revoked::Invitation(old.id))?);
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

    /// The open invitations of the tenant, oldest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time, [`TableError::Shape`] when an item cannot be
    /// parsed.
    pub async fn invitations(&self, tenant: &TenantId) -> Result<Vec<Invitation>, TableError> {
        let all: Vec<Invitation> = self.table.query_all(&tenant.partition(), keys::INVITATIONS).await?;
        let now = clock::now().as_second();
        let is_open =
            |invitation: &Invitation| now < invitation.expires_at && invitation.accepted_by.is_none();
        Ok(all.into_iter().filter(is_open).collect())
    }

    /// Deletes an open invitation on behalf of `owner`; returns whether there was one that nobody has accepted. Cost:
    /// one transaction of three items; for one that was deleted already two reads more.
    ///
    /// # Errors
    /// [`OwnerError::NotOwner`] when `owner` is not an owner, [`OwnerError::Table`] when the table does not answer.
    pub async fn withdraw_invitation(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        invitation: &InvitationId,
    ) -> Result<bool, OwnerError> {
        let gone = self.table.update(&keys::invitation(tenant, invitation));
        let gone = gone.when_present().when_absent("accepted_by");
        let revoked = self.revoke(tenant, Revoked::Invitation(*invitation))?;
        if self.transact_if_there(tenant, owner, vec![gone.build_delete()?, revoked]).await? {
            return Ok(true);
        }
        // One that is still there was accepted.
        let accepted: Option<Invitation> = self.table.get(&keys::invitation(tenant, invitation)).await?;
        Ok(accepted.is_none() && self.was_revoked(tenant, Revoked::Invitation(*invitation)).await?)
    }

    /// Makes the caller a member of the inviting tenant. The caller is `user`, who is signed in to `tenant`. The
    /// invitation must be for their address, and the owner who made it must still be an owner. Somebody who has
    /// accepted it already and is still a member gets the same answer again. Cost: five reads, two queries, one
    /// transaction of eight items; where a removal has left sessions or API keys also one read, one write for each
    /// session and four for each API key; for a member five reads, and one transaction of two items where the
    /// invitation was open.
    ///
    /// # Errors
    /// [`InvitationError::NoSuchInvitation`] when the caller cannot accept it for any reason,
    /// [`InvitationError::Table`] when the table does not answer.
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

        let used = self.table.update(&key).set("accepted_by", user);
        let used = used.when("digest", "=", invitation.digest).when_absent("accepted_by").build()?;
        let revoked = self.revoke(&token.tenant, Revoked::Invitation(token.invitation))?;
        if let Some(member) = self.member(&token.tenant, user).await? {
            if invitation.accepted_by.is_none() {
                match self.table.transact(vec![used, revoked]).await {
                    // Withdrawn or accepted by a request at the same time: they are a member in any case.
                    Ok(()) | Err(TableError::Condition { .. }) => {}
                    Err(TableError::Conflict) => return Ok(Attempt::Retry),
                    Err(error) => return Err(error.into()),
                }
            }
            return Ok(Attempt::Done(Membership { tenant: home, role: member.role }));
        }
        // They were a member and were removed: an invitation is good for joining once.
        if invitation.accepted_by.is_some() {
            return Err(none());
        }
        // Somebody who invited their own address and was then removed is no owner any more. The transaction below could
        // not check that, because it would check and create the same member item.
        if invitation.invited_by == *user {
            return Err(none());
        }
        // A removal that stopped half-way has left credentials, which would be valid again. Where another request has
        // accepted meanwhile, nothing is deleted, and the transaction below fails.
        self.forget_credentials(&token.tenant, user).await?;
        let role = invitation.role;
        let member = Member { id: *user, email: caller.email, role, created_at };
        let owners =
            self.table.update(&keys::tenant(&token.tenant)).when_present().when_absent("erasing_since");
        let writes = vec![
            used,
            revoked,
            self.table.put_new(&keys::member(&token.tenant, user), &member)?,
            // Joining a tenant does not change which one the next sign-in leads to.
            self.change_person(&member.email.digest(), &person, &person.joining(token.tenant))?,
            owners.add("owners", i64::from(role == Role::Owner)).build()?,
            // Somebody who was removed is a member again, with the role that they were invited to: a restore of their
            // earlier membership gives no other.
            self.reinstate(&token.tenant, Revoked::Member(*user))?,
            match role {
                Role::Owner => self.reinstate(&token.tenant, Revoked::Owner(*user))?,
                Role::Member => self.revoke(&token.tenant, Revoked::Owner(*user))?,
            },
        ];
        // An invitation is void once the owner who made it is no owner any more.
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
