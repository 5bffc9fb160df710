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
mod brief;
mod canvas;
mod clouds;
mod color;
mod depth;
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
mod paint;
mod palette;
mod pen;
mod picture;
mod recorder;
mod scenes;
mod seed;
mod setting;
mod sky;
mod terrain;
mod tone;
mod tradition;
mod water;

pub use brief::Brief;
pub use depth::{Distance, Flame, Layers, Sheet, SheetMotion};
pub use illustrator::{Illustrator, IllustratorError, Painter};
pub use kind::{SceneKind, scene_kind};
pub use layered::paint_layered;
pub use paint::paint;
pub use picture::{Picture, Size};

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
