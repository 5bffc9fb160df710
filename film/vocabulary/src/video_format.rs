//! The shapes and sizes that a film can have.

use serde::{Deserialize, Serialize};

/// The shape of the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Aspect {
    /// 16:9, for television and YouTube.
    #[default]
    #[serde(rename = "16:9")]
    Landscape,
    /// 9:16, for phones held upright: Reels, Shorts, Status.
    #[serde(rename = "9:16")]
    Portrait,
    /// 1:1, for feeds.
    #[serde(rename = "1:1")]
    Square,
}

/// The number of lines on the short side of the frame, so that a portrait film is as sharp as a landscape one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Resolution {
    /// 480 lines: a draft that is rendered soon.
    #[serde(rename = "480p")]
    P480,
    /// 720 lines, HD.
    #[serde(rename = "720p")]
    P720,
    /// 1080 lines, Full HD.
    #[default]
    #[serde(rename = "1080p")]
    P1080,
    /// 2160 lines, Ultra HD.
    #[serde(rename = "4k")]
    P2160,
}

impl Resolution {
    /// Pixels on the short side.
    const fn short_side(self) -> u32 {
        match self {
            Self::P480 => 480,
            Self::P720 => 720,
            Self::P1080 => 1080,
            Self::P2160 => 2160,
        }
    }
}

impl Aspect {
    /// Width and height in pixels of a film at a resolution; both are even, as 4:2:0 chroma subsampling needs.
    #[must_use]
    pub const fn frame(self, resolution: Resolution) -> (u32, u32) {
        let short = resolution.short_side();
        // 480 × 16/9 is no whole number; 854 is what players call 480p.
        let long = (short * 16 / 9 + 1) & !1;
        match self {
            Self::Landscape => (long, short),
            Self::Portrait => (short, long),
            Self::Square => (short, short),
        }
    }

    /// Width and height in pixels of a picture made for this shape: 15 % larger than a Full HD frame, so that the
    /// camera can move without ever enlarging a pixel. It does not depend on the resolution, so that the pictures of
    /// a draft serve the final film too.
    #[must_use]
    pub const fn picture(self) -> (u32, u32) {
        match self {
            Self::Landscape => (2208, 1242),
            Self::Portrait => (1242, 2208),
            Self::Square => (1242, 1242),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESOLUTIONS: [Resolution; 4] =
        [Resolution::P480, Resolution::P720, Resolution::P1080, Resolution::P2160];

    #[test]
    fn frames_are_those_that_players_know() {
        let landscape = RESOLUTIONS.map(|resolution| Aspect::Landscape.frame(resolution));
        assert_eq!(landscape, [(854, 480), (1280, 720), (1920, 1080), (3840, 2160)]);
        assert_eq!(Aspect::Portrait.frame(Resolution::P1080), (1080, 1920));
        assert_eq!(Aspect::Square.frame(Resolution::P720), (720, 720));
    }

    #[test]
    fn every_side_is_even() {
        for resolution in RESOLUTIONS {
            for aspect in [Aspect::Landscape, Aspect::Portrait, Aspect::Square] {
                let (width, height) = aspect.frame(resolution);
                assert_eq!((width % 2, height % 2), (0, 0), "{resolution:?} {aspect:?}");
            }
        }
    }
}
