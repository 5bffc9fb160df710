//! What the session's cookie is for: new access tokens, and logging out.

use std::sync::Arc;

use axum::extract::State;
use axum::response::AppendHeaders;
use edge::{Answer, Code, Json, Problem};
use http::{HeaderName, StatusCode};
use identity::RefreshToken;

use crate::auth::{Access, Auth, not_signed_in};
use crate::own_page::FromOwnPage;

const OVER: &str = "The session is over. Sign in again.";

/// Exchanges the cookie for an access token and the next cookie. A refusal leaves the browser's cookie
/// as it is: of two tabs that refresh at once, the loser must not take the winner's cookie away.
///
/// Reads: one item, the signing keys. Writes: one item.
pub(crate) async fn refresh(
    State(auth): State<Arc<Auth>>,
    FromOwnPage(token): FromOwnPage<Option<RefreshToken>>,
) -> Answer<(AppendHeaders<[(HeaderName, String); 1]>, Json<Access>)> {
    let token = token.ok_or_else(|| Problem::new(Code::Unauthorized, OVER))?;
    let rotated = auth.directory.rotate(&token).await;
    let sign_in = rotated.map_err(|error| not_signed_in(error, Code::Unauthorized, OVER))?;
    let access = auth.access(&sign_in).await?;
    Ok((auth.cookie.set(&sign_in), Json(access)))
}

/// Ends the cookie's session and takes the cookie away; without a session it does the same.
///
/// Reads: none. Writes: one transaction of one item, when there is a cookie.
pub(crate) async fn log_out(
    State(auth): State<Arc<Auth>>,
    FromOwnPage(token): FromOwnPage<Option<RefreshToken>>,
) -> Answer<(StatusCode, AppendHeaders<[(HeaderName, String); 1]>)> {
    if let Some(token) = token {
        auth.directory.log_out(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, auth.cookie.clear()))
}
