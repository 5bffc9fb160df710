//! API keys: listing, making and deleting them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use edge::{
    Answer, Caller, Code, IdempotencyHeader, Idempotent, Json, Owner, Path, Problem, ReplayAs, SessionCaller,
};
use garde::Validate;
use http::StatusCode;
use identity::{ApiKey, ApiKeyError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenancy::{ApiKeyId, Scope, UserId};
use utoipa::ToSchema;

use crate::name::Name;
use crate::state::{Accounts, account_not_found, owner_problem, owner_required, too_many};

/// The API keys of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeys {
    /// All valid keys, oldest first.
    items: Vec<ApiKeyView>,
}

/// An API key, as it is listed.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(crate) struct ApiKeyView {
    /// The id of the key.
    id: ApiKeyId,
    /// The name of the key, which says what it is used for.
    name: String,
    /// Which requests the key permits.
    scope: Scope,
    /// The first characters of the key, by which to tell keys apart.
    beginning: String,
    /// The member who made the key. It is valid while they belong to the account, and permits nothing that their role
    /// does not.
    created_by: UserId,
    /// When the key was made.
    created_at: Timestamp,
    /// When the key expires, if it was replaced.
    expires_at: Option<Timestamp>,
    /// The last day, in UTC, on which the key was used.
    last_used_on: Option<Date>,
}

impl ApiKeyView {
    fn new(key: ApiKey) -> Answer<Self> {
        let ApiKey { id, user, name, scope, beginning, created_at, expires_at, last_used_on, .. } = key;
        let expires_at = expires_at.map(Timestamp::from_second).transpose().map_err(Problem::internal)?;
        Ok(Self { id, name, scope, beginning, created_by: user, created_at, expires_at, last_used_on })
    }
}

/// Lists the valid API keys, oldest first, without the secret keys themselves.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/api-keys",
    tag = "account",
    responses((status = OK, body = ApiKeys, description = "The keys.")),
)]
pub(crate) async fn list_api_keys(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<ApiKeys>> {
    let keys = accounts.identity.api_keys(&caller.tenant).await?;
    Ok(Json(ApiKeys { items: keys.into_iter().map(ApiKeyView::new).collect::<Answer<_>>()? }))
}

/// The key to make.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    /// The name of the key. A current key of the same name is replaced.
    #[garde(skip)]
    name: Name,
    /// Which requests the key permits.
    #[garde(skip)]
    scope: Scope,
    /// For how many minutes the replaced key stays valid; 0 for a key that may have leaked.
    #[serde(default)]
    #[garde(range(max = 1440))]
    #[schema(maximum = 1440)]
    overlap_minutes: u32,
}

/// A key that was just made.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct NewApiKey {
    /// The key, for the header `Authorization: Bearer …`. It is shown only in the first response: a repeated request
    /// with the same `Idempotency-Key` gets null.
    #[schema(pattern = "^dvai_live_[0-9A-Za-z]{36}$")]
    key: Option<String>,
    #[serde(flatten)]
    listed: ApiKeyView,
}

/// Makes an API key, which is shown only in this response. It replaces the current key of the same name, which expires
/// at once or after the overlap. A request that is repeated with the same `Idempotency-Key` makes no other key, and its
/// response has none: a key that got lost is replaced by a request with a new `Idempotency-Key`.
///
/// Reads: one item, one query; two items more for a request that is tried again. Writes: one transaction of four items,
/// and four more for each key that is replaced.
#[utoipa::path(
    post,
    path = "/api/account/rotate-api-key",
    tag = "account",
    params(IdempotencyHeader),
    request_body(
        content = Rotation,
        example = json!({"name": "press", "scope": "render", "overlap_minutes": 60}),
    ),
    responses(
        (status = CREATED, body = NewApiKey, description = "The new key."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = CONFLICT, description = "The account has 50 keys: `too_many`. The key of this request was made and has ended: `conflict`."),
    ),
)]
pub(crate) async fn rotate_api_key(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    SessionCaller { context, .. }: SessionCaller,
    request: Idempotent,
    Json(body): Json<Rotation>,
) -> Answer<(StatusCode, ReplayAs<NewApiKey>, Json<NewApiKey>)> {
    let id = ApiKeyId::from_uuid(request.id);
    if request.is_retry {
        if let Some(made) = accounts.identity.api_key(&context.tenant, &id).await? {
            return Ok(rotated(ApiKeyView::new(made)?, None));
        }
        // A key that was made and has ended must not exist again under its id.
        if accounts.identity.has_ended_api_key(&context.tenant, &id).await? {
            let detail =
                "The key of this request was made, and has ended. Use a new Idempotency-Key for another.";
            return Err(Problem::new(Code::Conflict, detail));
        }
    }
    let overlap = Duration::from_secs(60 * u64::from(body.overlap_minutes));
    let name = body.name.as_str();
    let made =
        accounts.identity.rotate_api_key(&context.tenant, &context.user, id, name, body.scope, overlap).await;
    let made = made.map_err(api_key_problem)?;
    let key = made.text.expose().to_owned();
    Ok(rotated(ApiKeyView::new(made.key)?, Some(key)))
}

/// The response with a key that is shown once.
fn rotated(listed: ApiKeyView, key: Option<String>) -> (StatusCode, ReplayAs<NewApiKey>, Json<NewApiKey>) {
    let kept = NewApiKey { key: None, listed: listed.clone() };
    (StatusCode::CREATED, ReplayAs(kept), Json(NewApiKey { key, listed }))
}

/// Deletes an API key, which is refused within a minute. A key that has ended already is answered as the first time,
/// for one read more.
///
/// Reads: one item. Writes: one transaction of five items.
#[utoipa::path(
    delete,
    path = "/api/account/api-keys/{id}",
    tag = "account",
    params(("id" = ApiKeyId, Path, description = "Which key.")),
    responses(
        (status = NO_CONTENT, description = "The key has ended."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = NOT_FOUND, description = "There is no such key."),
    ),
)]
pub(crate) async fn delete_api_key(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    SessionCaller { context, .. }: SessionCaller,
    Path(id): Path<ApiKeyId>,
) -> Answer<StatusCode> {
    match accounts
        .identity
        .delete_api_key(&context.tenant, &context.user, &id)
        .await
        .map_err(owner_problem)?
    {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("API key")),
    }
}

fn api_key_problem(error: ApiKeyError) -> Problem {
    match error {
        ApiKeyError::NotOwner => owner_required(),
        ApiKeyError::NoSuchTenant => account_not_found(),
        ApiKeyError::TooMany { most } => {
            too_many(format!("At most {most} keys live at once: delete those that nobody uses."))
        }
        ApiKeyError::Table(error) => error.into(),
    }
}
