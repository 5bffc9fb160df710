//! Pictures for scenes, painted in code: seeded, keyword-driven, without a model.
//!
//! ```
//! use film_painter::{Brief, Size, Tradition, paint};
//!
//! let brief = Brief {
//!     prompt: "A shepherd by still waters".to_owned(),
//!     keywords: vec!["pasture".to_owned(), "water".to_owned()],
//!     tradition: Tradition::Universal,
//!     film_seed: 7,
//!     scene_seed: 1,
//! };
//! let picture = paint(&brief, Size { width: 160, height: 90 });
//! assert_eq!(picture.rgb.len(), 160 * 90 * 3);
//! ```
//!
//! A picture is composed in scene-linear light: a sky, then land in perspective, water that mirrors what
//! stands above it, things, light in the air; a filmic curve and dither at the end turn it into bytes.
//! Places are fractions of the frame and sizes multiples of its shorter side, so every aspect is composed
//! anew with the same things in it.
//!
//! Cost, measured on one thread of a busy two-core machine in the workspace's development profile: a
//! 1920 × 1080 picture takes 0.25–0.9 CPU seconds, 0.65 on average, a forest 1.6; at 3840 × 2160 the dearest, a
//! forest, takes 7.4 (`make bench TABLE=painter`). The 2.07 million
//! pixels of linear light are 25 MB; mirrors and land add up to 35 MB while they are painted.

use serde::{Deserialize, Serialize};

mod architecture;
mod canvas;
mod clouds;
mod color;
mod figures;
mod flora;
mod illustrator;
mod kind;
mod lamps;
mod layered;
mod light;
mod masonry;
mod noise;
mod ornament;
mod palette;
mod pen;
mod scenes;
mod seed;
mod setting;
mod sky;
mod terrain;
mod tone;
mod tradition;
mod water;

pub use illustrator::{Illustrator, IllustratorError, Painter};
pub use kind::{SceneKind, scene_kind};
pub use layered::{Distance, Flame, Layers, Life, Sheet, paint_layered};

use setting::Setting;

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

/// Paints the picture of a brief. The same brief and size give the same bytes.
///
/// Sides of less than 16 pixels are painted as 16 and the picture's `size` says so.
pub fn paint(brief: &Brief, size: Size) -> Picture {
    let setting = Setting::new(brief, size);
    let scene = scene_kind(brief).compose(&setting);
    let frame = scene.canvas.frame;
    Picture {
        size: Size { width: frame.width as u32, height: frame.height as u32 },
        rgb: tone::develop(frame, &scene.canvas.pixels, &setting.manner),
        focus: (scene.focus.0.clamp(0.0, 1.0), scene.focus.1.clamp(0.0, 1.0)),
    }
}
