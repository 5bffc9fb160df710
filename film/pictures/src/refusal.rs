use serde::{Deserialize, Serialize};

use crate::limits::{LARGEST_FILE, MAX_ASPECT, MAX_PIXELS};

/// Why a picture cannot be used, in words for the person who sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No format that is known by its first bytes.
    #[error("It is no picture. Use a PNG, JPEG or WebP.")]
    Unknown,
    /// A format that is known but not decoded; the name comes with its article, `a GIF`.
    #[error("It is {0}, which cannot be used. Save it as PNG, JPEG or WebP.")]
    OtherFormat(String),
    /// A way of coding JPEG that is known but not decoded.
    #[error("It is a JPEG {0}, which cannot be used. Save it as an ordinary JPEG.")]
    OtherCoding(String),
    /// The file has more bytes than [`LARGEST_FILE`].
    #[error("It has {0} bytes; at most {LARGEST_FILE} are allowed.")]
    TooManyBytes(u64),
    /// The file ends before the picture does.
    #[error("The file ends before the picture is complete. Upload the whole file.")]
    Truncated,
    /// Too much stands before the size.
    #[error("Its size does not stand within its first 4 MiB. Save it without embedded metadata.")]
    HeaderTooLong,
    /// Width or height is zero or missing.
    #[error("It has no width or no height.")]
    NoSize,
    /// More pixels than [`MAX_PIXELS`].
    #[error(
        "It has {:.1} megapixels ({width} × {height}); at most {} are allowed. Scale it down.",
        f64::from(*width) * f64::from(*height) / 1e6, MAX_PIXELS / 1_000_000
    )]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// One side is more than [`MAX_ASPECT`] times as long as the other.
    #[error(
        "It is {width} × {height} pixels; one side may be at most {MAX_ASPECT} times as long as the other. Crop it."
    )]
    TooElongated {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The bytes contradict their format.
    #[error("The file is damaged: it cannot be decoded.")]
    Damaged,
    /// Decoding reached the limit of memory or time.
    #[error("It takes more memory or time to decode than a picture may. Save it anew, or smaller.")]
    TooDemanding,
}
