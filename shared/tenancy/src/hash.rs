//! SHA-256 hashes as names of content.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::id::text_like;

/// A SHA-256 hash, written as 64 lowercase hexadecimal digits. The hash of everything that an artefact is made from names
/// the artefact: equal hashes mean equal work, which is not done twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

/// A text is not 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 lowercase hexadecimal digits")]
pub struct InvalidHash;

impl ContentHash {
    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = ContentHasher::new();
        hasher.update(bytes);
        hasher.finish()
    }

    /// Takes a hash that was computed before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The first eight bytes as a number (big-endian), for choices that must be the same for the same content every time:
    /// seeds, shards, jitter.
    #[must_use]
    pub fn seed(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// Computes a [`ContentHash`] piece by piece, for content that is not in memory at once. The workspace hashes with aws-lc
/// only, which TLS links anyway.
#[derive(Clone)]
pub struct ContentHasher(Context);

impl ContentHasher {
    /// A hasher that has seen nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// Adds the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hash of all pieces, in the order in which they were added.
    #[must_use]
    pub fn finish(self) -> ContentHash {
        let mut bytes = [0; 32];
        // A SHA-256 digest has 32 bytes.
        bytes.copy_from_slice(self.0.finish().as_ref());
        ContentHash(bytes)
    }
}

impl Default for ContentHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ContentHash {
    type Err = InvalidHash;
    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let mut bytes = [0; 32];
        let lowercase = text.bytes().all(|b| !b.is_ascii_uppercase());
        if !lowercase || hex::decode_to_slice(text, &mut bytes).is_err() {
            return Err(InvalidHash);
        }
        Ok(Self(bytes))
    }
}

impl utoipa::PartialSchema for ContentHash {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        text_like("^[0-9a-f]{64}$")
    }
}

impl utoipa::ToSchema for ContentHash {}

impl Serialize for ContentHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_sha256sum_does() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(ContentHash::of(b"").to_string(), empty);
        assert_eq!(empty.parse(), Ok(ContentHash::of(b"")));
        assert_eq!(empty.to_uppercase().parse::<ContentHash>(), Err(InvalidHash));
    }
}
