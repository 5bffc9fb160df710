//! Rate limits of sign-in mails.

use std::time::Duration;

use cloud::settings::{self, SettingError};
use edge::{Limiter, Rate, RateLimitError};
use identity::EmailAddress;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many sign-in mails may be sent. While the limiter's table does not answer none are sent, because a flood of mail
/// cannot be taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MailLimits {
    per_address: Rate,
    per_ip: Rate,
}

impl MailLimits {
    /// From `MAILS_PER_ADDRESS_PER_HOUR` (6 by default) and `MAILS_PER_IP_PER_HOUR` (30 by default).
    pub(crate) fn from_settings() -> Result<Self, SettingError> {
        Ok(Self::hourly(
            settings::parsed("MAILS_PER_ADDRESS_PER_HOUR", 6)?,
            settings::parsed("MAILS_PER_IP_PER_HOUR", 30)?,
        ))
    }

    pub(crate) fn hourly(per_address: u32, per_ip: u32) -> Self {
        Self { per_address: Rate::new(per_address, HOUR), per_ip: Rate::new(per_ip, HOUR) }
    }

    /// Takes a token for the IP address and one for the mail address. The IP address comes first, so that a client that
    /// has exceeded its own limit cannot use up the tokens of other people's addresses. Cost: two writes.
    pub(crate) async fn take_tokens(
        &self,
        limiter: &Limiter,
        ip: &str,
        address: &EmailAddress,
    ) -> Result<(), RateLimitError> {
        limiter.take_token("MAIL_IP", ip, self.per_ip).await?;
        limiter.take_token("MAIL_ADDRESS", address.as_str(), self.per_address).await
    }
}
