//! The technical format that all clips of one film share.

use film_painter::Size;
use film_vocabulary::{Aspect, Resolution};

use crate::timeline::FrameRate;

/// What every clip of one film shares. Clips are joined by copying, so they must not differ in any of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VideoFormat {
    /// The frame in pixels: even, at least 16 each way.
    pub size: Size,
    /// Frames a second.
    pub rate: FrameRate,
    /// The resolution by which the encoder's quality is chosen.
    pub resolution: Resolution,
}

impl VideoFormat {
    /// The format of a resolution and a shape.
    ///
    /// ```
    /// use film_engine::VideoFormat;
    /// use film_engine::timeline::FrameRate;
    /// use film_vocabulary::{Aspect, Resolution};
    ///
    /// let format = VideoFormat::new(Resolution::P1080, Aspect::Portrait, FrameRate::F30);
    /// assert_eq!((format.size.width, format.size.height), (1080, 1920));
    /// ```
    pub fn new(resolution: Resolution, aspect: Aspect, rate: FrameRate) -> Self {
        let (width, height) = aspect.frame(resolution);
        Self { size: Size { width, height }, rate, resolution }
    }
}
