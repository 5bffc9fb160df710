//! The caller's own sessions.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Json, Path, Problem, SessionCaller};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use tenancy::{SessionId, SignInMethod, TenantId, UserId};
use utoipa::ToSchema;

use crate::auth::Auth;

/// The sessions of the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sessions {
    /// All live sessions, oldest first.
    items: Vec<SessionView>,
}

/// A session, as it is listed.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// The id of the session.
    id: SessionId,
    /// The tenant that the session is signed in to.
    tenant: TenantId,
    /// The user who signed in.
    user: UserId,
    /// How the user signed in.
    method: SignInMethod,
    /// When the user signed in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When the session was last refreshed, which pages do every quarter of an hour.
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
    /// When the session ends if it is not refreshed before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The IP address that the session was last signed in or refreshed from; absent for sessions that are older than
    /// this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("198.51.100.7"))]
    ip: Option<String>,
    /// How the browser or program named itself then (`User-Agent`), at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"))]
    user_agent: Option<String>,
    /// Whether the request belongs to this session.
    current: bool,
}

/// Lists the caller's live sessions in all of their tenants, oldest first.
///
/// Reads: two items, one query for each of the caller's tenants. Writes: none.
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
            ip: session.device.ip,
            user_agent: session.device.user_agent,
            current: session.id == current,
        })
    };
    let items = sessions.into_iter().map(view).collect::<Answer<_>>()?;
    Ok(Json(Sessions { items }))
}

/// Ends one of the caller's sessions, which may be that of the request. A session that has gone on in another of the
/// caller's tenants is ended there. Ending a session again is answered like the first time, for a day after it was
/// ended. The id of another person's session is answered with 404, as one that does not exist.
///
/// Reads: two items, and one for each of the caller's tenants. Writes: one item, none for a session that has ended; an
/// entry in the audit log of the session's tenant, where that is not the tenant of the request.
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
    SessionCaller { context, session: current }: SessionCaller,
    Path(id): Path<SessionId>,
) -> Answer<StatusCode> {
    let ended = auth.identity.end_own_session(&context.tenant, &context.user, &id).await?;
    for ended in ended.ok_or_else(|| Problem::not_found("session"))? {
        // The request itself is in the log of its own tenant, with the id in its path.
        if (ended.tenant, ended.session) != (context.tenant, id) {
            auth.record_ended_elsewhere(current, &ended).await;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
