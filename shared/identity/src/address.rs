//! E-mail addresses, in the one form in which they identify a person.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

/// An e-mail address in lower case, of ASCII characters only: mail providers treat other characters differently, so an
/// address with them would not identify one person. A domain in another script is written in its `xn--` form. Dots and
/// plus tags stay as they are, because providers that do not ignore them give such addresses to different people.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The longest address in bytes: what a path of 256 leaves between its angle brackets (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// The text is not an address that mail can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidAddress;

impl EmailAddress {
    /// The address, as it is written into a mail.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the address: what keys and logs contain instead of it.
    #[must_use]
    pub fn digest(&self) -> ContentHash {
        ContentHash::of(self.0.as_bytes())
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        // Checked before lower-casing, which would turn the Kelvin sign (U+212A) into a `k`.
        let text = Some(text.trim()).filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
        let text = text.ok_or(InvalidAddress)?.to_ascii_lowercase();
        if text.len() > LONGEST {
            return Err(InvalidAddress);
        }
        email_address::EmailAddress::parse_with_options(&text, options).map_err(|_| InvalidAddress)?;
        Ok(Self(text))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidAddress;
    fn try_from(text: String) -> Result<Self, InvalidAddress> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

/// Shows the domain only, because addresses are personal data and must not get into a log by accident.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…@{}", self.0.rsplit('@').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_folded_and_nothing_else() {
        let address: EmailAddress = " Ruth.Moab+psalms@Example.ORG ".parse().unwrap();
        assert_eq!(address.as_str(), "ruth.moab+psalms@example.org");
        assert_eq!(format!("{address:?}"), "…@example.org");
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for bad in [
            "",
            "ruth",
            "ruth@",
            "@example.org",
            "a b@example.org",
            "ruth@localhost",
            "ruth@example.org\r\nBcc: x@y.z",
            "r\u{fc}th@example.org",
            "ruth@ex\u{e4}mple.org",
            "\u{212a}ing@example.org",
            "ruth\u{202e}@example.org",
            "ruth\u{7f}@example.org",
            "\"ru\tth\"@example.org",
        ] {
            assert_eq!(bad.parse::<EmailAddress>(), Err(InvalidAddress), "{bad:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_bytes() {
        // No label is longer than 63 bytes; only the whole address exceeds its limit, by one byte.
        let domain = [63, 63, 61].map(|length| "a".repeat(length)).join(".") + ".org";
        let of_bytes = |bytes: usize| format!("{}@{domain}", "r".repeat(bytes - domain.len() - 1));
        assert!(of_bytes(LONGEST).parse::<EmailAddress>().is_ok());
        assert_eq!(of_bytes(LONGEST + 1).parse::<EmailAddress>(), Err(InvalidAddress));
    }
}
