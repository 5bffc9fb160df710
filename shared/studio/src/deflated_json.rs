//! Large values in table items, as deflated JSON: an item holds 400 KB, and is paid for by the kilobyte.
//! The text of a long project and the scenes named by its stitch shrink to a third or less.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserializer, Serialize, Serializer};

/// The most bytes that the deflated values of one item may have: DynamoDB's 400 KB less room for keys and counters.
pub(crate) const LARGEST: usize = 380_000;

/// The most bytes that are inflated: more than any value has, so that a damaged item cannot exhaust memory.
const LARGEST_UNPACKED: u64 = 64 << 20;

/// The value as deflated JSON.
pub(crate) fn encode<T: Serialize>(value: &T) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&serde_json::to_vec(value)?)?;
    encoder.finish()
}

pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(&encode(value).map_err(S::Error::custom)?)
}

pub(crate) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let bytes: serde_bytes::ByteBuf = serde::Deserialize::deserialize(deserializer)?;
    decode(&bytes).map_err(D::Error::custom)
}

/// The value of deflated JSON.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> std::io::Result<T> {
    let mut json = Vec::new();
    DeflateDecoder::new(bytes).take(LARGEST_UNPACKED).read_to_end(&mut json)?;
    Ok(serde_json::from_slice(&json)?)
}
