//! Where in the table what is kept.

use cloud::table::Key;
use tenancy::{ApiKeyId, ContentHash, InvitationId, SessionId, TenantId, UserId};

/// What the sort keys of a tenant's members begin with.
pub(super) const MEMBERS: &str = "USER#";
/// What the sort keys of a tenant's sessions begin with.
pub(super) const SESSIONS: &str = "SESSION#";
/// What the sort keys of a tenant's invitations begin with.
pub(super) const INVITATIONS: &str = "INVITATION#";
/// What the sort keys of a tenant's API keys begin with.
pub(super) const API_KEYS: &str = "API_KEY#";

/// The sort key of the erasure of a tenant.
pub(super) const ERASURE: &str = "ERASURE";

/// The one sign-in link of an address.
pub(super) fn link(address: &ContentHash) -> Key {
    Key::global("LINK", address)
}

/// Who an address is.
pub(super) fn person(address: &ContentHash) -> Key {
    Key::global("EMAIL", address)
}

/// An API key, as whoever is shown it finds it.
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

/// An API key, as its tenant lists it.
pub(super) fn listed_api_key(tenant: &TenantId, key: &ApiKeyId) -> Key {
    Key::of(&tenant.partition(), format!("{API_KEYS}{key}"))
}
