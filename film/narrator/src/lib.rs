//! Speech for scenes: embedded voices, with the time of every word.
//!
//! ```text
//! text ─ sentences ─ espeak-ng (sounds, word by word) ─┬─ Kokoro ─┐
//!                                                      ├─ hibari ─┼─ trimmed, joined, 48 kHz
//!                                                      └──────────┘
//! ```
//!
//! [`EmbeddedNarrator`] tries the best voice that the language has and falls to the next; what it could not use makes
//! the speech `degraded`, never an error.

mod assets;
mod embedded;
pub mod espeak;
mod hibari;
mod kokoro;
mod mandarin;
mod marks;
mod narrator;
mod onnx;
mod pauses;
mod phonemes;
mod phrase;
mod sentences;
mod sound;
mod speech;
mod vocoder;
mod voices;
mod words;

pub use embedded::{EmbeddedNarrator, EmbeddedSettings};
pub use narrator::{Narrator, NarratorError};
pub use speech::{SAMPLE_RATE, Script, Speech, SpokenWord};
pub use voices::{LanguageVoices, Quality, catalogue};
