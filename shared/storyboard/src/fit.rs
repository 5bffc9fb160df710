//! How a picture of one's own comes into the frame.

use serde::{Deserialize, Serialize};

/// The point of a picture that must stay in view, as it is seen upright. Held in ten-thousandths of width and height, so
/// that equal points have equal names: less than half a pixel of any frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Focus {
    x: u16,
    y: u16,
}

impl Focus {
    const WHOLE: f64 = 10_000.0;

    /// A point, from 0.0 at the left edge and the top to 1.0 at the right edge and the bottom. What lies beyond is moved
    /// to the edge.
    #[must_use]
    pub fn new(x: f64, y: f64) -> Self {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 10,000; NaN is 0"
        )]
        let part = |at: f64| (at.clamp(0.0, 1.0) * Self::WHOLE).round() as u16;
        Self { x: part(x), y: part(y) }
    }

    /// From the left edge, 0.0, to the right edge, 1.0.
    #[must_use]
    pub fn x(self) -> f64 {
        f64::from(self.x) / Self::WHOLE
    }

    /// From the top, 0.0, to the bottom, 1.0.
    #[must_use]
    pub fn y(self) -> f64 {
        f64::from(self.y) / Self::WHOLE
    }
}

/// How an uploaded picture is brought into the shape of the frame. Part of artefacts' names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Cropped so that this point stays in view.
    About(Focus),
    /// Cropped about its middle where the shapes differ little; else whole, over its own blurred copy.
    Whole,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_come_back_as_they_were_given_and_are_stored_as_whole_numbers() {
        let focus = Focus::new(0.3333, 1.0);
        assert_eq!((focus.x(), focus.y()), (0.3333, 1.0));
        assert_eq!(Focus::new(focus.x(), focus.y()), focus);
        assert_eq!(Focus::new(-0.1, f64::NAN), Focus::new(0.0, 0.0));
        let stored = serde_json::to_value(Fit::About(focus)).unwrap();
        assert_eq!(stored, serde_json::json!({"about": {"x": 3333, "y": 10_000}}));
    }
}
