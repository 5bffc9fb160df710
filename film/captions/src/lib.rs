//! Captions: what is shown when, shaped and drawn in any script, and as SRT and WebVTT.
//!
//! It turns a scene's text, and the times at which its words are spoken, into cues, bitmaps and subtitle files. It
//! knows text, fonts and the size of a frame; it must not know what speaks the words, what the picture behind a
//! caption shows, how video is encoded, or where anything is stored. The bitmaps are blended onto frames by the film
//! engine.
//!
//! ```
//! use film_captions::{Cue, srt};
//!
//! let text = "The LORD is my shepherd";
//! let cue = Cue { text: text.to_owned(), span: 0..text.len(), start_ms: 500, end_ms: 2_400 };
//! assert_eq!(srt(&[cue]), "1\r\n00:00:00,500 --> 00:00:02,400\r\nThe LORD is my shepherd\r\n\r\n");
//! ```
//!
//! Cutting and drawing need the fonts that `make setup` fetches:
//!
//! ```no_run
//! use film_captions::{Fonts, Limits, cues};
//!
//! # fn main() -> Result<(), film_captions::CaptionError> {
//! let fonts = Fonts::load(".local/assets".as_ref())?;
//! let frame = (1920, 1080);
//! // No words: the scene's eight seconds are shared out by the length of the text.
//! let limits = Limits { fonts: &fonts, frame, scene_ms: 8_000 };
//! for cue in cues("The LORD is my shepherd; I shall not want.", "en", &[], &limits)? {
//!     let bitmap = fonts.draw(&cue.text, "en", frame)?;
//!     println!("{} ms: {} × {} pixels", cue.start_ms, bitmap.width, bitmap.height);
//! }
//! # Ok(())
//! # }
//! ```
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
mod coverage;
mod cue;
mod direction;
mod error;
mod faces;
mod fonts;
mod frame;
mod legibility;
mod paint;
mod run;
#[cfg(test)]
#[path = "../tests/it/script_samples.rs"]
mod script_samples;
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
pub use crate::word::{Word, shown_words};
