//! The extractor that claims the key of a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use tenancy::uuid::Uuid;

use super::layer::KeyedRequest;
use super::store::{Claim, Claimed};
use crate::problem::{Code, Problem};

/// How many seconds a client waits before it asks again for what another request with its key is making.
const TRY_AGAIN_S: u32 = 2;

/// A request whose `Idempotency-Key`, if it has one, is claimed: the handler runs once for it, and repeated requests
/// are answered without it. It stands after the caller among a handler's arguments, and before the body.
#[derive(Clone, Copy, Debug)]
pub struct Idempotent {
    /// The id for what the request makes: the same whenever the request is tried again, a new one without a key.
    pub id: Uuid,
    /// Whether an earlier request with the key began the work and failed, or died, so that something of this id may
    /// exist.
    pub is_retry: bool,
}

impl<S: Sync> FromRequestParts<S> for Idempotent {
    /// The answer that the request had the first time, or a problem.
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let Some(keyed) = parts.extensions.get::<Arc<KeyedRequest>>().cloned() else {
            return Ok(Self { id: Uuid::now_v7(), is_retry: false });
        };
        match keyed.claim().await.map_err(|error| Problem::from(error).into_response())? {
            Claim::Mine(Claimed { id, is_retry, .. }) => Ok(Self { id, is_retry }),
            Claim::Answered(answer) => Err(answer.replayed()),
            Claim::AtWork => {
                let detail = "A request with this Idempotency-Key is at work. Send it again in a moment.";
                Err(Problem::new(Code::Conflict, detail).retry_after(TRY_AGAIN_S).into_response())
            }
            Claim::Mismatch => {
                let detail = "Use a new Idempotency-Key for a new request.";
                Err(Problem::new(Code::IdempotencyMismatch, detail).into_response())
            }
        }
    }
}
