//! Rate limits of sign-in mails.

use std::net::Ipv6Addr;
use std::time::Duration;

use cloud::settings::{self, SettingError};
use edge::{Limiter, Rate, RateLimitError, Tokens};
use identity::{EmailAddress, Requester};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many sign-in mails may be sent. Strangers cannot use up what somebody else needs: what they take from is theirs,
/// but for the limit of a mailbox. That does not hold for browsers that have signed in to the address before, and half
/// of it is kept for the first mail that each network asks for within an hour: so a few IP addresses that ask again and
/// again cannot use it up, and it takes more of them than the mailbox has mails. While the limiter's table does not
/// answer no mail is sent, because a flood of mail cannot be taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MailLimits {
    per_address: Rate,
    per_ip: Rate,
    per_mailbox: Rate,
    /// The same bucket, down to its half.
    per_mailbox_again: Rate,
}

impl MailLimits {
    /// From `MAILS_PER_ADDRESS_PER_HOUR` (6 by default: what one IP address, or one known browser, may ask for to one
    /// address), `MAILS_PER_IP_PER_HOUR` (30 by default: to all addresses together) and `MAILS_PER_MAILBOX_PER_HOUR`
    /// (24 by default: what all IP addresses together may ask for to one address, so that many of them cannot flood
    /// it).
    pub(crate) fn from_settings() -> Result<Self, SettingError> {
        Ok(Self::hourly(
            settings::parsed("MAILS_PER_ADDRESS_PER_HOUR", 6)?,
            settings::parsed("MAILS_PER_IP_PER_HOUR", 30)?,
            settings::parsed("MAILS_PER_MAILBOX_PER_HOUR", 24)?,
        ))
    }

    pub(crate) fn hourly(per_address: u32, per_ip: u32, per_mailbox: u32) -> Self {
        let mailbox = Rate::new(per_mailbox, HOUR);
        Self {
            per_address: Rate::new(per_address, HOUR),
            per_ip: Rate::new(per_ip, HOUR),
            per_mailbox: mailbox,
            per_mailbox_again: mailbox.burst(per_mailbox.div_ceil(2)),
        }
    }

    /// Takes the tokens for a mail to `address`, or none when a limit is reached. A known browser has a bucket of its
    /// own for the address. Everybody else takes from those of the IP address first, then from the mailbox's. Cost:
    /// four writes, one for a known browser; when a limit is reached one more for each token that was taken before.
    pub(crate) async fn take_tokens(
        &self,
        limiter: &Limiter,
        requester: &Requester,
        address: &EmailAddress,
    ) -> Result<Tokens, RateLimitError> {
        let to = |who: &str| format!("{who} {}", address.as_str());
        let ip = match requester {
            Requester::KnownBrowser(name) => {
                return limiter.take_tokens(&[("MAIL_BROWSER_ADDRESS", &to(name), self.per_address)]).await;
            }
            Requester::Network(ip) => ip,
        };
        let own = [("MAIL_IP", ip.as_str(), self.per_ip), ("MAIL_IP_ADDRESS", &to(ip), self.per_address)];
        let mut taken = limiter.take_tokens(&own).await?;
        let first = limiter.take_tokens(&[("MAIL_FIRST", &to(&network(ip)), Rate::new(1, HOUR))]).await;
        let per_mailbox = match first {
            Ok(first) => {
                taken = taken.and(first);
                Ok(self.per_mailbox)
            }
            Err(RateLimitError::Limited { .. }) => Ok(self.per_mailbox_again),
            Err(error) => Err(error),
        };
        let mailbox = match per_mailbox {
            Ok(rate) => limiter.take_tokens(&[("MAIL_MAILBOX", address.as_str(), rate)]).await,
            Err(error) => Err(error),
        };
        match mailbox {
            Ok(mailbox) => Ok(taken.and(mailbox)),
            Err(error) => {
                limiter.give_back(taken).await;
                Err(error)
            }
        }
    }
}

/// The network that has one first mail an hour: an IPv4 address, or the /48 of an IPv6 network, as which providers give
/// out addresses: a single subscriber can have all 65,536 /64 networks of one.
fn network(ip: &str) -> String {
    let address = ip.split('/').next().and_then(|address| address.parse::<Ipv6Addr>().ok());
    address.map_or_else(
        || ip.to_owned(),
        |address| {
            let [first, second, third, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_is_an_ipv4_address_or_what_an_ipv6_subscriber_has() {
        assert_eq!(network("198.51.100.7"), "198.51.100.7");
        for ip in ["2001:db8:7::/64", "2001:db8:7:ffff::/64", "2001:db8:7:1:2:3:4:5"] {
            assert_eq!(network(ip), "2001:db8:7::/48");
        }
        assert_ne!(network("2001:db8:8::/64"), network("2001:db8:7::/64"));
    }
}
