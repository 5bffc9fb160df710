//! Random secrets that are handed out once and stored as a digest.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tenancy::ContentHash;

/// A secret of 256 random bits. The table stores its digest only.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new secret from the operating system's random number generator.
    #[must_use]
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// Parses a secret from base64url without padding.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The digest that the table stores. SHA-256 without salt or stretching suffices for 256 random bits.
    #[must_use]
    pub fn digest(&self) -> ContentHash {
        ContentHash::of(&self.0)
    }

    /// The secret as it is handed out: 43 characters of base64url, which need no escaping in a URL.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Bytes from the operating system's random number generator.
///
/// # Panics
/// When the operating system cannot provide random numbers, which does not happen on Linux after boot.
#[allow(clippy::expect_used, reason = "going on without randomness would be worse than to stop")]
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives no random numbers");
    bytes
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
