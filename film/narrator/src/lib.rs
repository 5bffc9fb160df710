//! Speech for scenes: embedded voices, with the time of every word.
//!
//! It turns a text in a language into mono samples at 48 kHz and says when each word is heard. It knows texts,
//! languages and voices; it must not know pictures, captions, video, tenants or any cloud. Remote voices are in
//! `shared/providers`, which uses this crate when they fail.
//!
//! ```no_run
//! use film_narrator::{EmbeddedNarrator, Script};
//!
//! let narrator = EmbeddedNarrator::load(".local/assets".as_ref(), "target/debug/espeak-pipe".as_ref())?;
//! let script = Script { text: "Amen.".to_owned(), language: "en".to_owned(), voice: None, pace: 1.0 };
//! let speech = narrator.speak(&script)?;
//! assert_eq!((speech.words.len(), speech.provider.as_str()), (1, "kokoro"));
//! # Ok::<(), film_narrator::NarratorError>(())
//! ```
//!
//! `examples/narrate.rs` writes a WAV file of any text. How to add a voice for a language stands in
//! `film-voices`.
//!
//! ```text
//! text ─ reading ─ sentences ─ espeak-ng (phonemes by word) ─────┬─ Kokoro ─┐
//!                                                      ├─ hibari ─┼─ trimmed, joined, 48 kHz
//!                                                      └──────────┘
//! ```
//!
//! [`EmbeddedNarrator`] tries the best voice that the language has and falls back to the next one. A voice that could
//! not be used makes the speech `degraded`; it is an error only when espeak-ng itself, on which all others depend,
//! cannot be used.

mod assets;
mod embedded;
mod error;
pub mod espeak;
mod hibari;
mod kokoro;
mod mandarin;
mod marks;
mod onnx;
mod pauses;
mod phonemes;
mod phrase;
mod sentences;
mod silence;
mod sound;
mod speech;
mod vocoder;
mod voices;
mod vowels;
mod words;
mod written;

pub use embedded::{EmbeddedNarrator, EmbeddedSettings};
pub use error::NarratorError;
pub use silence::{SILENCE, silence};
pub use speech::{SAMPLE_RATE, Script, Speech, SpokenWord};
pub use voices::espeak_voice;
