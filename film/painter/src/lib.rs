//! Pictures for scenes, painted in code: seeded, keyword-driven, without an image model.
//!
//! The painter is the picture provider that always works: it needs no network, no model weights and no files, and the
//! same brief and size give the same bytes on every machine. `shared/providers` puts it
//! behind remote image models.
//!
//! It knows keywords, a tradition and seeds, and nothing else of a film: no text, no language, no time, no camera, no
//! video, no cloud. Which keywords a text leads to is decided by its callers.
//!
//! ```
//! use film_painter::{Brief, Size, paint};
//! use film_vocabulary::Tradition;
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
//! # Where things are
//!
//! A file imports only from files on its own line and on the lines above it.
//!
//! | Files | What they hold |
//! |---|---|
//! | `color`, `noise`, `seed`, `pen`, `brief`, `picture`, `depth`, `tradition` | plain data, numbers and shapes |
//! | `palette` | the colours of a film and the light of an hour |
//! | `recorder`, `canvas` | the picture while it is painted, with its layers |
//! | `sky`, `clouds`, `light`, `terrain`, `water`, `tone` | what every landscape and room is made of |
//! | `flora`, `figures`, `lamps`, `boats`, `ornament`, `relief`, `masonry`, `architecture` | the things that stand in it |
//! | `setting` | what every composition starts from |
//! | `sea` | the open sea |
//! | `scenes/*` | the compositions, one function for each kind of picture |
//! | `kind` | which kind suits a brief; **start here to add one** |
//! | `paint`, `layered` | the ways in |
//!
//! To look at pictures: `cargo run -p film-painter --example gallery -- out/`, or many kinds side by side with
//! `--example contact_sheet`.
//!
//! # Cost
//!
//! Measured on one thread of a busy two-core machine in the workspace's development profile: a
//! 1920 × 1080 picture takes 0.25–0.9 CPU seconds, 0.65 on average, a forest 1.6; at 3840 × 2160 the dearest, a
//! forest, takes 7.4 (`make bench TABLE=painter`). The 2.07 million
//! pixels of linear light are 25 MB; mirrors and land add up to 35 MB while they are painted.

mod architecture;
mod boats;
mod brief;
mod canvas;
mod clouds;
mod color;
mod depth;
mod figures;
mod flora;
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
mod relief;
mod scenes;
mod sea;
mod seed;
mod setting;
mod sky;
mod terrain;
mod tone;
mod tradition;
mod water;

pub use brief::Brief;
pub use depth::{Distance, Flame, Layers, Sheet, SheetMotion};
pub use kind::{SceneKind, scene_kind};
pub use layered::paint_layered;
pub use paint::paint;
pub use picture::{Picture, Size};
