//! What is said when a tenant is to be erased.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::TenantId;

/// What the queue of erasures carries. It comes before the tenant is marked, so that none is marked of which
/// nobody hears; the table says what is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureMessage {
    /// Whose end it is.
    pub tenant: TenantId,
    /// When it was asked for.
    pub asked_at: Timestamp,
}
