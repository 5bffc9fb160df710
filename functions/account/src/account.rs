//! The account itself: its name and plan, and who the caller is in it.

use std::sync::Arc;

use axum::extract::State;
use edge::{Answer, Caller, Json, Owner};
use garde::Validate;
use identity::{EmailAddress, Member, Tenant};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{Plan, Role, TenantContext, TenantId, UserId};
use utoipa::ToSchema;

use crate::name::Name;
use crate::state::{Accounts, account_not_found, owner_problem};

/// The account that the caller works with, and the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct Account {
    /// The account itself.
    tenant: TenantView,
    /// The caller.
    user: UserView,
}

/// An account, as its members see it.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountTenant)]
struct TenantView {
    /// The id of the account.
    id: TenantId,
    /// The name that its owners gave it.
    name: String,
    /// The plan that is in force now.
    plan: Plan,
    /// When the account was created.
    created_at: Timestamp,
}

/// The caller, as a member of the account.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountUser)]
struct UserView {
    /// The user's id, which is the same in every account.
    id: UserId,
    /// The user's address.
    #[schema(value_type = String, format = Email)]
    email: EmailAddress,
    /// Owners manage the account; members make projects.
    role: Role,
}

impl Account {
    fn new(tenant: Tenant, user: Member) -> Self {
        let plan = tenant.plan_now();
        let Tenant { id, name, created_at, .. } = tenant;
        let tenant = TenantView { id, name, plan, created_at };
        Self { tenant, user: UserView { id: user.id, email: user.email, role: user.role } }
    }
}

/// Shows the caller's account and the caller, who for an API key is the member who made it.
///
/// Reads: two items. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account",
    tag = "account",
    responses((status = OK, body = Account, description = "The account.")),
)]
pub(crate) async fn show_account(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<Account>> {
    account_of(&accounts, &caller).await
}

async fn account_of(accounts: &Accounts, caller: &TenantContext) -> Answer<Json<Account>> {
    let tenant = accounts.identity.tenant(&caller.tenant);
    let user = accounts.identity.member(&caller.tenant, &caller.user);
    let (tenant, user) = tokio::try_join!(tenant, user)?;
    Ok(Json(Account::new(tenant.ok_or_else(account_not_found)?, user.ok_or_else(account_not_found)?)))
}

/// The change to make.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChange {
    /// The new name of the account.
    #[garde(skip)]
    name: Name,
}

/// Renames the account.
///
/// Reads: two items. Writes: one transaction of two items.
#[utoipa::path(
    patch,
    path = "/api/account",
    tag = "account",
    request_body(content = AccountChange, example = json!({"name": "House of Bread"})),
    responses(
        (status = OK, body = Account, description = "The account as it is now."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`), or an owner's key for everything (`scope_required`)."),
    ),
)]
pub(crate) async fn change_account(
    State(accounts): State<Arc<Accounts>>,
    Owner(caller): Owner,
    Json(change): Json<AccountChange>,
) -> Answer<Json<Account>> {
    let renamed = accounts.identity.rename_tenant(&caller.tenant, &caller.user, change.name.as_str()).await;
    if !renamed.map_err(owner_problem)? {
        return Err(account_not_found());
    }
    account_of(&accounts, &caller).await
}
