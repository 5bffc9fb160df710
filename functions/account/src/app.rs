use cloud::queue::Queue;
use edge::{Code, Limiter, Problem};
use identity::Directory;
use metering::Meter;

use crate::InvitationLimits;

/// What the routes share.
pub struct Accounts {
    /// Members, invitations and API keys.
    pub directory: Directory,
    /// What was used.
    pub meter: Meter,
    /// Where invitations wait to be mailed.
    pub mail_queue: Queue,
    /// Counts invitations.
    pub limiter: Limiter,
    /// How many there may be.
    pub invitation_limits: InvitationLimits,
    /// Where the page is that accepts an invitation.
    pub frontend_origin: String,
}

/// Deleted since the authorizer last looked.
pub(crate) fn gone() -> Problem {
    Problem::not_found("account")
}

/// More than an account can have of something.
pub(crate) fn too_many(detail: String) -> Problem {
    Problem::new(Code::TooMany, detail)
}
