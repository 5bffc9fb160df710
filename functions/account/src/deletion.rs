//! Deleting an account.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cloud::clock;
use edge::{Answer, Json, Owner, Problem, Query, RecentSessionCaller};
use garde::Validate;
use http::StatusCode;
use identity::ErasureError;
use jiff::Timestamp;
use protection::erasure::ErasureMessage;
use serde::{Deserialize, Serialize};
use tenancy::TenantId;
use utoipa::{IntoParams, ToSchema};

use crate::state::{Accounts, account_not_found, owner_required};

/// The confirmation that a deletion needs.
#[derive(Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Confirmation {
    /// Must be `true`, because nothing of the account can be restored.
    #[serde(default)]
    #[garde(skip)]
    confirm: bool,
}

/// An account that is being deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deletion {
    /// The id of the account.
    tenant: TenantId,
    /// When the deletion was requested. It is complete within 24 hours of that.
    requested_at: Timestamp,
}

/// Deletes the account and everything in it, including its backups. From the response on nobody can sign in to it, and
/// within a minute its access tokens and API keys are refused; its jobs are cancelled, and its subscription ends at
/// once. The request needs a recent sign-in and `confirm=true`. The owners get a mail when the deletion begins, and
/// another when it is complete.
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
        return Err(Problem::invalid_parameter("confirm", detail));
    }
    let (tenant, user) = (caller.context.tenant, caller.context.user);
    // The message is sent first: once the account is blocked, nobody could repeat the request if sending failed.
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
