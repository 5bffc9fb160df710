//! Around a handler: what is needed to claim a key before it, and the end of the claim after it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use cloud::table::{Key, TableError};
use http::request::Parts;
use http::{Method, header};
use serde_json::json;
use tenancy::{ContentHash, TenantContext};

use super::header::key_of;
use super::scoped_key::scoped;
use super::store::{Claim, Claimed, IdempotencyStore};
use crate::problem::{Code, Problem};

/// The most bytes of a body, which are those that axum's extractors take.
const LARGEST_BODY: usize = 2 << 20;

/// The key of a request, until its handler claims it.
pub(super) struct KeyedRequest {
    store: IdempotencyStore,
    key: Key,
    request: ContentHash,
    claimed: Mutex<Option<Claimed>>,
}

impl KeyedRequest {
    pub(super) async fn claim(&self) -> Result<Claim, TableError> {
        let claim = self.store.claim(&self.key, self.request).await?;
        if let Claim::Mine(claimed) = &claim {
            *self.claimed.lock().unwrap_or_else(PoisonError::into_inner) = Some(claimed.clone());
        }
        Ok(claim)
    }

    async fn end(&self, response: Response) -> Response {
        let claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner).take();
        match claimed {
            Some(claimed) => self.store.end(&self.key, &claimed, response).await,
            // The route takes no key, or the request was answered before its handler ran.
            None => response,
        }
    }
}

/// Runs `handle`. For a POST by a caller who sent a key, puts into the request's extensions what
/// [`Idempotent`](super::Idempotent) claims it with, and ends the claim by the response.
pub(crate) async fn with_idempotency(
    store: Option<&IdempotencyStore>,
    request: Request,
    handle: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let caller = request.extensions().get::<TenantContext>().cloned();
    let (Some(store), Some(caller)) = (store.filter(|_| request.method() == Method::POST), caller) else {
        return handle(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let value = match key_of(&parts.headers) {
        Ok(Some(value)) => ContentHash::of(value),
        Ok(None) => return handle(Request::from_parts(parts, body)).await,
        Err(problem) => return problem.into_response(),
    };
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return Problem::new(Code::TooLarge, "Send at most 2 MB.").into_response();
    };
    let keyed = Arc::new(KeyedRequest {
        store: store.clone(),
        key: record_key(&caller, &parts, &value),
        request: request_hash(&parts, &body),
        claimed: Mutex::default(),
    });
    parts.extensions.insert(Arc::clone(&keyed));
    let response = handle(Request::from_parts(parts, Body::from(body))).await;
    keyed.end(response).await
}

fn record_key(caller: &TenantContext, parts: &Parts, value: &ContentHash) -> Key {
    Key::of(&caller.tenant.partition(), format!("KEYED_REQUEST#{}", scoped(caller, parts, value)))
}

fn request_hash(parts: &Parts, body: &[u8]) -> ContentHash {
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let request = json!([parts.uri.query(), content_type, ContentHash::of(body)]).to_string();
    ContentHash::of(request.as_bytes())
}

#[cfg(test)]
mod tests {
    use tenancy::{Plan, Role, Scope, SignInMethod, TenantId, UserId};

    use super::*;

    fn caller() -> TenantContext {
        TenantContext {
            tenant: TenantId::new(),
            user: UserId::new(),
            role: Role::Owner,
            plan: Plan::Free,
            method: SignInMethod::MagicLink,
            scope: Scope::All,
            session: None,
            signed_in_at: None,
            api_key: None,
        }
    }

    fn parts(path: &str) -> Parts {
        http::Request::post(path).body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_key_is_one_callers_with_one_role_and_one_paths() {
        let (owner, value) = (caller(), ContentHash::of(b"order-7"));
        let key = record_key(&owner, &parts("/projects"), &value);
        assert_eq!(
            key,
            record_key(&TenantContext { plan: Plan::Pro, ..owner.clone() }, &parts("/projects?a=1"), &value)
        );
        for other in [
            record_key(&owner, &parts("/jobs"), &value),
            record_key(&owner, &parts("/projects"), &ContentHash::of(b"order-8")),
            record_key(&TenantContext { user: UserId::new(), ..owner.clone() }, &parts("/projects"), &value),
            record_key(&TenantContext { role: Role::Member, ..owner.clone() }, &parts("/projects"), &value),
            record_key(&TenantContext { scope: Scope::Read, ..owner.clone() }, &parts("/projects"), &value),
            record_key(
                &TenantContext { method: SignInMethod::ApiKey, ..owner.clone() },
                &parts("/projects"),
                &value,
            ),
            record_key(
                &TenantContext { tenant: TenantId::new(), ..owner.clone() },
                &parts("/projects"),
                &value,
            ),
        ] {
            assert_ne!(key, other);
        }
    }

    #[test]
    fn another_body_or_query_is_another_request() {
        let request = request_hash(&parts("/projects"), b"{}");
        assert_eq!(request, request_hash(&parts("/projects"), b"{}"));
        assert_ne!(request, request_hash(&parts("/projects"), b"{ }"));
        assert_ne!(request, request_hash(&parts("/projects?a=1"), b"{}"));
    }
}
