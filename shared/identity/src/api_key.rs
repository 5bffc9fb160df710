//! The text of an API key: its format, checksum and digest.

use std::fmt;

use tenancy::ContentHash;

use crate::secret::random_bytes;

/// The prefix of every key, by which secret scanners recognise a key that was published.
const PREFIX: &str = "dvai_live_";

const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Number of random characters: 30 characters of base 62 are 178 bits.
const RANDOM: usize = 30;

/// Number of checksum characters: six of base 62 hold 32 bits.
const CHECKSUM: usize = 6;

/// How many of the random characters lists show: enough to tell keys apart, too few to help guessing.
const LISTED: usize = 4;

/// The text of an API key: `dvai_live_`, 30 random characters, and their CRC-32 in 6 more. The checksum lets the
/// authorizer refuse a mistyped or truncated key without asking the table, and secret scanners avoid false alarms.
pub struct ApiKeyText(String);

impl ApiKeyText {
    /// A new key from the operating system's random number generator.
    #[must_use]
    pub fn random() -> Self {
        let mut text = String::with_capacity(PREFIX.len() + RANDOM + CHECKSUM);
        text.push_str(PREFIX);
        let full = PREFIX.len() + RANDOM;
        while text.len() < full {
            // 248 is the largest multiple of 62 that fits into a byte. Taking the bytes from 248 on as well would make
            // some characters more likely than others.
            let even = random_bytes::<RANDOM>().into_iter().filter(|byte| *byte < 248);
            let characters = even.map(|byte| char::from(BASE_62[usize::from(byte % 62)]));
            text.extend(characters.take(full - text.len()));
        }
        let checksum = checksum(&text[PREFIX.len()..]);
        text.push_str(&checksum);
        Self(text)
    }

    /// Whether a bearer token is an API key rather than an access token, judged by its prefix alone.
    #[must_use]
    pub fn has_prefix(bearer: &str) -> bool {
        bearer.starts_with(PREFIX)
    }

    /// Parses a key that was presented; `None` when its format or checksum is wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let (random, sum) = rest.split_at_checked(RANDOM)?;
        let is_base_62 = random.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_base_62 && checksum(random) == sum).then(|| Self(text.to_owned()))
    }

    /// The digest that the table stores. SHA-256 without salt or stretching suffices for 178 random bits.
    #[must_use]
    pub fn digest(&self) -> ContentHash {
        ContentHash::of(self.0.as_bytes())
    }

    /// The prefix and the first four random characters, by which people tell their keys apart.
    #[must_use]
    pub fn beginning(&self) -> &str {
        &self.0[..PREFIX.len() + LISTED]
    }

    /// The whole key, which is shown once, when it is made.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// CRC-32 (ISO-HDLC, as in gzip) in base 62, the least significant character last.
fn checksum(random: &str) -> String {
    let mut left = crc32fast::hash(random.as_bytes());
    let mut characters = [b'0'; CHECKSUM];
    for character in characters.iter_mut().rev() {
        *character = BASE_62[(left % 62) as usize];
        left /= 62;
    }
    characters.map(char::from).iter().collect()
}

impl fmt::Debug for ApiKeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.beginning())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_has_the_documented_format() {
        let keys: Vec<ApiKeyText> = (0..200).map(|_| ApiKeyText::random()).collect();
        for key in &keys {
            let text = key.expose();
            assert_eq!(text.len(), 46);
            assert!(text.starts_with("dvai_live_") && ApiKeyText::has_prefix(text));
            assert_eq!(ApiKeyText::parse(text).unwrap().digest(), key.digest());
            assert!(text.starts_with(key.beginning()) && key.beginning().len() == 14);
            assert_eq!(format!("{key:?}"), format!("{}…", key.beginning()));
        }
        let seen: BTreeSet<u8> = keys.iter().flat_map(|key| key.0.bytes().skip(10).take(30)).collect();
        assert_eq!(seen, BASE_62.iter().copied().collect(), "every character of the alphabet comes");
    }

    #[test]
    fn the_checksum_is_that_of_gzip() {
        // The check value of CRC-32/ISO-HDLC is 0xCBF43926 = 3421780262.
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
        let number = checksum("123456789").bytes().fold(0_u64, |number, character| {
            number * 62 + BASE_62.iter().position(|other| *other == character).unwrap() as u64
        });
        assert_eq!(number, 0xCBF4_3926);
    }

    #[test]
    fn every_changed_character_is_detected() {
        let key = ApiKeyText::random();
        for place in 0..key.0.len() {
            for other in (b'!'..=b'~').filter(|other| *other != key.0.as_bytes()[place]) {
                let mut changed = key.0.clone().into_bytes();
                changed[place] = other;
                let changed = String::from_utf8(changed).unwrap();
                assert!(ApiKeyText::parse(&changed).is_none(), "{changed}");
            }
        }
    }

    #[test]
    fn swapped_neighbours_are_detected() {
        let key = ApiKeyText::random();
        for place in 10..key.0.len() - 1 {
            let mut changed = key.0.clone().into_bytes();
            changed.swap(place, place + 1);
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(ApiKeyText::parse(&changed).is_some(), changed == key.0, "{changed}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_is_a_key(text in "dvai_live_[0-9A-Za-z]{34,38}|dvai_\\PC*|\\PC*") {
            prop_assert!(ApiKeyText::parse(&text).is_none());
        }

        #[test]
        fn truncated_and_extended_keys_are_detected(end in 0_usize..46, more in "[0-9A-Za-z]{1,4}") {
            let key = ApiKeyText::random();
            prop_assert!(ApiKeyText::parse(&key.0[..end]).is_none());
            let longer = key.0 + &more;
            prop_assert!(ApiKeyText::parse(&longer).is_none());
        }
    }
}
