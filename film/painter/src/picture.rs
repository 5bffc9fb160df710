//! A finished picture and its size.

use serde::{Deserialize, Serialize};

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// A finished picture: 8-bit sRGB, row by row, three bytes a pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The size that was painted: at least 16 pixels on each side.
    pub size: Size,
    /// `width × height × 3` bytes.
    pub rgb: Vec<u8>,
    /// What must stay in frame when the camera moves, as fractions of width and height from the top left.
    pub focus: (f32, f32),
}
