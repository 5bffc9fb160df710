//! The message that asks for a tenant's erasure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::TenantId;

/// The message in the erasure queue. It is sent before the tenant is marked as being erased, so that no marked tenant
/// is forgotten when the process dies in between; the mark in the `identity` table decides whether to erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureMessage {
    /// The tenant to be erased.
    pub tenant: TenantId,
    /// When an owner asked for the erasure.
    pub asked_at: Timestamp,
}
