//! Rate limits of sign-in mails.

use std::time::Duration;

use cloud::settings::{self, SettingError};
use edge::{Limiter, Rate, RateLimitError};
use identity::{EmailAddress, Requester};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many sign-in mails may be sent. Strangers cannot use up what somebody else needs: what they take from is theirs,
/// but for the limit of a mailbox, and that does not hold for browsers that have signed in to the address before. While
/// the limiter's table does not answer no mail is sent, because a flood of mail cannot be taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MailLimits {
    per_address: Rate,
    per_ip: Rate,
    per_mailbox: Rate,
}

impl MailLimits {
    /// From `MAILS_PER_ADDRESS_PER_HOUR` (6 by default: what one IP address, or one known browser, may ask for to one
    /// address), `MAILS_PER_IP_PER_HOUR` (30 by default: to all addresses together) and `MAILS_PER_MAILBOX_PER_HOUR` (24
    /// by default: what all IP addresses together may ask for to one address, so that many of them cannot flood it).
    pub(crate) fn from_settings() -> Result<Self, SettingError> {
        Ok(Self::hourly(
            settings::parsed("MAILS_PER_ADDRESS_PER_HOUR", 6)?,
            settings::parsed("MAILS_PER_IP_PER_HOUR", 30)?,
            settings::parsed("MAILS_PER_MAILBOX_PER_HOUR", 24)?,
        ))
    }

    pub(crate) fn hourly(per_address: u32, per_ip: u32, per_mailbox: u32) -> Self {
        Self {
            per_address: Rate::new(per_address, HOUR),
            per_ip: Rate::new(per_ip, HOUR),
            per_mailbox: Rate::new(per_mailbox, HOUR),
        }
    }

    /// Takes the tokens for a mail to `address`. A known browser has a bucket of its own for the address. Everybody else
    /// takes from those of the IP address first, so that a client that has exceeded its own limits cannot use up the
    /// mailbox's. Cost: three writes, one for a known browser.
    pub(crate) async fn take_tokens(
        &self,
        limiter: &Limiter,
        requester: &Requester,
        address: &EmailAddress,
    ) -> Result<(), RateLimitError> {
        let to = |who: &str| format!("{who} {}", address.as_str());
        match requester {
            Requester::KnownBrowser(name) => {
                limiter.take_token("MAIL_BROWSER_ADDRESS", &to(name), self.per_address).await
            }
            Requester::Network(ip) => {
                limiter.take_token("MAIL_IP", ip, self.per_ip).await?;
                limiter.take_token("MAIL_IP_ADDRESS", &to(ip), self.per_address).await?;
                limiter.take_token("MAIL_MAILBOX", address.as_str(), self.per_mailbox).await
            }
        }
    }
}
