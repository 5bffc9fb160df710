//! A person's own sessions.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Caller, Json, Path, Problem};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use tenancy::{SessionId, SignInMethod, UserId};

use crate::auth::Auth;

#[derive(Serialize)]
pub(crate) struct Sessions {
    items: Vec<SessionView>,
}

#[derive(Serialize)]
pub(crate) struct SessionView {
    id: SessionId,
    user: UserId,
    method: SignInMethod,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// Whether the request came with it.
    current: bool,
}

/// The caller's live sessions, oldest first.
///
/// Reads: one query of the tenant's sessions. Writes: none.
pub(crate) async fn list(State(auth): State<Arc<Auth>>, Caller(caller): Caller) -> Answer<Json<Sessions>> {
    let sessions = auth.directory.sessions(&caller.tenant, &caller.user).await?;
    let view = |session: identity::Session| {
        Ok(SessionView {
            id: session.id,
            user: session.user,
            method: session.method,
            created_at: session.created_at,
            expires_at: Timestamp::from_second(session.expires_at).map_err(Problem::internal)?,
            current: Some(session.id) == caller.session,
        })
    };
    let items = sessions.into_iter().map(view).collect::<Answer<_>>()?;
    Ok(Json(Sessions { items }))
}

/// Ends one of the caller's sessions; the one in use too. Another person's is not there.
///
/// Reads: one query of the tenant's sessions. Writes: one item.
pub(crate) async fn revoke(
    State(auth): State<Arc<Auth>>,
    Caller(caller): Caller,
    Path(id): Path<SessionId>,
) -> Answer<StatusCode> {
    let sessions = auth.directory.sessions(&caller.tenant, &caller.user).await?;
    if !sessions.iter().any(|session| session.id == id) {
        return Err(Problem::not_found("session"));
    }
    auth.directory.end_session(&caller.tenant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
