//! Captions: what is shown when, shaped and drawn in any script, and as SRT and WebVTT.
//!
//! [`Fonts`] is loaded once per process. [`cues`] cuts a scene's text into captions of at most two
//! lines and times them by the narration's words; [`Fonts::draw`] draws one of them for one frame
//! size, and [`Fonts::typeset`] one with a second text below it, or word by word as it is spoken;
//! [`srt`] and [`vtt`] write the same cues as files; [`chapters`] divides the film for players.
//!
//! Shaping is `harfrust` (HarfBuzz in Rust) on whole lines, ordering is `unicode-bidi`, line breaking
//! is `icu_segmenter`. Two frameworks over the same shaper were looked at and not taken:
//! `cosmic-text` shapes word by word, which loses what Nastaliq and Naskh do across a space, and finds
//! fallback fonts by script rather than by language, which gives Urdu the Arabic letterforms; `parley`
//! does both well, but its styles, font collections and system look-ups answer questions a two-line
//! caption in fonts of our own never asks.

#[cfg(test)]
#[path = "../tests/it/assets.rs"]
mod assets;
mod bitmap;
mod block;
mod breaks;
mod chapter;
mod compose;
mod cue;
mod direction;
mod error;
mod fonts;
mod frame;
mod legibility;
mod paint;
mod run;
mod shape;
mod subtitle;
mod timing;
mod typeset;
mod word;

pub use crate::bitmap::CaptionBitmap;
pub use crate::chapter::{Chapter, chapters};
pub use crate::cue::{Cue, Limits, cues};
pub use crate::error::CaptionError;
pub use crate::fonts::Fonts;
pub use crate::frame::SafeArea;
pub use crate::subtitle::{srt, vtt};
pub use crate::typeset::{Caption, Typeset};
pub use crate::word::Word;
