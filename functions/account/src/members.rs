//! The members of an account and their roles.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Caller, Code, Json, Owner, Path, Problem, SessionCaller};
use garde::Validate;
use http::StatusCode;
use identity::{EmailAddress, Member, MemberError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Role, UserId};
use utoipa::ToSchema;

use crate::state::{Accounts, owner_required};

/// The members of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Members {
    /// All members, in the order in which their users were created.
    items: Vec<MemberView>,
}

/// A member of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberView {
    /// The user's id, which is the same in every account.
    id: UserId,
    /// The user's address.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// Owners manage the account; members make projects.
    role: Role,
    /// When the user joined the account.
    created_at: Timestamp,
}

impl From<Member> for MemberView {
    fn from(Member { id, email, role, created_at }: Member) -> Self {
        Self { id, email, role, created_at }
    }
}

/// Lists the members of the account, in the order in which their users were created.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/members",
    tag = "account",
    responses((status = OK, body = Members, description = "The members.")),
)]
pub(crate) async fn list_members(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<Members>> {
    let members = accounts.identity.members(&caller.tenant).await?;
    Ok(Json(Members { items: members.into_iter().map(MemberView::from).collect() }))
}

/// The change to a member.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberChange {
    /// Owners manage the account; members make projects.
    #[garde(skip)]
    role: Role,
}

/// Changes the role of a member, which takes effect on their requests within a minute. The only owner cannot become a
/// member.
///
/// Reads: one item. Writes: one transaction of four items (three for oneself); none when the member has the role
/// already.
#[utoipa::path(
    patch,
    path = "/api/account/members/{id}",
    tag = "account",
    params(("id" = UserId, Path, description = "Which member.")),
    request_body(content = MemberChange, example = json!({"role": "owner"})),
    responses(
        (status = OK, body = MemberView, description = "The member as they are now."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = NOT_FOUND, description = "Nobody of that id belongs to the account."),
        (status = CONFLICT, description = "They are the last owner: `last_owner`."),
    ),
)]
pub(crate) async fn change_member(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    SessionCaller { context, .. }: SessionCaller,
    Path(id): Path<UserId>,
    Json(change): Json<MemberChange>,
) -> Answer<Json<MemberView>> {
    let changed = accounts.identity.set_role(&context.tenant, &context.user, &id, change.role).await;
    Ok(Json(changed.map_err(member_problem)?.into()))
}

/// Removes a member from the account, or leaves it. An owner can remove others, and everybody but the only owner can
/// leave. The member's sessions and API keys in the account are refused within a minute.
///
/// Reads: two items, two queries; one item more where they have sessions or API keys. Writes: one transaction of four
/// items (one more for an owner, one less for oneself); one item for each session and four for each API key.
#[utoipa::path(
    delete,
    path = "/api/account/members/{id}",
    tag = "account",
    params(("id" = UserId, Path, description = "Which member; oneself to leave.")),
    responses(
        (status = NO_CONTENT, description = "They are out."),
        (status = FORBIDDEN, description = "It takes an owner or oneself (`role_required`), signed in (`session_required`)."),
        (status = NOT_FOUND, description = "Nobody of that id belongs to the account."),
        (status = CONFLICT, description = "They are the last owner: `last_owner`."),
    ),
)]
pub(crate) async fn remove_member(
    State(accounts): State<Arc<Accounts>>,
    SessionCaller { context, .. }: SessionCaller,
    Path(id): Path<UserId>,
) -> Answer<StatusCode> {
    if id != context.user && context.role != Role::Owner {
        return Err(owner_required());
    }
    let removed = accounts.identity.remove_member(&context.tenant, &context.user, &id).await;
    removed.map_err(member_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

fn member_problem(error: MemberError) -> Problem {
    match error {
        MemberError::NotOwner => owner_required(),
        MemberError::NoSuchMember => Problem::not_found("member"),
        MemberError::LastOwner => {
            Problem::new(Code::LastOwner, "Make somebody else an owner first; then this can be done.")
        }
        MemberError::Table(error) => error.into(),
    }
}
