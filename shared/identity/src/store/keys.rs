//! The keys of all items of the table.

use cloud::table::Key;
use tenancy::{ApiKeyId, ContentHash, InvitationId, SessionId, TenantId, UserId};

/// The prefix of the sort keys of a tenant's members.
pub(super) const MEMBERS: &str = "USER#";
/// The prefix of the sort keys of a tenant's sessions.
pub(super) const SESSIONS: &str = "SESSION#";
/// The prefix of the sort keys of a tenant's invitations.
pub(super) const INVITATIONS: &str = "INVITATION#";
/// The prefix of the sort keys of a tenant's API keys.
pub(super) const API_KEYS: &str = "API_KEY#";

/// The sort key of the erasure of a tenant.
pub(super) const ERASURE: &str = "ERASURE";

/// The sign-in links of an address.
pub(super) fn links(address: &ContentHash) -> Key {
    Key::global("LINK", address)
}

/// The person with an address.
pub(super) fn person(address: &ContentHash) -> Key {
    Key::global("EMAIL", address)
}

/// The item that a presented API key is looked up with.
pub(super) fn api_key(digest: &ContentHash) -> Key {
    Key::global("API_KEY", digest)
}

pub(super) fn tenant(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), "TENANT")
}

pub(super) fn erasure(tenant: &TenantId) -> Key {
    Key::of(&tenant.partition(), ERASURE)
}

pub(super) fn member(tenant: &TenantId, user: &UserId) -> Key {
    Key::of(&tenant.partition(), format!("{MEMBERS}{user}"))
}

pub(super) fn session(tenant: &TenantId, session: &SessionId) -> Key {
    Key::of(&tenant.partition(), format!("{SESSIONS}{session}"))
}

pub(super) fn invitation(tenant: &TenantId, invitation: &InvitationId) -> Key {
    Key::of(&tenant.partition(), format!("{INVITATIONS}{invitation}"))
}

/// The item in the tenant's partition, which lists of its API keys contain.
pub(super) fn listed_api_key(tenant: &TenantId, key: &ApiKeyId) -> Key {
    Key::of(&tenant.partition(), format!("{API_KEYS}{key}"))
}
