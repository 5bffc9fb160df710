//! The items of the table: tenants, members, invitations, API keys and people.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenancy::{ApiKeyId, ContentHash, InvitationId, Plan, Role, Scope, TenantId, UserId};

use crate::address::EmailAddress;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The id of the tenant.
    pub id: TenantId,
    /// The name that its owners gave it.
    pub name: String,
    /// The plan that it pays for, until [`plan_until`](Self::plan_until).
    pub plan: Plan,
    /// When the plan ends and the free one begins; `None` while no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_until: Option<Timestamp>,
    /// When the tenant was created.
    pub created_at: Timestamp,
    /// How many of its members are owners; at least one.
    pub owners: u64,
    /// When its erasure began. From then on no credential gives access to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasing_since: Option<Timestamp>,
    /// Counts the changes of its API keys. A change is conditional on the count that it read, so that of two concurrent
    /// changes one fails and starts again.
    pub(crate) api_key_changes: u64,
    /// Counts the changes of its invitations, in the same way.
    pub(crate) invitation_changes: u64,
}

impl Tenant {
    /// A new tenant on the free plan with one owner. It is not stored yet.
    #[must_use]
    pub fn new(id: TenantId, name: String) -> Self {
        let created_at = cloud::clock::now();
        Self {
            id,
            name,
            plan: Plan::Free,
            plan_until: None,
            created_at,
            owners: 1,
            erasing_since: None,
            api_key_changes: 0,
            invitation_changes: 0,
        }
    }

    /// The plan that is in force now.
    #[must_use]
    pub fn plan_now(&self) -> Plan {
        in_force(self.plan, self.plan_until)
    }
}

/// The plan that is in force now of one that is paid for until a time.
pub(crate) fn in_force(plan: Plan, until: Option<Timestamp>) -> Plan {
    let has_ended = until.is_some_and(|until| until <= cloud::clock::now());
    if has_ended { Plan::Free } else { plan }
}

/// A user's membership in one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The user's id, which is the same in every tenant.
    pub id: UserId,
    /// The user's address.
    pub email: EmailAddress,
    /// What the user may do in this tenant.
    pub role: Role,
    /// When the user joined the tenant.
    pub created_at: Timestamp,
}

/// A tenant that a user belongs to, with the user's role there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The tenant.
    pub tenant: Tenant,
    /// What the user may do there.
    pub role: Role,
}

/// An invitation to a tenant. It stays for its lifetime after it was accepted, so that accepting it again can be answered
/// like the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The id of the invitation.
    pub id: InvitationId,
    /// The address that may accept it.
    pub email: EmailAddress,
    /// The role that the new member gets.
    pub role: Role,
    /// SHA-256 of the secret in the invitation's link.
    pub digest: ContentHash,
    /// The owner who invited.
    pub invited_by: UserId,
    /// When the invitation was made.
    pub created_at: Timestamp,
    /// When the invitation expires, in seconds since 1970; also the table's time to live.
    pub expires_at: i64,
    /// The user who accepted it; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accepted_by: Option<UserId>,
}

/// An API key. Programs that present it act as the member who made it, within the key's scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The id of the key.
    pub id: ApiKeyId,
    /// The tenant whose data the key gives access to.
    pub tenant: TenantId,
    /// The member who made the key. It is valid while they belong to the tenant, and permits nothing that their role
    /// does not.
    pub user: UserId,
    /// The name that the member gave the key. One key of a name is current; a key that was replaced may stay valid for
    /// an overlap.
    pub name: String,
    /// Which requests the key permits.
    pub scope: Scope,
    /// The key's prefix and first random characters, by which people tell their keys apart.
    pub beginning: String,
    /// SHA-256 of the key.
    pub digest: ContentHash,
    /// When the key was made.
    pub created_at: Timestamp,
    /// When the key expires, if it was replaced, in seconds since 1970; also the table's time to live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// The last day (in UTC) on which the key was used. Only the item in the tenant's partition has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_on: Option<Date>,
}

impl ApiKey {
    /// Whether the key has expired at `now`. DynamoDB deletes the item some time later.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now.as_second() >= end)
    }
}

/// What is known of an address outside of any tenant: its user id, and the tenants that the user belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    /// Counts the changes. A change is conditional on the version that it read.
    pub(crate) version: u64,
    /// The tenants that the person belongs to. The one used last stands at the end: the next sign-in leads there.
    pub(crate) tenants: Vec<TenantId>,
}

impl Person {
    /// A new person with one tenant.
    pub(crate) fn new(tenant: TenantId) -> Self {
        Self { user: UserId::new(), version: 0, tenants: vec![tenant] }
    }

    /// The person with `tenant` as the one used last.
    pub(crate) fn using(&self, tenant: TenantId) -> Self {
        let mut person = self.without(tenant);
        person.tenants.push(tenant);
        person
    }

    /// The person with `tenant` added, without making it the one used last.
    pub(crate) fn joining(&self, tenant: TenantId) -> Self {
        let mut person = self.without(tenant);
        person.tenants.insert(0, tenant);
        person
    }

    /// The person without `tenant`.
    pub(crate) fn without(&self, tenant: TenantId) -> Self {
        let tenants = self.tenants.iter().copied().filter(|other| *other != tenant).collect();
        Self { user: self.user, version: self.version + 1, tenants }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_used_last_is_the_last_one() {
        let (own, other) = (TenantId::new(), TenantId::new());
        let person = Person::new(own);
        let joined = person.using(other);
        assert_eq!((joined.version, joined.tenants.as_slice()), (1, [own, other].as_slice()));
        assert_eq!(joined.using(own).tenants, [other, own]);
        assert_eq!(person.joining(other).tenants, [other, own]);
        assert_eq!(joined.without(other).tenants, [own]);
        assert_eq!(person.without(own).tenants, []);
    }

    #[test]
    fn only_a_replaced_key_ends() {
        let now = cloud::clock::now();
        let mut key = ApiKey {
            id: ApiKeyId::new(),
            tenant: TenantId::new(),
            user: UserId::new(),
            name: "press".into(),
            scope: Scope::Read,
            beginning: "dvai_live_0123".into(),
            digest: ContentHash::of(b"key"),
            created_at: now,
            expires_at: None,
            last_used_on: None,
        };
        assert!(!key.has_expired(now));
        key.expires_at = Some(now.as_second() + 1);
        assert!(!key.has_expired(now));
        key.expires_at = Some(now.as_second());
        assert!(key.has_expired(now));
    }
}
