//! The key of a request together with whom and what it is valid for.

use axum::extract::OptionalFromRequestParts;
use http::request::Parts;
use serde_json::json;
use tenancy::{ContentHash, TenantContext};

use super::header::key_of;
use crate::problem::Problem;

/// The `Idempotency-Key` of a request, for a handler that records it itself, in the transaction with what it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopedKey {
    /// Hash of the key with its caller and path, as for an [`Idempotent`](super::Idempotent).
    pub scoped: ContentHash,
    /// Hash of the key alone.
    pub unscoped: ContentHash,
}

impl<S: Sync> OptionalFromRequestParts<S> for ScopedKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        let Some(unscoped) = key_of(&parts.headers)?.map(ContentHash::of) else { return Ok(None) };
        let caller = parts.extensions.get::<TenantContext>();
        Ok(caller.map(|caller| Self { scoped: scoped(caller, parts, &unscoped), unscoped }))
    }
}

/// Hash of a key with its method, path and caller. It depends on all that decides whether the caller may do this:
/// whoever lost a role gets no answer again that they got with it.
pub(super) fn scoped(caller: &TenantContext, parts: &Parts, key: &ContentHash) -> ContentHash {
    let TenantContext { user, role, method, scope, .. } = caller;
    let scope = json!([parts.method.as_str(), parts.uri.path(), user, role, method, scope, key]).to_string();
    ContentHash::of(scope.as_bytes())
}
