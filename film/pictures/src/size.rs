//! Widths and heights.

use crate::limits::{MAX_ASPECT, MAX_PIXELS};
use crate::refusal::Refusal;

/// What a format's parser found in the bytes that it was given.
pub(crate) enum Found {
    /// Width and height.
    Size(u32, u32),
    /// The bytes end before the size.
    Short,
}

/// Checks a picture's size against [`MAX_PIXELS`] and [`MAX_ASPECT`].
///
/// # Errors
/// The refusal that says which limit it exceeds.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), Refusal> {
    let (short, long) = (width.min(height), width.max(height));
    if short == 0 {
        return Err(Refusal::NoSize);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refusal::TooManyPixels { width, height });
    }
    if u64::from(long) > u64::from(short) * u64::from(MAX_ASPECT) {
        return Err(Refusal::TooElongated { width, height });
    }
    Ok(())
}
