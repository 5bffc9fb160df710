//! What the finished film looks like: names that projects, quotes and steps share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The frame's shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Aspect {
    /// Television and YouTube.
    #[default]
    #[serde(rename = "16:9")]
    Landscape,
    /// Phones held upright: Reels, Shorts, Status.
    #[serde(rename = "9:16")]
    Portrait,
    /// Feeds.
    #[serde(rename = "1:1")]
    Square,
}

/// How many lines the short side of the frame has.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum Resolution {
    /// A draft, to be seen soon.
    #[serde(rename = "480p")]
    P480,
    /// HD.
    #[serde(rename = "720p")]
    P720,
    /// Full HD.
    #[default]
    #[serde(rename = "1080p")]
    P1080,
    /// Ultra HD; a premium feature.
    #[serde(rename = "4k")]
    P2160,
}

impl Resolution {
    /// Pixels on the short side.
    #[must_use]
    pub const fn short_side(self) -> u32 {
        match self {
            Self::P480 => 480,
            Self::P720 => 720,
            Self::P1080 => 1080,
            Self::P2160 => 2160,
        }
    }

    /// Whether only paying tenants may ask for it.
    #[must_use]
    pub const fn is_premium(self) -> bool {
        matches!(self, Self::P2160)
    }
}

impl Aspect {
    /// Width and height in pixels at a resolution; both even, as 4:2:0 demands.
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

    /// Size of a picture made for this shape: 15 % larger than a Full HD frame, so that the camera can
    /// move without ever enlarging a pixel. It does not depend on the resolution, so that a draft's
    /// pictures serve the final film.
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

    #[test]
    fn frames_are_those_that_players_know() {
        let sizes = [Resolution::P480, Resolution::P720, Resolution::P1080, Resolution::P2160];
        let landscape = sizes.map(|r| Aspect::Landscape.frame(r));
        assert_eq!(landscape, [(854, 480), (1280, 720), (1920, 1080), (3840, 2160)]);
        assert_eq!(Aspect::Portrait.frame(Resolution::P1080), (1080, 1920));
        assert_eq!(Aspect::Square.frame(Resolution::P720), (720, 720));
    }
}
