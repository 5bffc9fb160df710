//! Captions: what is shown when, shaped and drawn in any script, and as SRT and WebVTT.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One caption: at most two lines on screen at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// The text shown; all cues of a scene joined with what stood between give the scene's text.
    pub text: String,
    /// Byte range in the scene's text.
    pub span: Range<usize>,
    /// Milliseconds from the start of the scene (or of the film, once placed).
    pub start_ms: u32,
    /// Milliseconds from the start of the scene (or of the film, once placed).
    pub end_ms: u32,
}

/// A caption drawn for one frame size: straight (not premultiplied) coverage planes to be blended onto video.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptionBitmap {
    /// Left edge in the frame, pixels, even.
    pub x: u32,
    /// Top edge in the frame, pixels, even.
    pub y: u32,
    /// Pixels across, even.
    pub width: u32,
    /// Pixels down, even.
    pub height: u32,
    /// `width × height × 4` bytes: R, G, B, A, straight alpha, sRGB.
    pub rgba: Vec<u8>,
}
