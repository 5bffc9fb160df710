//! Stereo sound in memory.

use film_narrator::SAMPLE_RATE;

/// Samples processed at once: a tenth of a second.
pub(super) const CHUNK: usize = SAMPLE_RATE as usize / 10;

/// One sample of each channel, left and right.
pub(super) type StereoFrame = [f32; 2];
