//! What a narrator is given, and what it gives back.

use std::ops::Range;

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
