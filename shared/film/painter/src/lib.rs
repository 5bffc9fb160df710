//! Pictures for scenes, painted in code: seeded, keyword-driven, without a model.

use serde::{Deserialize, Serialize};

/// What a picture should show. The same brief and size always give the same picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// What the scene is about, in words for an image model.
    pub prompt: String,
    /// Canonical English keywords, most telling first: `shepherd`, `water`, `night`, `lamp` …
    pub keywords: Vec<String>,
    /// The tradition that the text belongs to; aniconic ones never get figures.
    pub tradition: Tradition,
    /// One per film: chooses the palette and the manner that all its pictures share.
    pub film_seed: u64,
    /// One per scene: chooses the composition.
    pub scene_seed: u64,
}

/// A family of devotional traditions, as far as pictures are concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tradition {
    /// Nothing known: landscape and light.
    #[default]
    Universal,
    /// Churches, stained glass, candles, crosses.
    Christian,
    /// Temples, lotus, oil lamps, mandalas.
    Hindu,
    /// Architecture, geometric pattern, light and landscape only: never figures.
    Islamic,
    /// Candles, light, landscape, pattern; never figures.
    Jewish,
    /// Lotus, mandala, mountain, water.
    Buddhist,
    /// Gurdwara architecture, water, lamps; never figures.
    Sikh,
}

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
    /// Pixels across and down.
    pub size: Size,
    /// `width × height × 3` bytes.
    pub rgb: Vec<u8>,
    /// What must stay in frame when the camera moves, as fractions of width and height from the top left.
    pub focus: (f32, f32),
}
