//! The public keys of access tokens.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Json, Problem};
use http::{HeaderName, header};
use identity::Jwks;

use crate::auth::Auth;

/// `Cache-Control` of the key set. A new key is published as `next` for longer than this before it signs.
const CACHE_FOR_5_MIN: &str = "public, max-age=300";

/// Lists the public keys of access tokens (RFC 7517).
///
/// Reads: the signing keys, at most once in five minutes. Writes: none.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "auth",
    security(()),
    responses((status = 200, body = Jwks, description = "The keys (RFC 7517, RFC 8037).")),
)]
pub(crate) async fn key_set(
    State(auth): State<Arc<Auth>>,
) -> Answer<([(HeaderName, &'static str); 1], Json<Jwks>)> {
    let keys = auth.keys.get().await;
    let keys = keys.map_err(|reason| Problem::unavailable("signing keys", reason))?;
    let jwks = keys.jwks().map_err(Problem::internal)?;
    Ok(([(header::CACHE_CONTROL, CACHE_FOR_5_MIN)], Json(jwks)))
}
