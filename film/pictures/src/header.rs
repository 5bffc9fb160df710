//! Format, width and height from the first bytes of a file.
//!
//! The decoders of the crate `image` are not used for this: they want the whole file, and inflate what stands before
//! the picture. Here only bytes at known places are read, so that it may be done outside of the decoding process.

use crate::format::{PictureFormat, format};
use crate::jpeg;
use crate::limits::LARGEST_FILE;
use crate::refusal::Refusal;
use crate::size::{Found, check_size};

/// How many bytes to probe first, 64 KiB: the size stands in them unless a JPEG has much metadata before it.
pub const FIRST_BYTES: u64 = 64 << 10;

/// How many bytes to probe at most, 4 MiB. Phones write previews and depth maps of up to 2 MB before the size.
pub const MOST_HEADER_BYTES: u64 = 4 << 20;

/// What the header of a picture says, within the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format of the file, by its bytes.
    pub format: PictureFormat,
    /// Width in pixels as stored, before any orientation.
    pub width: u32,
    /// Height in pixels as stored, before any orientation.
    pub height: u32,
}

/// The outcome of a probe that refused nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The picture may be used.
    Accepted(Header),
    /// The size stands behind the bytes that were given. Probe the first [`MOST_HEADER_BYTES`].
    NeedsMore,
}

/// Probes a file of `file_bytes` bytes by its first ones, `start`. Reads no further than the size, and allocates
/// nothing that depends on the bytes.
///
/// # Errors
/// Why the picture cannot be used.
pub fn probe(start: &[u8], file_bytes: u64) -> Result<Probe, Refusal> {
    if file_bytes > LARGEST_FILE {
        return Err(Refusal::TooManyBytes(file_bytes));
    }
    let given = start.len() as u64;
    let Some(format) = format(start)? else { return short(given, file_bytes) };
    let found = match format {
        PictureFormat::Png => png(start)?,
        PictureFormat::Jpeg => jpeg::size(start)?,
        PictureFormat::Webp => webp(start, file_bytes)?,
    };
    match found {
        Found::Size(width, height) => {
            check_size(width, height)?;
            Ok(Probe::Accepted(Header { format, width, height }))
        }
        Found::Short => short(given, file_bytes),
    }
}

fn short(given: u64, file_bytes: u64) -> Result<Probe, Refusal> {
    if given >= file_bytes {
        Err(Refusal::Truncated)
    } else if given >= MOST_HEADER_BYTES {
        Err(Refusal::HeaderTooLong)
    } else {
        Ok(Probe::NeedsMore)
    }
}

/// Signature, length and name of the first chunk, which must be IHDR; then width and height.
fn png(start: &[u8]) -> Result<Found, Refusal> {
    let Some(header) = start.get(8..24) else { return Ok(Found::Short) };
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if (number(0), &header[4..8]) == (13, b"IHDR") {
        Ok(Found::Size(number(8), number(12)))
    } else {
        Err(Refusal::Damaged)
    }
}

/// A RIFF file whose first chunk has the size: lossy (`VP8 `), lossless (`VP8L`) or extended (`VP8X`). Source: RFC
/// 9649.
fn webp(start: &[u8], file_bytes: u64) -> Result<Found, Refusal> {
    let Some(header) = start.get(..30) else { return Ok(Found::Short) };
    let byte = |at: usize| u32::from(header[at]);
    let riff_bytes = u64::from(byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24);
    // The number counts from behind itself, and is even; some encoders leave the last byte of padding out.
    if riff_bytes + 7 > file_bytes {
        return Err(Refusal::Truncated);
    }
    match &header[12..16] {
        b"VP8 " if header[23..26] == [0x9d, 0x01, 0x2a] => {
            Ok(Found::Size((byte(26) | byte(27) << 8) & 0x3fff, (byte(28) | byte(29) << 8) & 0x3fff))
        }
        b"VP8L" if header[20] == 0x2f => {
            let bits = byte(21) | byte(22) << 8 | byte(23) << 16 | byte(24) << 24;
            Ok(Found::Size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => {
            let size = |at: usize| (byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16) + 1;
            Ok(Found::Size(size(24), size(27)))
        }
        _ => Err(Refusal::Damaged),
    }
}
