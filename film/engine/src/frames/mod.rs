//! Video frames straight from pictures: 8-bit YUV 4:2:0, BT.709, limited range.
//!
//! A [`Shot`] is prepared once: the picture becomes three planes of 16-bit samples, resized to about the size at which
//! the camera sees them, with grain added against banding. A frame is then drawn row by row: each row is resampled at
//! its exact position, captions are blended over it, another shot or black is blended in, and the result is dithered to
//! bytes. Only a few rows are held between these, which stay in the processor's first-level cache.
//!
//! All arithmetic on frames is on integers, so the same inputs give the same bytes on every processor, and a
//! faster version of the inner loops for one of them can be tested against this one byte by byte.
//!
//! Samples are interpolated by the cubic spline that goes through all of them. Its four weights are those of a B-spline, so
//! a frame costs no more than with the usual four-tap filters; what makes it pass through the samples is done once a
//! shot (Unser, "Splines: a perfect fit", 1999). Detail of four pixels' wavelength is displaced by at most
//! 0.007 of a pixel. With Catmull-Rom it is 0.045, by a different amount on every frame, which is seen as jitter.
//!
//! Samples are code values less 128, times 64, because the spline's coefficients overshoot: those of a white dot on
//! black by a factor of three. Two passes of resampling are off by at most an eighth of a code value, a fortieth as a
//! rule.

mod axis;
pub(crate) mod compositor;
mod firelight;
mod grain;
mod kernel;
mod layers;
pub(crate) mod overlay;
mod plane;
mod row_cache;
mod sample;
pub(crate) mod shot;
mod spline;
mod water;

pub use compositor::Compositor;
pub use overlay::Overlay;
pub use shot::Shot;

#[cfg(test)]
mod tests;
