//! The routes that use the session's cookie: new access tokens, and logging out.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, ClientIp, Code, Json, Problem};
use garde::Validate;
use http::{HeaderMap, StatusCode};
use identity::{LogOut, LogOutError, SessionError};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::{Access, Auth, SESSION_OVER, SignedIn, device, session_problem};
use crate::cookie::{REFRESH, SetCookies};
use crate::same_origin::{BrowserOrigin, SameOrigin};

/// Exchanges the refresh token in the cookie for an access token and the next refresh token. The previous refresh token
/// is accepted until the newest one, or the access token that came with it, has been used, and for 60 s after that, so
/// that a response may be lost: it gets the newest one again, or, more than 60 s after that was issued, one that
/// replaces it. Any other token that was replaced ends the session, because it must have been copied. A refusal leaves
/// the browser's cookie as it is: of two tabs that refresh at once, the one that is refused must not delete the cookie
/// of the other.
///
/// Reads: three items (session, member and tenant), the signing keys. Writes: one item; none for a token that was
/// replaced within 60 s; for one that ends the session also an entry in the tenant's audit log.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "auth",
    security(("refresh_cookie" = [])),
    params(BrowserOrigin),
    responses(
        (
            status = 200,
            body = Access,
            description = "A new access token; the next refresh token is in a cookie.",
            headers(("Set-Cookie" = String, description = "The next refresh token, as `__Host-refresh`."))
        ),
        (status = 401, description = "The session is over: `unauthorized`."),
        (status = 403, description = "The request comes from another site: `foreign_origin`."),
        (status = 415, description = "Send no body, or JSON: `not_json`."),
    ),
)]
pub(crate) async fn refresh(
    State(auth): State<Arc<Auth>>,
    SameOrigin: SameOrigin,
    client_ip: ClientIp,
    headers: HeaderMap,
) -> Answer<(SetCookies<1>, SignedIn)> {
    let token = auth.cookies.refresh_token(&headers);
    let token = token.ok_or_else(|| Problem::new(Code::Unauthorized, SESSION_OVER))?;
    auth.check_signing_key().await?;
    let sign_in = match auth.identity.refresh(&token, &device(&client_ip, &headers)).await {
        Ok(sign_in) => sign_in,
        Err(error) => return Err(auth.refused(error, "POST /api/auth/refresh").await),
    };
    let access = auth.access(&sign_in).await?;
    Ok((auth.cookies.set_refresh_token(&sign_in), access))
}

/// Which sessions to end.
#[derive(Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"scope": "local"})))]
pub(crate) struct LoggingOut {
    /// The default is `local`.
    #[garde(skip)]
    #[serde(default)]
    scope: LogOutScope,
}

/// Which of the person's sessions to end.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogOutScope {
    /// The session of the request.
    #[default]
    Local,
    /// All sessions but that of the request.
    Others,
    /// All sessions.
    Global,
}

/// Ends the session of the request's cookie and deletes the cookie, or ends the person's other sessions, or all of
/// them. Without a session the response is the same.
///
/// Reads: three items where there is a cookie (session, member and tenant), one more for each switch of tenant since it
/// was set; for other sessions two items more and one query for each of the person's tenants. Writes: one item for each
/// session; an entry in the audit log of the tenant of the request's session, and of each other tenant that one has
/// ended in, also when the table fails before all have ended; for a cookie that ends the session, as for a refresh, one
/// item and an entry. Where a session goes on in another tenant meanwhile, one item is read and one written for each
/// switch.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "auth",
    security((), ("refresh_cookie" = [])),
    params(BrowserOrigin),
    request_body(content = Option<LoggingOut>),
    responses(
        (
            status = 204,
            description = "Whatever was to end has ended.",
            headers(("Set-Cookie" = String, description = "Deletes the cookie, unless it stays in use."))
        ),
        (status = 403, description = "The request comes from another site: `foreign_origin`."),
    ),
)]
pub(crate) async fn log_out(
    State(auth): State<Arc<Auth>>,
    SameOrigin: SameOrigin,
    headers: HeaderMap,
    Json(body): Json<LoggingOut>,
) -> Answer<(StatusCode, Option<SetCookies<1>>, ())> {
    let which = match body.scope {
        LogOutScope::Local => LogOut::Local,
        LogOutScope::Others => LogOut::Others,
        LogOutScope::Global => LogOut::Global,
    };
    if let Some(token) = auth.cookies.refresh_token(&headers) {
        match auth.identity.log_out(&token, which).await {
            Ok(Some(done)) => auth.record_log_out(&done, StatusCode::NO_CONTENT).await,
            Ok(None) => {}
            Err(LogOutError::Session(SessionError::Reused(ended))) => {
                auth.record_reuse(&ended, "POST /api/auth/logout", StatusCode::NO_CONTENT).await;
            }
            Err(LogOutError::Session(error)) => return Err(session_problem(error)),
            Err(LogOutError::Partial { done, source }) => {
                let problem = Problem::from(source);
                auth.record_log_out(&done, problem.code().status()).await;
                return Err(problem);
            }
        }
    }
    let cleared = (which != LogOut::Others).then(|| auth.cookies.clear(REFRESH));
    Ok((StatusCode::NO_CONTENT, cleared, ()))
}
