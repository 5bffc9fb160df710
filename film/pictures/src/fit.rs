//! How a picture of one shape comes into a frame of another.

use serde::{Deserialize, Serialize};

use crate::crop::{self, Rectangle};

/// How many times wider or higher than the frame a picture may be, in shape, and still be cropped by [`Fit::Whole`]: a
/// photograph of 4 : 3 in a frame of 16 : 9 is (1.33), one of 1 : 1 is not (1.78).
const MOST_CROPPED: f64 = 1.35;

/// How a picture is brought into the shape of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Cropped about its middle.
    #[default]
    Centre,
    /// Cropped so that this point stays in it, as near to the middle as it can be.
    About {
        /// From the left edge of the upright picture, 0.0, to its right edge, 1.0.
        x: f32,
        /// From its top, 0.0, to its bottom, 1.0.
        y: f32,
    },
    /// Cropped about its middle where the shapes differ little; else shown whole, over its own blurred and darkened
    /// copy.
    Whole,
}

impl Fit {
    /// Whether a picture of this upright size is shown over its own copy.
    pub(crate) fn is_over_its_copy(self, (width, height): (u32, u32), frame: (u32, u32)) -> bool {
        let ratio = f64::from(width) * f64::from(frame.1) / (f64::from(height) * f64::from(frame.0));
        self == Self::Whole && ratio.max(1.0 / ratio) > MOST_CROPPED
    }
}

/// The part of an upright picture that stays, and where the point that must stay in view lies within it.
pub(crate) fn about(size: (u32, u32), frame: (u32, u32), (x, y): (f32, f32)) -> (Rectangle, (f32, f32)) {
    let point = (f64::from(x.clamp(0.0, 1.0)), f64::from(y.clamp(0.0, 1.0)));
    let crop = crop::about(size, frame, point);
    let within = |at: f64, whole: u32, from: u32, length: u32| {
        ((at * f64::from(whole) - f64::from(from)) / f64::from(length)).clamp(0.0, 1.0) as f32
    };
    (crop, (within(point.0, size.0, crop.x, crop.width), within(point.1, size.1, crop.y, crop.height)))
}
