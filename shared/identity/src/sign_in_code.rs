//! The code in a sign-in mail.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

use crate::secret;

/// Crockford's base 32 (<https://www.crockford.com/base32.html>): without letters that look like digits, and without
/// U, so that fewer codes happen to spell an offensive word.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const LENGTH: usize = 8;

/// Eight characters that a person reads in a mail and types on another device. These 40 random bits suffice because a
/// link accepts five attempts only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignInCode([u8; LENGTH]);

/// The text does not consist of eight characters of the code's alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code has {LENGTH} letters and figures")]
pub struct InvalidCode;

impl SignInCode {
    /// A new code from the operating system's random number generator.
    #[must_use]
    pub fn random() -> Self {
        // 256 is a multiple of 32, so every character is equally likely.
        Self(secret::random_bytes().map(|byte: u8| ALPHABET[usize::from(byte % 32)]))
    }

    /// The digest that the table stores, salted with the digest of the address. Whoever reads the table can find the
    /// code by trying all 40 bits, but cannot use it without the link's token or the browser's nonce, of 256 bits each.
    #[must_use]
    pub fn digest(&self, address: &ContentHash) -> ContentHash {
        let mut text = address.to_string().into_bytes();
        text.extend(self.0);
        ContentHash::of(&text)
    }
}

/// Accepts what people type: upper or lower case, with or without the hyphen, `O` for zero, `I` or `L` for one.
impl FromStr for SignInCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let meant = |typed: char| match typed.to_ascii_uppercase() {
            'O' => Ok(b'0'),
            'I' | 'L' => Ok(b'1'),
            other => u8::try_from(other).ok().filter(|byte| ALPHABET.contains(byte)).ok_or(InvalidCode),
        };
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        // One character more than allowed suffices to see that the text is too long.
        let characters: Vec<u8> = typed.take(LENGTH + 1).map(meant).collect::<Result<_, _>>()?;
        characters.try_into().map(Self).map_err(|_| InvalidCode)
    }
}

/// Formats the code for a mail: `ABCD-EFGH`.
impl fmt::Display for SignInCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, character) in self.0.iter().enumerate() {
            if place == LENGTH / 2 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*character))?;
        }
        Ok(())
    }
}

impl fmt::Debug for SignInCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInCode(…)")
    }
}

impl TryFrom<String> for SignInCode {
    type Error = InvalidCode;
    fn try_from(text: String) -> Result<Self, InvalidCode> {
        text.parse()
    }
}

impl From<SignInCode> for String {
    fn from(code: SignInCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_character_of_the_alphabet_comes_and_no_other() {
        let seen: BTreeSet<u8> = (0..400).flat_map(|_| SignInCode::random().0).collect();
        assert_eq!(seen, ALPHABET.iter().copied().collect());
    }

    #[test]
    fn typed_codes_are_accepted_in_every_spelling() {
        let code: SignInCode = "0123-4ABC".parse().unwrap();
        assert_eq!(code.to_string(), "0123-4ABC");
        for typed in ["01234ABC", "01234abc", "Oi23-4abc", " oL23 4ABC ", "0-1-2-3-4-a-b-c"] {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed:?}");
        }
        for none in ["", "0123-4AB", "0123-4ABCD", "0123-4ABU", "0123_4ABC", "०१२३४५६७", "é1234567"]
        {
            assert_eq!(none.parse::<SignInCode>(), Err(InvalidCode), "{none:?}");
        }
    }

    #[test]
    fn the_same_code_of_two_people_is_known_by_two_digests() {
        let code = SignInCode::random();
        let of = |address: &str| code.digest(&ContentHash::of(address.as_bytes()));
        assert_ne!(of("ruth@example.org"), of("naomi@example.org"));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(text in "[0-9A-HJKMNP-TV-Za-z-]{0,12}|\\PC*") {
            if let Ok(code) = text.parse::<SignInCode>() {
                prop_assert_eq!(code.to_string().parse(), Ok(code.clone()));
                prop_assert_eq!(serde_json::to_value(&code).unwrap(), code.to_string());
            }
        }
    }
}
