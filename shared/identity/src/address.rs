//! E-mail addresses, in the one form in which they identify a person.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

/// An e-mail address in lower case, of ASCII characters only. A domain with other letters is turned into its ASCII form
/// (`xn--…`, UTS 46), so that both spellings are one identity, and mail goes to that form. Other letters before the `@`
/// are refused: few mail servers accept them (RFC 6531), and those that do treat them differently, so such an address
/// would not identify one person. Dots and plus tags stay as they are, because providers that do not ignore them give
/// such addresses to different people.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The longest address in bytes: what a path of 256 leaves between its angle brackets (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// The text is not an address that mail can be sent to. The messages tell people what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// It is not an address at all.
    #[error("Give an e-mail address, such as ruth@example.org.")]
    Malformed,
    /// It has a letter before the `@` that is not ASCII.
    #[error(
        "Give an address with the letters a to z, digits and signs before the @; other letters may follow it."
    )]
    LocalPartNotAscii,
}

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
        let text = text.trim();
        // The punycode of a domain is not much longer than its UTF-8, so a longer text is refused before the work.
        if text.len() > 2 * LONGEST {
            return Err(InvalidAddress::Malformed);
        }
        let text = with_ascii_domain(text)?;
        // Checked before lower-casing, which would turn the Kelvin sign (U+212A) into a `k`.
        if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidAddress::Malformed);
        }
        let text = text.to_ascii_lowercase();
        email_address::EmailAddress::parse_with_options(&text, options)
            .map_err(|_| InvalidAddress::Malformed)?;
        Ok(Self(text))
    }
}

/// The address with its domain in ASCII. A domain that is ASCII already stays as it is, also one that UTS 46 would
/// refuse: addresses that were stored before have to stay readable.
fn with_ascii_domain(text: &str) -> Result<Cow<'_, str>, InvalidAddress> {
    if text.is_ascii() {
        return Ok(Cow::Borrowed(text));
    }
    let (local, domain) = text.rsplit_once('@').ok_or(InvalidAddress::Malformed)?;
    if !local.is_ascii() {
        let letters = |c: char| c.is_ascii_graphic() || c.is_alphanumeric();
        return Err(match local.chars().all(letters) {
            true => InvalidAddress::LocalPartNotAscii,
            false => InvalidAddress::Malformed,
        });
    }
    let ascii =
        Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify);
    Ok(Cow::Owned(format!("{local}@{}", ascii.map_err(|_| InvalidAddress::Malformed)?)))
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
            "ruth\u{202e}@example.org",
            "ruth@b\u{fc}cher",
            "ruth@b\u{202e}\u{fc}cher.example",
            "ruth@b\u{fc}cher_s.example",
            "ruth@-b\u{fc}cher.example",
            "ruth@\u{fc}..example",
            "\u{fc}",
            "ruth\u{7f}@example.org",
            "\"ru\tth\"@example.org",
        ] {
            assert_eq!(bad.parse::<EmailAddress>(), Err(InvalidAddress::Malformed), "{bad:?}");
        }
        for bad in ["r\u{fc}th@example.org", "\u{212a}ing@example.org", "\u{930}\u{92e}@b\u{fc}cher.example"]
        {
            assert_eq!(bad.parse::<EmailAddress>(), Err(InvalidAddress::LocalPartNotAscii), "{bad:?}");
        }
    }

    #[test]
    fn an_international_domain_is_one_identity_in_both_spellings() {
        for (typed, ascii) in [
            ("dave@b\u{fc}cher.example", "dave@xn--bcher-kva.example"),
            ("Dave@B\u{dc}CHER.Example", "dave@xn--bcher-kva.example"),
            // The same letter in two characters: u and a combining diaeresis.
            ("dave@bu\u{308}cher.example", "dave@xn--bcher-kva.example"),
            ("dave@xn--bcher-kva.example", "dave@xn--bcher-kva.example"),
            ("ruth@\u{92e}\u{902}\u{926}\u{93f}\u{930}.example", "ruth@xn--i1b6ewak8e.example"),
            // An ideographic full stop divides labels as well.
            ("ruth@\u{4f8b}\u{3002}example", "ruth@xn--fsq.example"),
        ] {
            let address: EmailAddress = typed.parse().unwrap();
            assert_eq!(address.as_str(), ascii, "{typed}");
            assert_eq!(address.digest(), ascii.parse::<EmailAddress>().unwrap().digest());
        }
    }

    #[test]
    fn an_ascii_domain_is_read_as_it_was_stored() {
        for stored in ["ruth@xn--a.example", "ruth@xn--bcher-kvaa.example", "ruth@a--b.example"] {
            assert_eq!(stored.parse::<EmailAddress>().unwrap().as_str(), stored);
        }
    }

    #[test]
    fn an_address_has_at_most_254_bytes() {
        // No label is longer than 63 bytes; only the whole address exceeds its limit, by one byte.
        let domain = [63, 63, 61].map(|length| "a".repeat(length)).join(".") + ".org";
        let of_bytes = |bytes: usize| format!("{}@{domain}", "r".repeat(bytes - domain.len() - 1));
        assert!(of_bytes(LONGEST).parse::<EmailAddress>().is_ok());
        assert_eq!(of_bytes(LONGEST + 1).parse::<EmailAddress>(), Err(InvalidAddress::Malformed));
    }
}
