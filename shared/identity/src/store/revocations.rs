//! Revocations: the record that a key, a membership, a role or an invitation was ended, so that no restore of an
//! earlier state brings it back.
//!
//! They are in a table of their own, which is never restored: in the `identity` table they would be lost together with
//! what they are about. Each is written in the transaction that ends what it names. It holds ids and times alone.
//!
//! The digests of API keys that have ended are there too, for a shorter time, so that the authorizer can tell a key
//! that was good once from one that somebody made up.

use std::fmt;
use std::time::Duration;

use cloud::clock;
use cloud::table::types::TransactWriteItem;
use cloud::table::{Key, TableError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ApiKeyId, ContentHash, InvitationId, TenantId, UserId};

use super::identity_store::IdentityStore;
use crate::session::seconds_after;

/// How long a revocation is kept: 400 days, as tombstones of tenants are. Backups and point-in-time recovery reach back
/// 35 days.
const LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// How long the digest of an API key that has ended is kept: 30 days, in which whoever still sends the key is told that
/// it has ended. Afterwards it is refused like a key that never was.
const ENDED_KEY_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What of a tenant was ended. Its text is the sort key of the revocation's item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Revoked {
    /// The membership of a user, who was removed or has left.
    Member(UserId),
    /// The role of an owner, who became a member.
    Owner(UserId),
    /// An API key, which was deleted, replaced or reported as leaked.
    ApiKey(ApiKeyId),
    /// An invitation, which was accepted, withdrawn or replaced.
    Invitation(InvitationId),
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(user) => write!(f, "MEMBER#{user}"),
            Self::Owner(user) => write!(f, "OWNER#{user}"),
            Self::ApiKey(key) => write!(f, "API_KEY#{key}"),
            Self::Invitation(invitation) => write!(f, "INVITATION#{invitation}"),
        }
    }
}

impl Revoked {
    /// The key of the revocation's item.
    #[must_use]
    pub fn key(&self, tenant: &TenantId) -> Key {
        Key::of(&tenant.partition(), self.to_string())
    }
}

/// A revocation, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// When it takes effect: for a key that was replaced, at the end of its overlap, which may be still to come. What
    /// was made later is not meant.
    pub revoked_at: Timestamp,
    /// When the table deletes the item, in seconds since 1970.
    pub expires_at: i64,
}

impl IdentityStore {
    /// The write that records a revocation as of now. It has no condition.
    pub(super) fn revoke(&self, tenant: &TenantId, what: Revoked) -> Result<TransactWriteItem, TableError> {
        self.revoke_from(tenant, what, clock::now())
    }

    /// The write that records a revocation that takes effect at `revoked_at`. It has no condition.
    pub(super) fn revoke_from(
        &self,
        tenant: &TenantId,
        what: Revoked,
        revoked_at: Timestamp,
    ) -> Result<TransactWriteItem, TableError> {
        let revocation = Revocation { revoked_at, expires_at: seconds_after(revoked_at, LIFETIME) };
        self.revocations.put_any(&what.key(tenant), &revocation)
    }

    /// Whether something was revoked within the last 400 days. Cost: one read.
    pub(super) async fn was_revoked(&self, tenant: &TenantId, what: Revoked) -> Result<bool, TableError> {
        Ok(self.revocations.get::<Revocation>(&what.key(tenant)).await?.is_some())
    }

    /// The write that records the digest of an API key that ends at `revoked_at`. It has no condition. It names no
    /// tenant, because the authorizer asks before it knows one.
    pub(super) fn remember_ended_key(
        &self,
        digest: &ContentHash,
        revoked_at: Timestamp,
    ) -> Result<TransactWriteItem, TableError> {
        let ended = Revocation { revoked_at, expires_at: seconds_after(revoked_at, ENDED_KEY_LIFETIME) };
        self.revocations.put_any(&ended_key(digest), &ended)
    }

    /// Whether an API key with this digest has ended within the last 30 days. Cost: one read.
    pub(super) async fn is_ended_key(&self, digest: &ContentHash) -> Result<bool, TableError> {
        Ok(self.revocations.get::<Revocation>(&ended_key(digest)).await?.is_some())
    }

    /// The write that deletes a revocation, because what it ended was given again. It has no condition.
    pub(super) fn reinstate(
        &self,
        tenant: &TenantId,
        what: Revoked,
    ) -> Result<TransactWriteItem, TableError> {
        self.revocations.update(&what.key(tenant)).build_delete()
    }
}

fn ended_key(digest: &ContentHash) -> Key {
    Key::global("API_KEY", digest)
}
