//! The state of the routes, and the problems that several of them answer.

use std::time::Duration;

use audit::AuditLog;
use cloud::bucket::Bucket;
use cloud::queue::Queue;
use edge::{Code, Limiter, Problem, RecentSignIn};
use identity::{IdentityStore, MailQueue, OwnerError};
use metering::{Entitlements, UsageCounter};
use protection::Exports;

use crate::invitation_limits::InvitationLimits;

/// The state that the handlers share.
pub struct Accounts {
    /// The tenant, its members, invitations and API keys.
    pub identity: IdentityStore,
    /// The audit log, to list its entries.
    pub audit: AuditLog,
    /// The limits of plans and grants.
    pub entitlements: Entitlements,
    /// The usage of this month.
    pub counter: UsageCounter,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// The rate limiter, to count invitations.
    pub limiter: Limiter,
    /// How many invitations may be sent in an hour.
    pub invitation_limits: InvitationLimits,
    /// The origin of the front end, whose page accepts invitations.
    pub frontend_origin: String,
    /// The exports and their state.
    pub exports: Exports,
    /// The queue of exports to make.
    pub export_queue: Queue,
    /// The queue of accounts to erase.
    pub erasure_queue: Queue,
    /// The bucket that exports are downloaded from.
    pub bucket: Bucket,
    /// How long after a sign-in irreversible requests are accepted.
    pub recent_sign_in: Duration,
}

impl RecentSignIn for Accounts {
    fn recent_sign_in(&self) -> Duration {
        self.recent_sign_in
    }
}

/// The problem for an account that was deleted after the authorizer let the caller pass.
pub(crate) fn account_not_found() -> Problem {
    Problem::not_found("account")
}

/// The problem for a caller who is not an owner. The authorizer's answer, which may differ, can be a minute old.
pub(crate) fn owner_required() -> Problem {
    Problem::new(Code::RoleRequired, "Ask an owner of the account to do this.")
}

/// The problem for a failed operation that only an owner may do.
pub(crate) fn owner_problem(error: OwnerError) -> Problem {
    match error {
        OwnerError::NotOwner => owner_required(),
        OwnerError::Table(error) => error.into(),
    }
}

/// The problem for an account that has as many of something as it can have.
pub(crate) fn too_many(detail: String) -> Problem {
    Problem::new(Code::TooMany, detail)
}
