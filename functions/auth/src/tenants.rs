//! The tenants that a person belongs to: listing them, changing to another one, and joining one by an invitation.

use std::sync::Arc;

use axum::extract::State;
use edge::{ActingUser, Answer, ClientIp, Code, Json, Path, Problem, SessionCaller};
use garde::Validate;
use http::HeaderMap;
use identity::{InvitationError, InvitationToken, Membership};
use serde::{Deserialize, Serialize};
use tenancy::{Plan, Role, TenantId};
use utoipa::ToSchema;

use crate::auth::{Access, Auth, SESSION_OVER, SignedIn, device};
use crate::cookie::SetCookies;
use crate::same_origin::{BrowserOrigin, SameOrigin};

/// The tenants of the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tenants {
    /// All tenants, the one used last at the end.
    items: Vec<TenantView>,
}

/// A tenant that the caller belongs to.
#[derive(Serialize, ToSchema)]
pub(crate) struct TenantView {
    /// The id of the tenant.
    id: TenantId,
    /// The name that its owners gave it.
    name: String,
    /// The plan that is in force now.
    plan: Plan,
    /// What the caller may do in the tenant.
    role: Role,
    /// Whether the request's session is signed in to this tenant.
    current: bool,
}

impl TenantView {
    fn new(Membership { tenant, role }: Membership, current: TenantId) -> Self {
        let plan = tenant.plan_now();
        Self { current: tenant.id == current, id: tenant.id, name: tenant.name, plan, role }
    }
}

/// Lists the tenants that the caller belongs to.
///
/// Reads: two items, and two for each tenant. Writes: none.
#[utoipa::path(
    get,
    path = "/api/auth/tenants",
    tag = "auth",
    responses(
        (status = 200, body = Tenants, description = "The tenants."),
        (status = 403, description = "It takes a session, not an API key: `session_required`."),
    ),
)]
pub(crate) async fn list_tenants(
    State(auth): State<Arc<Auth>>,
    SessionCaller { context, .. }: SessionCaller,
) -> Answer<Json<Tenants>> {
    let memberships = auth.identity.memberships(&context.tenant, &context.user).await?;
    let items = memberships.into_iter().map(|it| TenantView::new(it, context.tenant)).collect();
    Ok(Json(Tenants { items }))
}

/// Continues the session in another of the caller's tenants: a new session there, which ends at the same time, replaces
/// this one. The request needs the session's cookie as well as the access token.
///
/// Reads: four items (session, member, tenant, person), three where the session is in that tenant already, one more for
/// each switch since the cookie was set; the signing keys. Writes: one transaction of five items; none where the session
/// is in that tenant already, but one item for an answer that was lost more than 60 s ago; for a cookie that ends the
/// session, as for a refresh, one item and an entry in the audit log.
#[utoipa::path(
    post,
    path = "/api/auth/tenants/{id}/session",
    tag = "auth",
    security(("bearer" = [], "refresh_cookie" = [])),
    params(BrowserOrigin, ("id" = TenantId, Path, description = "Which tenant")),
    responses(
        (
            status = 200,
            body = Access,
            description = "Signed in there; the refresh token is in a cookie.",
            headers(("Set-Cookie" = String, description = "The refresh token, as `__Host-refresh`."))
        ),
        (status = 401, description = "The session is over, or its cookie is missing."),
        (status = 403, description = "The request comes from another site (`foreign_origin`), or with an API key (`session_required`)."),
        (status = 415, description = "Send no body, or JSON: `not_json`."),
    ),
)]
pub(crate) async fn switch_tenant(
    State(auth): State<Arc<Auth>>,
    SameOrigin: SameOrigin,
    SessionCaller { session, .. }: SessionCaller,
    Path(to): Path<TenantId>,
    client_ip: ClientIp,
    headers: HeaderMap,
) -> Answer<(SetCookies<1>, SignedIn)> {
    let token = auth.cookies.refresh_token(&headers);
    // The cookie must belong to the session of the access token: when two people use one browser, neither may move the
    // other's session.
    let token = token.filter(|token| token.session == session);
    let token = token.ok_or_else(|| Problem::new(Code::Unauthorized, SESSION_OVER))?;
    auth.check_signing_key().await?;
    let sign_in = match auth.identity.switch_tenant(&token, to, &device(&client_ip, &headers)).await {
        Ok(sign_in) => sign_in,
        Err(error) => return Err(auth.refused(error, "POST /api/auth/tenants/{id}/session").await),
    };
    let access = auth.access(&sign_in).await?;
    Ok((auth.cookies.set_refresh_token(&sign_in), access))
}

/// The invitation to accept.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"token": "bm90LWFuLWludml0YXRpb24"})))]
pub(crate) struct Acceptance {
    /// The token from the fragment of the invitation's link.
    #[garde(skip)]
    token: String,
}

/// Joins the tenant that the caller was invited to. The caller's address must be the one that was invited: anybody else
/// gets 404. The caller's session stays in its tenant. Accepting again, within the seven days of the invitation and
/// while the caller is a member, is answered like the first time.
///
/// Reads: five items, two queries; one item more where an earlier membership has left sessions or API keys; five items
/// for a member. Writes: one transaction of eight items; one item for each session that was left and four for each API
/// key; for a member one transaction of two items while the invitation is open; none for an invitation that they
/// accepted before.
#[utoipa::path(
    post,
    path = "/api/auth/invitations/accept",
    tag = "auth",
    request_body = Acceptance,
    responses(
        (status = 200, body = TenantView, description = "The caller belongs to the tenant."),
        (status = 403, description = "It takes a session, not an API key: `session_required`."),
        (status = 404, description = "There is no such invitation."),
    ),
)]
pub(crate) async fn accept_invitation(
    State(auth): State<Arc<Auth>>,
    SessionCaller { context, session }: SessionCaller,
    Json(body): Json<Acceptance>,
) -> Answer<(ActingUser, Json<TenantView>)> {
    let token = InvitationToken::parse(&body.token).ok_or_else(no_such_invitation)?;
    let accepted = auth.identity.accept_invitation(&token, &context.tenant, &context.user).await;
    let membership = accepted.map_err(|error| match error {
        InvitationError::Table(error) => error.into(),
        _ => no_such_invitation(),
    })?;
    let acting_user = ActingUser { tenant: membership.tenant.id, user: context.user, session };
    Ok((acting_user, Json(TenantView::new(membership, context.tenant))))
}

fn no_such_invitation() -> Problem {
    Problem::new(
        Code::NotFound,
        "There is no such invitation for your address. Sign in with the address that it was sent to, or ask for a new one.",
    )
}
