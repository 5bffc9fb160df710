//! What the table holds of tenants and people.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenancy::{ApiKeyId, ContentHash, InvitationId, Plan, Role, Scope, TenantId, UserId};

use crate::address::EmailAddress;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// What people call it.
    pub name: String,
    /// What it pays for, while [`plan_until`](Self::plan_until) is not over.
    pub plan: Plan,
    /// After which time it is on the free plan; none while no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_until: Option<Timestamp>,
    /// Since when it is here.
    pub created_at: Timestamp,
    /// How many of its members are owners: never nought.
    pub owners: u64,
    /// Since when it is being erased. From then on it is nobody's: no credential opens it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasing_since: Option<Timestamp>,
    /// How often its API keys have changed, so that two changes at once do not miss each other.
    pub(crate) api_key_changes: u64,
    /// The same of its invitations.
    pub(crate) invitation_changes: u64,
}

impl Tenant {
    /// A tenant on the free plan with one owner, which is nowhere yet.
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

    /// What it may use now.
    #[must_use]
    pub fn plan_now(&self) -> Plan {
        let is_over = self.plan_until.is_some_and(|until| until <= cloud::clock::now());
        if is_over { Plan::Free } else { self.plan }
    }
}

/// A person in a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Whose id; the same in every tenant.
    pub id: UserId,
    /// Where mail reaches them.
    pub email: EmailAddress,
    /// What they may do in this tenant.
    pub role: Role,
    /// Since when they belong to it.
    pub created_at: Timestamp,
}

/// A tenant that somebody belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The tenant.
    pub tenant: Tenant,
    /// What they may do there.
    pub role: Role,
}

/// An invitation to a tenant that was not accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who may accept it.
    pub email: EmailAddress,
    /// What they will be.
    pub role: Role,
    /// SHA-256 of the secret in its link.
    pub digest: ContentHash,
    /// The owner who made it.
    pub invited_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it lapses; also the table's time to live, seconds since 1970.
    pub expires_at: i64,
}

/// A key that programs call the API with, in the name of the member who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose data it opens.
    pub tenant: TenantId,
    /// Who made it. It is good for as long as they belong to the tenant, and for no more than they may.
    pub user: UserId,
    /// What people call it. One live key has a name; one that was replaced may outlive that for a while.
    pub name: String,
    /// What it is good for.
    pub scope: Scope,
    /// Its first characters, by which people tell their keys apart.
    pub beginning: String,
    /// SHA-256 of the key.
    pub digest: ContentHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if it was replaced; also the table's time to live, seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// The last day (in UTC) on which somebody used it; only in the copy that the tenant lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_on: Option<Date>,
}

impl ApiKey {
    /// Whether the key is over at `now`. The table removes it some time later.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now.as_second() >= end)
    }
}

/// Everything about an address that is nobody's tenant's: who it is, and where they belong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    /// Counts the changes: whoever changes it on what they read notices when it has changed since.
    pub(crate) version: u64,
    /// The tenants they belong to, the one used last at the end: there they are signed in.
    pub(crate) tenants: Vec<TenantId>,
}

impl Person {
    /// Somebody new, with one tenant.
    pub(crate) fn new(tenant: TenantId) -> Self {
        Self { user: UserId::new(), version: 0, tenants: vec![tenant] }
    }

    /// The person as one who belongs to `tenant` and used it last.
    pub(crate) fn using(&self, tenant: TenantId) -> Self {
        let mut person = self.without(tenant);
        person.tenants.push(tenant);
        person
    }

    /// The person as one who belongs to `tenant`, too, and went on using another.
    pub(crate) fn joining(&self, tenant: TenantId) -> Self {
        let mut person = self.without(tenant);
        person.tenants.insert(0, tenant);
        person
    }

    /// The person as one who does not belong to `tenant`.
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
        assert!(!key.is_over(now));
        key.expires_at = Some(now.as_second() + 1);
        assert!(!key.is_over(now));
        key.expires_at = Some(now.as_second());
        assert!(key.is_over(now));
    }
}
