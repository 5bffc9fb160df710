//! A drawn caption.

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
