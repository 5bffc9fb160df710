//! Rate limits of invitations.

use std::time::Duration;

use cloud::settings::{self, SettingError};
use edge::{Limiter, Rate, RateLimitError};
use identity::EmailAddress;
use tenancy::TenantId;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many invitations an account may send in an hour: enough for all helpers of a congregation in one evening.
const PER_TENANT: u32 = 20;

/// How many invitations may be sent. While the limiter's table does not answer none are sent, because a flood of mail
/// cannot be taken back.
#[derive(Clone, Copy, Debug)]
pub struct InvitationLimits {
    per_tenant: Rate,
    per_address: Rate,
}

impl InvitationLimits {
    /// 20 an hour for a tenant, and `MAILS_PER_ADDRESS_PER_HOUR` (6 by default) for an address in all tenants together.
    ///
    /// # Errors
    /// [`SettingError::Invalid`] when the setting is not a whole number.
    pub fn from_settings() -> Result<Self, SettingError> {
        Ok(Self::hourly(PER_TENANT, settings::parsed("MAILS_PER_ADDRESS_PER_HOUR", 6)?))
    }

    pub(crate) fn hourly(per_tenant: u32, per_address: u32) -> Self {
        Self { per_tenant: Rate::new(per_tenant, HOUR), per_address: Rate::new(per_address, HOUR) }
    }

    /// Takes a token for the account and one for the address. The address has a bucket apart from that of sign-in
    /// mails, so that nobody can keep others from signing in by inviting them. Cost: two writes.
    pub(crate) async fn take_tokens(
        &self,
        limiter: &Limiter,
        tenant: &TenantId,
        address: &EmailAddress,
    ) -> Result<(), RateLimitError> {
        limiter.take_token("INVITATION_TENANT", &tenant.to_string(), self.per_tenant).await?;
        limiter.take_token("INVITATION_ADDRESS", address.as_str(), self.per_address).await
    }
}
