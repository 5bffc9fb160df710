//! Keys for programs.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use edge::{Answer, Caller, Json, Owner, Path, Problem, SessionCaller};
use garde::Validate;
use http::StatusCode;
use identity::{ApiKey, ApiKeyError};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenancy::{ApiKeyId, Scope, UserId};
use utoipa::ToSchema;

use crate::name;
use crate::state::{Accounts, account_not_found, owner_problem, owner_required, too_many};

/// The API keys of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeys {
    /// All that can be used.
    items: Vec<ApiKeyView>,
}

/// An API key, as it is listed.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(crate) struct ApiKeyView {
    /// Its id.
    id: ApiKeyId,
    /// What it is for.
    name: String,
    /// What it is good for.
    scope: Scope,
    /// Its first characters, by which to tell keys apart.
    beginning: String,
    /// Who made it: it is good for as long as they belong to the account, and for no more than they may.
    created_by: UserId,
    /// When it was made.
    created_at: Timestamp,
    /// When it ends, if it was replaced.
    expires_at: Option<Timestamp>,
    /// The last day, in UTC, on which it was used.
    last_used_on: Option<Date>,
}

impl ApiKeyView {
    fn new(key: ApiKey) -> Answer<Self> {
        let ApiKey { id, user, name, scope, beginning, created_at, expires_at, last_used_on, .. } = key;
        let expires_at = expires_at.map(Timestamp::from_second).transpose().map_err(Problem::internal)?;
        Ok(Self { id, name, scope, beginning, created_by: user, created_at, expires_at, last_used_on })
    }
}

/// Lists the API keys that can be used, oldest first, without the keys themselves.
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

/// Which key to make.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    /// What the key is for; one live key has a name.
    #[garde(custom(name::check))]
    #[schema(schema_with = name::schema)]
    name: String,
    /// What it is good for.
    #[garde(skip)]
    scope: Scope,
    /// How long the key that it replaces can still be used; nought for one that others may know.
    #[serde(default)]
    #[garde(range(max = 1440))]
    #[schema(maximum = 1440)]
    overlap_minutes: u32,
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewApiKey {
    /// For `Authorization: Bearer`. It is shown this once.
    #[schema(pattern = "^dvai_live_[0-9A-Za-z]{36}$")]
    key: String,
    #[serde(flatten)]
    listed: ApiKeyView,
}

/// Makes an API key, shown this once. It replaces the live key of the same name, which ends at once, or
/// after the overlap.
///
/// Reads: one item, one query. Writes: one transaction of four items, and two for each key that ends by
/// it.
#[utoipa::path(
    post,
    path = "/api/account/rotate-api-key",
    tag = "account",
    request_body(
        content = Rotation,
        example = json!({"name": "press", "scope": "render", "overlap_minutes": 60}),
    ),
    responses(
        (status = CREATED, body = NewApiKey, description = "The new key."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = CONFLICT, description = "The account has 50 keys: `too_many`."),
    ),
)]
pub(crate) async fn rotate_api_key(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    SessionCaller { context, .. }: SessionCaller,
    Json(body): Json<Rotation>,
) -> Answer<(StatusCode, Json<NewApiKey>)> {
    let overlap = Duration::from_secs(60 * u64::from(body.overlap_minutes));
    let name = body.name.trim();
    let made =
        accounts.identity.rotate_api_key(&context.tenant, &context.user, name, body.scope, overlap).await;
    let made = made.map_err(api_key_problem)?;
    let key = made.text.expose().to_owned();
    Ok((StatusCode::CREATED, Json(NewApiKey { key, listed: ApiKeyView::new(made.key)? })))
}

/// Ends an API key: within a minute nobody can use it.
///
/// Reads: one item. Writes: one transaction of three items.
#[utoipa::path(
    delete,
    path = "/api/account/api-keys/{id}",
    tag = "account",
    params(("id" = ApiKeyId, Path, description = "Which key.")),
    responses(
        (status = NO_CONTENT, description = "The key has ended."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = NOT_FOUND, description = "There is no such key, or no more."),
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
