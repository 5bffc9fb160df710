//! The film engine: pictures, speech and captions in, a finished film out.
//!
//! It is given bytes and paths and writes files. It must not know any cloud, tenants, jobs or storyboards. Each step
//! depends only on its arguments and gives the same file for the same input, so that a caller can store every file
//! under a hash of its inputs and never make it twice.
//!
//! A scene becomes a clip like this; `film/cli/src/render.rs` makes a whole film:
//!
//! ```no_run
//! use film_engine::clip::{ClipJob, SceneArt, render_clip};
//! use film_engine::shots::Shots;
//! use film_engine::timeline::{FrameRate, SceneLength, Timeline};
//! use film_engine::{Ffmpeg, VideoFormat};
//! use film_painter::{Brief, paint};
//! use film_vocabulary::{Aspect, Resolution, Tradition};
//!
//! let format = VideoFormat::new(Resolution::P1080, Aspect::Landscape, FrameRate::F30);
//! let brief = Brief {
//!     prompt: String::new(),
//!     keywords: vec!["shepherd".to_owned()],
//!     tradition: Tradition::Universal,
//!     film_seed: 1,
//!     scene_seed: 1,
//! };
//! let picture = paint(&brief, format.size);
//! // Half a second of crossfade, a fifth of a second before the first word, five seconds of speech, a pause.
//! let length = SceneLength::new(format.rate, 15, 200, 5 * 48_000, 900);
//! let timeline = Timeline::new(format.rate, 15, vec![length])?;
//! let frames = length.frames(15);
//! let shots = Shots::Several;
//! let scene = SceneArt { picture: &picture, layers: None, seed: 1, frames, shots, overlays: &[] };
//! let job = ClipJob { format, span: timeline.clip(0), scene, next: None };
//! render_clip(&job, &Ffmpeg::new("ffmpeg"), "clip.mp4".as_ref(), &mut |_| {})?;
//! # Ok::<(), film_engine::FilmError>(())
//! ```
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
//! | shots of a long scene | [`shots`], [`framing`] | – | – |
//! | camera moves | [`motion`] | – | – |
//! | frames | [`frames`] | 0.04 – 0.05 | 10 MB a shot |
//! | a clip: frames, pipe, encoder | [`clip`] | 0.5 | 20 MB, and FFmpeg's 160 |
//! | soundtrack | [`soundtrack`] | 0.04 – 0.06 | 10 MB and one narration |
//! | join | [`stitch`] | 0.01 | FFmpeg's 40 |
//! | check | [`inspect`] | 0.04 – 0.06 | FFmpeg's 120 |
//! | thumbnail | [`thumbnail`] | 0.3 s once | 10 MB |
//!
//! Measured with `make bench` on two shared cores of an AMD EPYC with FFmpeg 5.1, child processes included. Every step
//! is single-threaded: callers make several scenes in parallel.

pub mod clip;
pub mod encoder;
mod error;
mod ffmpeg;
mod format;
pub mod frames;
pub mod framing;
pub mod inspect;
pub mod motion;
mod part_file;
mod rng;
pub mod shots;
pub mod soundtrack;
pub mod stitch;
pub mod thumbnail;
pub mod timeline;

pub use error::FilmError;
pub use ffmpeg::program::{Ffmpeg, Version};
pub use format::VideoFormat;
