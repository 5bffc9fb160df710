use std::sync::Arc;

use axum::extract::State;
use cloud::table::TableError;
use edge::{Answer, Caller, Code, Json, Problem};
use garde::Validate;
use identity::{EmailAddress, Member, Tenant};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Plan, Role, TenantId, UserId};

use crate::app::Accounts;
use crate::name;

#[derive(Serialize)]
pub(crate) struct Account {
    tenant: TenantView,
    user: UserView,
}

#[derive(Serialize)]
struct TenantView {
    id: TenantId,
    name: String,
    plan: Plan,
    created_at: Timestamp,
}

#[derive(Serialize)]
struct UserView {
    id: UserId,
    email: EmailAddress,
    role: Role,
}

impl Account {
    fn new(tenant: Tenant, user: Member) -> Self {
        let Tenant { id, name, plan, created_at, .. } = tenant;
        let tenant = TenantView { id, name, plan, created_at };
        Self { tenant, user: UserView { id: user.id, email: user.email, role: user.role } }
    }
}

/// The caller's tenant, and the caller.
///
/// Reads: two items. Writes: none.
pub(crate) async fn show(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<Account>> {
    let tenant = accounts.directory.tenant(&caller.tenant);
    let user = accounts.directory.member(&caller.tenant, &caller.user);
    let (tenant, user) = tokio::try_join!(tenant, user)?;
    Ok(Json(Account::new(tenant.ok_or_else(gone)?, user.ok_or_else(gone)?)))
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    #[garde(custom(name::check))]
    name: String,
}

/// Gives the tenant another name.
///
/// Reads: one item. Writes: one item.
pub(crate) async fn change(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
    Json(change): Json<Change>,
) -> Answer<Json<Account>> {
    if caller.role != Role::Owner {
        return Err(Problem::new(Code::RoleRequired, "Ask an owner of the account to do this."));
    }
    let user = accounts.directory.member(&caller.tenant, &caller.user).await?.ok_or_else(gone)?;
    let renamed = accounts.directory.rename_tenant(&caller.tenant, change.name.trim()).await;
    let tenant = renamed.map_err(|error| match error {
        TableError::Condition { .. } => gone(),
        other => other.into(),
    })?;
    Ok(Json(Account::new(tenant, user)))
}

/// Deleted since the authorizer last looked.
fn gone() -> Problem {
    Problem::not_found("account")
}
