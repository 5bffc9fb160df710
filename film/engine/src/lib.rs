//! The film engine: pictures, speech and captions in, a finished film out.
//!
//! It knows no cloud: it is given bytes and paths and leaves files. Each step stands alone, depends only on what
//! it is given, and gives the same file for the same input, so that a caller can store every file under a hash
//! of its inputs and never make it twice.
//!
//! ```text
//! speech ──► timeline ─┬─► clip (one a scene) ──► frames ──► FFmpeg, H.264 ─┐
//! pictures, captions ──┘                                                    ├─► stitch ──► inspect
//! speech, music ─────────► soundtrack ─────────────────► FFmpeg, AAC ───────┘
//! ```
//!
//! | Step | Module | CPU s per second of 1080p30 | Memory |
//! |---|---|---|---|
//! | lay scenes on the frame grid | [`timeline`] | – | – |
//! | camera moves | [`motion`] | – | – |
//! | frames | [`frames`] | 0.04 – 0.05 | 10 MB a shot |
//! | a clip: frames, pipe, encoder | [`clip`] | 0.5 | 20 MB, and FFmpeg's 160 |
//! | soundtrack | [`soundtrack`] | 0.04 – 0.06 | 10 MB and one narration |
//! | join | [`stitch`] | 0.01 | FFmpeg's 40 |
//! | check | [`inspect`] | 0.04 – 0.06 | FFmpeg's 120 |
//! | thumbnail | [`thumbnail`] | 0.3 s once | 10 MB |
//!
//! Measured with `make bench` on two shared cores of an AMD EPYC with FFmpeg 5.1, the processes that are called counted
//! in. All of it is single-threaded: scenes are what is done in parallel.

pub mod clip;
pub mod encoder;
mod error;
mod ffmpeg;
mod format;
pub mod frames;
pub mod inspect;
pub mod motion;
mod part_file;
mod rng;
pub mod soundtrack;
pub mod stitch;
pub mod thumbnail;
pub mod timeline;

pub use error::FilmError;
pub use ffmpeg::program::{Ffmpeg, Version};
pub use format::VideoFormat;
