//! Rate limits of invitations.

use std::time::Duration;

use cloud::settings::{self, SettingError};
use edge::{Limiter, Rate, RateLimitError, Tokens};
use identity::EmailAddress;
use tenancy::TenantId;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many invitations an account may send in an hour: enough for all helpers of a congregation in one evening.
const PER_TENANT: u32 = 20;

/// How many times as many invitations an address may get from all tenants together as from one: so many tenants would
/// have to work together to keep another one from inviting somebody.
const TENANTS: u32 = 20;

/// How many invitations may be sent. While the limiter's table does not answer none are sent, because a flood of mail
/// cannot be taken back.
#[derive(Clone, Copy, Debug)]
pub struct InvitationLimits {
    per_tenant: Rate,
    per_address: Rate,
    per_mailbox: Rate,
}

impl InvitationLimits {
    /// 20 an hour for a tenant, `MAILS_PER_ADDRESS_PER_HOUR` (6 by default) of them for one address, and 20 times as
    /// many for an address in all tenants together.
    ///
    /// # Errors
    /// [`SettingError::Invalid`] when the setting is not a whole number.
    pub fn from_settings() -> Result<Self, SettingError> {
        Ok(Self::hourly(PER_TENANT, settings::parsed("MAILS_PER_ADDRESS_PER_HOUR", 6)?))
    }

    pub(crate) fn hourly(per_tenant: u32, per_address: u32) -> Self {
        Self {
            per_tenant: Rate::new(per_tenant, HOUR),
            per_address: Rate::new(per_address, HOUR),
            per_mailbox: Rate::new(per_address.saturating_mul(TENANTS), HOUR),
        }
    }

    /// Takes a token for the account, one for the address in this account, and one for the address, or none when a
    /// limit is reached. The address has a bucket apart from that of sign-in mails, so that nobody can keep others from
    /// signing in by inviting them. Cost: three writes; when a limit is reached one more for each token that was taken
    /// before.
    pub(crate) async fn take_tokens(
        &self,
        limiter: &Limiter,
        tenant: &TenantId,
        address: &EmailAddress,
    ) -> Result<Tokens, RateLimitError> {
        let tenant = tenant.to_string();
        let buckets = [
            ("INVITATION_TENANT", tenant.as_str(), self.per_tenant),
            ("INVITATION_TENANT_ADDRESS", &format!("{tenant} {}", address.as_str()), self.per_address),
            ("INVITATION_ADDRESS", address.as_str(), self.per_mailbox),
        ];
        limiter.take_tokens(&buckets).await
    }
}
