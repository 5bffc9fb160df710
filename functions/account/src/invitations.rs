//! Invitations: listing, sending and withdrawing them. Accepting one is a route of the function `auth`, because the
//! person who accepts is signed in to another tenant.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use edge::{Answer, Caller, Code, IdempotencyHeader, Idempotent, Json, Owner, Path, Problem, SessionCaller};
use garde::Validate;
use http::StatusCode;
use identity::{EmailAddress, InvalidAddress, Invitation, InvitationError, Mail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{InvitationId, Role, UserId};
use utoipa::ToSchema;

use crate::state::{Accounts, account_not_found, owner_problem, owner_required, too_many};

const DAY_S: u64 = 24 * 60 * 60;

/// The invitations of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitations {
    /// All open invitations, oldest first.
    items: Vec<InvitationView>,
}

/// An open invitation.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitationView {
    /// The id of the invitation.
    id: InvitationId,
    /// The address that may accept it.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// The role that the new member gets.
    role: Role,
    /// The owner who invited.
    invited_by: UserId,
    /// When the invitation was made.
    created_at: Timestamp,
    /// When the invitation expires.
    expires_at: Timestamp,
}

impl InvitationView {
    fn new(invitation: Invitation) -> Answer<Self> {
        let Invitation { id, email, role, invited_by, created_at, expires_at, .. } = invitation;
        let expires_at = Timestamp::from_second(expires_at).map_err(Problem::internal)?;
        Ok(Self { id, email, role, invited_by, created_at, expires_at })
    }
}

/// Lists the open invitations, oldest first.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/invitations",
    tag = "account",
    responses((status = OK, body = Invitations, description = "The invitations.")),
)]
pub(crate) async fn list_invitations(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<Invitations>> {
    let invitations = accounts.identity.invitations(&caller.tenant).await?;
    let items = invitations.into_iter().map(InvitationView::new).collect::<Answer<_>>()?;
    Ok(Json(Invitations { items }))
}

/// The invitation to send.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvitation {
    /// The address to invite. Whoever signs in with it may accept the invitation.
    // Checked by `EmailAddress`.
    #[garde(skip)]
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// The role that the new member gets.
    #[garde(skip)]
    role: Role,
}

/// Sends an invitation by mail, which is valid for seven days. An earlier invitation of the same address is void. The
/// response does not tell whether the address has used this service before. After a 503 the invitation may exist
/// without having been sent; another invitation of the address replaces it. A refused request takes nothing from the
/// limits.
///
/// Reads: three items, two queries. Writes: three items (the rate limits of the account and of the address), one
/// transaction of three items and two more for an invitation that is replaced; one item (the mail), one message.
#[utoipa::path(
    post,
    path = "/api/account/invitations",
    tag = "account",
    params(IdempotencyHeader),
    request_body(content = NewInvitation, example = json!({"email": "naomi@example.org", "role": "member"})),
    responses(
        (status = CREATED, body = InvitationView, description = "The invitation is on its way."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = CONFLICT, description = "They belong to the account already (`member_already`), or 50 invitations stand (`too_many`)."),
    ),
)]
pub(crate) async fn invite(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    SessionCaller { context, .. }: SessionCaller,
    _: Idempotent,
    Json(body): Json<NewInvitation>,
) -> Answer<(StatusCode, Json<InvitationView>)> {
    let to: EmailAddress =
        body.email.parse().map_err(|error: InvalidAddress| Problem::invalid("email", error.to_string()))?;
    let tenant = accounts.identity.tenant(&context.tenant);
    let inviter = accounts.identity.member(&context.tenant, &context.user);
    let (tenant, inviter) = tokio::try_join!(tenant, inviter)?;
    let (tenant, inviter) = (tenant.ok_or_else(account_not_found)?, inviter.ok_or_else(account_not_found)?);
    // The message group is the digest: the address itself is personal data, and groups get into logs.
    let group = to.digest().to_string();
    let tokens = accounts.invitation_limits.take_tokens(&accounts.limiter, &context.tenant, &to).await?;
    let new = match accounts.identity.invite(&context.tenant, &context.user, &to, body.role).await {
        Ok(new) => new,
        Err(error) => {
            accounts.limiter.give_back(tokens).await;
            return Err(invitation_problem(error));
        }
    };
    let mail = Mail::Invitation {
        to,
        tenant_name: tenant.name,
        invited_by: inviter.email,
        link: format!("{}/invitation#token={}", accounts.frontend_origin, new.token.expose()),
        expires_in_days: accounts.identity.invitation_lifetime().as_secs() / DAY_S,
    };
    let sent = accounts.mail_queue.send(&mail, &group, Duration::ZERO).await;
    sent.map_err(|error| Problem::unavailable("mail queue", error))?;
    Ok((StatusCode::CREATED, Json(InvitationView::new(new.invitation)?)))
}

/// Withdraws an invitation. Its link is void from then on. One that was withdrawn already is answered as the first
/// time, for two reads more.
///
/// Reads: none. Writes: one transaction of three items.
#[utoipa::path(
    delete,
    path = "/api/account/invitations/{id}",
    tag = "account",
    params(("id" = InvitationId, Path, description = "Which invitation.")),
    responses(
        (status = NO_CONTENT, description = "It is withdrawn."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = NOT_FOUND, description = "There is no such invitation, or it was accepted."),
    ),
)]
pub(crate) async fn withdraw_invitation(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    SessionCaller { context, .. }: SessionCaller,
    Path(id): Path<InvitationId>,
) -> Answer<StatusCode> {
    let withdrawn = accounts.identity.withdraw_invitation(&context.tenant, &context.user, &id).await;
    match withdrawn.map_err(owner_problem)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("invitation")),
    }
}

fn invitation_problem(error: InvitationError) -> Problem {
    match error {
        InvitationError::NotOwner => owner_required(),
        InvitationError::NoSuchTenant => account_not_found(),
        InvitationError::MemberAlready => {
            Problem::new(Code::MemberAlready, "Give them another role instead: they belong to the account.")
        }
        InvitationError::TooMany { most } => {
            too_many(format!("At most {most} invitations stand at once: withdraw some, or wait."))
        }
        InvitationError::NoSuchInvitation => Problem::not_found("invitation"),
        InvitationError::Table(error) => error.into(),
    }
}
