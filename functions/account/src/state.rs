use std::time::Duration;

use audit::AuditLog;
use cloud::bucket::Bucket;
use cloud::queue::Queue;
use edge::{Code, Limiter, Problem, RecentSignIn};
use identity::{IdentityStore, OwnerError};
use metering::{Entitlements, UsageCounter};
use protection::Exports;

use crate::invitation_limits::InvitationLimits;

/// What the routes share.
pub struct Accounts {
    /// Members, invitations and API keys.
    pub identity: IdentityStore,
    /// Who changed what.
    pub audit: AuditLog,
    /// What may be used.
    pub entitlements: Entitlements,
    /// What was used.
    pub counter: UsageCounter,
    /// Where invitations wait to be mailed.
    pub mail_queue: Queue,
    /// Counts invitations.
    pub limiter: Limiter,
    /// How many there may be.
    pub invitation_limits: InvitationLimits,
    /// Where the page is that accepts an invitation.
    pub frontend_origin: String,
    /// Exports, as far as they are.
    pub exports: Exports,
    /// Where exports wait to be made.
    pub export_queue: Queue,
    /// Where accounts wait to be erased.
    pub erasure_queue: Queue,
    /// Where exports are fetched.
    pub bucket: Bucket,
    /// How long a sign-in is good for what cannot be taken back.
    pub recent_sign_in: Duration,
}

impl RecentSignIn for Accounts {
    fn recent_sign_in(&self) -> Duration {
        self.recent_sign_in
    }
}

/// Deleted since the authorizer last looked.
pub(crate) fn account_not_found() -> Problem {
    Problem::not_found("account")
}

/// Not an owner, though the authorizer may have said so up to a minute ago.
pub(crate) fn owner_required() -> Problem {
    Problem::new(Code::RoleRequired, "Ask an owner of the account to do this.")
}

/// Something that only an owner may do was not done.
pub(crate) fn owner_problem(error: OwnerError) -> Problem {
    match error {
        OwnerError::NotOwner => owner_required(),
        OwnerError::Table(error) => error.into(),
    }
}

/// More than an account can have of something.
pub(crate) fn too_many(detail: String) -> Problem {
    Problem::new(Code::TooMany, detail)
}
