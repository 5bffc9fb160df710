//! The end of an account.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cloud::clock;
use edge::{Answer, Code, Json, Owner, Problem, Query, RecentSessionCaller};
use garde::Validate;
use http::StatusCode;
use identity::ErasureError;
use jiff::Timestamp;
use protection::erasure::ErasureMessage;
use serde::{Deserialize, Serialize};
use tenancy::TenantId;
use utoipa::{IntoParams, ToSchema};

use crate::state::{Accounts, account_not_found, owner_required};

/// Whether it is meant.
#[derive(Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Confirmation {
    /// `true`: nothing of the account can be brought back.
    #[serde(default)]
    #[garde(skip)]
    confirm: bool,
}

/// An account that is being deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deletion {
    /// Which.
    tenant: TenantId,
    /// Since when. Within 24 hours nothing is left.
    requested_at: Timestamp,
}

/// Deletes the account: everything that is kept of it, in backups too. From the answer on nobody can sign in to it,
/// and within a minute no access token or API key opens it; its jobs are cancelled, and its subscription ends at
/// once. It takes a sign-in of the last minutes, and `confirm=true`. Its owners are told by mail that it has begun,
/// and when nothing is left.
///
/// Reads: one query. Writes: one message, one transaction of three items.
#[utoipa::path(
    post,
    path = "/api/account/delete",
    tag = "account",
    params(Confirmation),
    responses(
        (status = ACCEPTED, body = Deletion, description = "It has begun."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`), and just now (`recent_sign_in_required`)."),
        (status = UNPROCESSABLE_ENTITY, description = "It was not confirmed: nothing has happened."),
    ),
)]
pub(crate) async fn delete_account(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    RecentSessionCaller(caller): RecentSessionCaller,
    Query(Confirmation { confirm }): Query<Confirmation>,
) -> Answer<Response> {
    if !confirm {
        let detail =
            "Nothing has happened. To delete the account and everything in it for good, add `confirm=true`.";
        return Err(Problem::new(Code::Invalid, detail));
    }
    let (tenant, user) = (caller.context.tenant, caller.context.user);
    // First the message: once the account is nobody's, nobody could ask again.
    let message = ErasureMessage { tenant, asked_at: clock::now() };
    let sent = accounts.erasure_queue.send(&message, &tenant.to_string(), Duration::ZERO).await;
    sent.map_err(|error| Problem::unavailable("queue", error))?;
    let erasure = accounts.identity.begin_erasure(&tenant, &user).await.map_err(|error| match error {
        ErasureError::NotOwner => owner_required(),
        ErasureError::NoSuchTenant => account_not_found(),
        ErasureError::Table(error) => error.into(),
    })?;
    let deletion = Deletion { tenant, requested_at: erasure.requested_at };
    Ok((StatusCode::ACCEPTED, Json(deletion)).into_response())
}
