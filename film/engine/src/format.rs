//! The shapes and sizes that a film can have.

use film_painter::Size;
use serde::{Deserialize, Serialize};

use crate::timeline::FrameRate;

/// Shape of the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Aspect {
    /// 16:9, television and YouTube.
    #[default]
    #[serde(rename = "16:9")]
    Wide,
    /// 9:16, telephones held upright.
    #[serde(rename = "9:16")]
    Tall,
    /// 1:1, feeds.
    #[serde(rename = "1:1")]
    Square,
}

/// How large and how good, from a quick look to the premium delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// 480 lines, for looking at a storyboard.
    #[serde(rename = "draft")]
    Draft,
    /// 720 lines.
    #[serde(rename = "720p")]
    Hd720,
    /// 1080 lines.
    #[default]
    #[serde(rename = "1080p")]
    Hd1080,
    /// 2160 lines.
    #[serde(rename = "4k")]
    Uhd4k,
}

impl Tier {
    /// The frame in pixels. The tier names the shorter side, so that a tall film is as sharp as a wide one;
    /// every side is even, as 4:2:0 needs.
    ///
    /// ```
    /// use film_engine::{Aspect, Tier};
    /// let tall = Tier::Hd1080.size(Aspect::Tall);
    /// assert_eq!((tall.width, tall.height), (1080, 1920));
    /// ```
    pub fn size(self, aspect: Aspect) -> Size {
        let (long, short) = match self {
            Self::Draft => (854, 480),
            Self::Hd720 => (1280, 720),
            Self::Hd1080 => (1920, 1080),
            Self::Uhd4k => (3840, 2160),
        };
        match aspect {
            Aspect::Wide => Size { width: long, height: short },
            Aspect::Tall => Size { width: short, height: long },
            Aspect::Square => Size { width: short, height: short },
        }
    }
}

/// What every clip of one film shares. Clips are joined by copying, so they must not differ in any of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VideoFormat {
    /// The frame in pixels: even, at least 16 each way.
    pub size: Size,
    /// Frames a second.
    pub rate: FrameRate,
    /// Decides the encoder's quality.
    pub tier: Tier,
}

impl VideoFormat {
    /// The format of a tier and a shape.
    pub fn new(tier: Tier, aspect: Aspect, rate: FrameRate) -> Self {
        Self { size: tier.size(aspect), rate, tier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_side_is_even() {
        for tier in [Tier::Draft, Tier::Hd720, Tier::Hd1080, Tier::Uhd4k] {
            for aspect in [Aspect::Wide, Aspect::Tall, Aspect::Square] {
                let Size { width, height } = tier.size(aspect);
                assert_eq!((width % 2, height % 2), (0, 0), "{tier:?} {aspect:?}");
            }
        }
    }
}
