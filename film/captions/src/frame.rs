//! Where on a frame captions may stand, and how large they are.

use crate::error::CaptionError;

/// The part of a frame that no screen, player or app covers, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SafeArea {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Column after the last.
    pub right: u32,
    /// Row after the last.
    pub bottom: u32,
}

impl SafeArea {
    /// The safe area of a frame of this width and height in pixels.
    ///
    /// * Wider than high: EBU R 95 graphics safe area, 5 % at the sides and top, with 7 % at the bottom
    ///   where players draw their progress bar.
    /// * Higher than wide: 20 % at the bottom and 10 % at the top, which short-video apps cover with
    ///   title, account and buttons; 8 % at the sides.
    /// * Square: feeds show it whole; 6 %, and 8 % at the bottom for the mute button.
    ///
    /// # Errors
    /// [`CaptionError::Frame`] for frames with odd sides or below 128 pixels.
    pub fn of(frame: (u32, u32)) -> Result<Self, CaptionError> {
        Ok(Layout::of(frame)?.safe)
    }
}

/// Everything about a frame that placing text needs. Lengths in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) safe: SafeArea,
    /// Em of a caption's Latin text.
    pub(crate) caption_em: f32,
    /// Longest caption line.
    pub(crate) caption_measure: f32,
    /// Em of a title's Latin text.
    pub(crate) title_em: f32,
}

/// The layout of one aspect, as shares of the frame.
struct Proportions {
    /// Margin at either side, of the width.
    side: f32,
    /// Margin at the top, of the height.
    top: f32,
    /// Margin at the bottom, of the height.
    bottom: f32,
    /// Em of a caption: of the height for wide frames, of the width for others, which is what limits a frame's size on
    /// a screen.
    em: f32,
    /// Longest caption line, of the width.
    measure: f32,
}

/// ISO 9241-303 asks for capitals of at least 16, better 20 to 22 minutes of arc. 5.3 % of the height
/// gives capitals (0.714 em) of 3.8 %: 29′ on a 55-inch screen at 3 m, 24′ on a phone held sideways
/// at 35 cm. A line of 70 % holds some 45 letters, about the 42 of broadcast practice, and spares the
/// eye the way across a whole screen (BBC guidelines: 68 %).
const WIDE: Proportions = Proportions { side: 0.05, top: 0.05, bottom: 0.07, em: 0.053, measure: 0.70 };
/// A phone held upright is 68 mm across at 35 cm: 5.8 % of the width gives capitals of 28′, and a line
/// of 83 % holds some 28 letters.
const TALL: Proportions = Proportions { side: 0.08, top: 0.10, bottom: 0.20, em: 0.058, measure: 0.83 };
/// The same phone, the frame as wide as the screen; wider lines, for there is less height to use.
const SQUARE: Proportions = Proportions { side: 0.06, top: 0.06, bottom: 0.08, em: 0.052, measure: 0.87 };

/// A frame within a quarter of square counts as square (4:5 feeds read like 1:1).
const SQUARISH: std::ops::RangeInclusive<f32> = 0.8..=1.25;

/// A title against a caption: a step of the classical scale (12 to 20 point).
const TITLE_SCALE: f32 = 1.75;

/// Below this nothing legible can be set.
const SMALLEST_SIDE: u32 = 128;

impl Layout {
    pub(crate) fn of((width, height): (u32, u32)) -> Result<Self, CaptionError> {
        if width < SMALLEST_SIDE || height < SMALLEST_SIDE || width % 2 == 1 || height % 2 == 1 {
            return Err(CaptionError::Frame(width, height));
        }
        let (w, h) = (width as f32, height as f32);
        let ratio = w / h;
        let (shares, side) = if SQUARISH.contains(&ratio) {
            (SQUARE, w)
        } else if ratio < 1.0 {
            (TALL, w)
        } else {
            (WIDE, h)
        };
        let caption_em = shares.em * side;
        Ok(Self {
            safe: SafeArea {
                left: (shares.side * w).ceil() as u32,
                top: (shares.top * h).ceil() as u32,
                right: ((1.0 - shares.side) * w).floor() as u32,
                bottom: ((1.0 - shares.bottom) * h).floor() as u32,
            },
            caption_em,
            caption_measure: shares.measure * w,
            title_em: caption_em * TITLE_SCALE,
        })
    }
}
