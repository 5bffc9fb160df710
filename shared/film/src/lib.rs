//! The film engine: pictures, speech and captions in, a finished film out.
//!
//! It knows no cloud: it is given bytes and paths and leaves files.

pub mod clip;
mod error;
mod ffmpeg;
mod format;
pub mod frames;
pub mod inspect;
pub mod motion;
mod seed;
pub mod soundtrack;
pub mod stitch;
pub mod thumbnail;
pub mod timeline;

pub use error::FilmError;
pub use ffmpeg::{Ffmpeg, Version};
pub use format::{Aspect, Tier, VideoFormat};
