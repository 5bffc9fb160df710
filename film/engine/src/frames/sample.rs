//! Samples: 16-bit fixed-point numbers in which pictures are resampled and blended.

/// The code value whose sample is 0, so that samples use both signs.
pub(super) const MIDDLE: f32 = 128.0;

/// A code value is 2 to this power in samples.
pub(super) const CODE_BITS: u32 = 6;

/// One code value in samples.
pub(super) const ONE: f32 = (1 << CODE_BITS) as f32;

/// The sample of a code value.
pub(super) fn sample(code: f32) -> i16 {
    ((code - MIDDLE) * ONE).round() as i16
}
