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
mod onnx;
mod phonemes;
mod phrase;
mod rests;
mod sentences;
mod sound;
mod vocoder;
mod voices;
mod words;

use std::ops::Range;

pub use embedded::{EmbeddedNarrator, EmbeddedSettings};
pub use voices::{LanguageVoices, Quality, catalogue};

use serde::{Deserialize, Serialize};

/// Samples a second of everything that a narrator returns.
pub const SAMPLE_RATE: u32 = 48_000;

/// What to speak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// The words, as they stand in the caption.
    pub text: String,
    /// BCP 47 language, for example `en`, `hi`, `pt-BR`.
    pub language: String,
    /// A provider's voice by name, or none for the language's default.
    pub voice: Option<String>,
    /// 1.0 is the voice's own pace.
    pub pace: f32,
}

/// Spoken words with their times.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// Mono, [`SAMPLE_RATE`], −1.0 ..= 1.0, no leading or trailing silence beyond 50 ms.
    pub samples: Vec<f32>,
    /// Every word of the script in order of the text.
    pub words: Vec<SpokenWord>,
    /// Who spoke: `kokoro`, `hibari`, `espeak-ng`, `polly`.
    pub provider: String,
    /// True when a better provider for the language was tried and failed.
    pub degraded: bool,
}

/// One word and when it is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenWord {
    /// Byte range in the script's text.
    pub span: Range<usize>,
    /// Milliseconds from the start of the speech.
    pub start_ms: u32,
    /// Milliseconds from the start of the speech.
    pub end_ms: u32,
}

/// Why no speech came.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NarratorError {
    /// Try again later: throttled, timed out, 5xx.
    #[error("{provider} is not answering: {reason}")]
    Unavailable {
        /// Who.
        provider: &'static str,
        /// What it said.
        reason: String,
    },
    /// Never with this script: language or text not supported.
    #[error("{provider} cannot speak this: {reason}")]
    Unsupported {
        /// Who.
        provider: &'static str,
        /// Why.
        reason: String,
    },
}

/// Anything that turns a script into speech. Remote providers implement it beside the embedded ones.
#[async_trait::async_trait]
pub trait Narrator: Send + Sync {
    /// The provider's name, as it stands in receipts.
    fn name(&self) -> &'static str;
    /// Speaks the script.
    async fn narrate(&self, script: &Script) -> Result<Speech, NarratorError>;
}
