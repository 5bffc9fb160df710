use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tenancy::ContentHash;

/// 256 random bits that prove something to whoever is shown them: the table knows only their hash.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one from the operating system's generator.
    #[must_use]
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// The secret in the form in which it was handed out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// What the table knows it by. SHA-256 without salt or stretching suffices for 256 random bits.
    #[must_use]
    pub fn digest(&self) -> ContentHash {
        ContentHash::of(&self.0)
    }

    /// The form in which it is handed out: 43 characters that need no escaping in a URL.
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

/// Bytes from the operating system's generator.
///
/// # Panics
/// Never in practice: only when the operating system has no randomness to give, in which case
/// nothing here may go on.
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
