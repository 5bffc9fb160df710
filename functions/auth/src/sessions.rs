//! A person's own sessions.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Json, Path, Problem, SessionCaller};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use tenancy::{SessionId, SignInMethod, TenantId, UserId};
use utoipa::ToSchema;

use crate::auth::Auth;

#[derive(Serialize, ToSchema)]
pub(crate) struct Sessions {
    items: Vec<SessionView>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SessionView {
    id: SessionId,
    /// Where it is signed in.
    tenant: TenantId,
    user: UserId,
    method: SignInMethod,
    /// When the person signed in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last refreshed.
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
    /// When it ends if it is not used before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Whether the request came with it.
    current: bool,
}

/// The caller's live sessions in all their tenants, oldest first.
///
/// Reads: two items, one query for each tenant of the caller's. Writes: none.
#[utoipa::path(
    get,
    path = "/api/auth/sessions",
    tag = "auth",
    responses(
        (status = 200, body = Sessions, description = "The sessions."),
        (status = 403, description = "It takes a session, not an API key: `session_required`."),
    ),
)]
pub(crate) async fn list_sessions(
    State(auth): State<Arc<Auth>>,
    SessionCaller { context, session: current }: SessionCaller,
) -> Answer<Json<Sessions>> {
    let sessions = auth.identity.sessions(&context.tenant, &context.user).await?;
    let view = |(tenant, session): (TenantId, identity::Session)| {
        Ok(SessionView {
            id: session.id,
            tenant,
            user: session.user,
            method: session.method,
            created_at: session.created_at,
            used_at: session.used_at,
            expires_at: Timestamp::from_second(session.expires_at).map_err(Problem::internal)?,
            current: session.id == current,
        })
    };
    let items = sessions.into_iter().map(view).collect::<Answer<_>>()?;
    Ok(Json(Sessions { items }))
}

/// Ends one of the caller's sessions; the one in use too. Another person's is not there.
///
/// Reads: two items, one query for each tenant of the caller's. Writes: one item.
#[utoipa::path(
    delete,
    path = "/api/auth/sessions/{id}",
    tag = "auth",
    params(("id" = SessionId, Path, description = "Which session")),
    responses(
        (status = 204, description = "The session has ended."),
        (status = 403, description = "It takes a session, not an API key: `session_required`."),
    ),
)]
pub(crate) async fn end_session(
    State(auth): State<Arc<Auth>>,
    SessionCaller { context, .. }: SessionCaller,
    Path(id): Path<SessionId>,
) -> Answer<StatusCode> {
    let sessions = auth.identity.sessions(&context.tenant, &context.user).await?;
    let (tenant, session) =
        sessions.iter().find(|(_, session)| session.id == id).ok_or_else(|| Problem::not_found("session"))?;
    auth.identity.end_session(tenant, &session.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
