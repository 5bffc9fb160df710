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
mod block;
mod breaks;
mod chapter;
mod clock;
mod compose;
mod cue;
mod direction;
mod fonts;
mod frame;
mod legibility;
mod paint;
mod run;
mod shape;
mod subtitle;
mod typeset;
mod word;

use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use crate::chapter::{Chapter, chapters};
pub use crate::cue::{Limits, cues};
pub use crate::fonts::Fonts;
pub use crate::frame::SafeArea;
pub use crate::subtitle::{srt, vtt};
pub use crate::typeset::{Caption, Typeset};
pub use crate::word::Word;

/// One caption: at most two lines on screen at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// The text shown; all cues of a scene joined with what stood between give the scene's text.
    pub text: String,
    /// Byte range in the scene's text.
    pub span: Range<usize>,
    /// Milliseconds from the start of the scene (or of the film, once placed).
    pub start_ms: u32,
    /// Milliseconds from the start of the scene (or of the film, once placed).
    pub end_ms: u32,
}

/// A caption drawn for one frame size: straight (not premultiplied) coverage planes to be blended onto video.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptionBitmap {
    /// Left edge in the frame, pixels, even.
    pub x: u32,
    /// Top edge in the frame, pixels, even.
    pub y: u32,
    /// Pixels across, even.
    pub width: u32,
    /// Pixels down, even.
    pub height: u32,
    /// `width × height × 4` bytes: R, G, B, A, straight alpha, sRGB.
    pub rgba: Vec<u8>,
}

/// Why fonts could not be loaded or a caption not be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptionError {
    /// A font of the manifest is not where it should be.
    #[error("font {path} cannot be read ({source}): `make setup` fetches the fonts")]
    FontMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A file is there, but holds no usable font.
    #[error("{path} is not a usable font: remove it and run `make setup`")]
    FontUnusable {
        /// The file.
        path: PathBuf,
    },
    /// No shipped font has these characters; the storyboard should have refused them.
    #[error("no font has the characters {}", listed(.0))]
    MissingGlyphs(Vec<char>),
    /// Even at the smallest legible size the text is taller than the frame's safe area.
    #[error("the text of {characters} characters does not fit a frame of {width}×{height} pixels")]
    TooLong {
        /// Length of the text in Unicode scalar values.
        characters: usize,
        /// Frame width in pixels.
        width: u32,
        /// Frame height in pixels.
        height: u32,
    },
    /// The text has nothing that leaves ink: it is empty, white space or control characters.
    #[error("the caption has nothing to show")]
    NothingToShow,
    /// The frame is too small for a caption, or its sides are odd (4:2:0 video needs even ones).
    #[error("a frame of {0}×{1} pixels cannot carry captions: sides must be even and at least 128 pixels")]
    Frame(u32, u32),
}

fn listed(characters: &[char]) -> String {
    let named: Vec<String> = characters.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
    named.join(", ")
}
