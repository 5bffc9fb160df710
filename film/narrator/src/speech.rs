//! What a narrator is given, and what it gives back.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Sample rate of everything that a narrator returns, in Hz.
pub const SAMPLE_RATE: u32 = 48_000;

/// A text to speak, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// The text as the captions show it; [`SpokenWord::span`] counts in its bytes.
    pub text: String,
    /// BCP 47 language, for example `en`, `hi`, `pt-BR`.
    pub language: String,
    /// A voice by name (`am_michael`), by provider (`hibari`), or both (`kokoro:am_michael`); none for the language's
    /// default. A name that no embedded voice has is ignored, because it may be a remote provider's.
    pub voice: Option<String>,
    /// Speed relative to the voice's own: 2.0 is twice as fast. Embedded voices clamp it to 0.5 ..= 2.0.
    pub pace: f32,
}

/// The sound of a script, with the time of every word.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// Mono samples at [`SAMPLE_RATE`], −1.0 ..= 1.0, with at most 50 ms of silence at either end.
    pub samples: Vec<f32>,
    /// Every word of the script, in the order of the text.
    pub words: Vec<SpokenWord>,
    /// The provider that spoke: `kokoro`, `hibari`, `espeak-ng` or `polly`.
    pub provider: String,
    /// True when a better provider for the language was tried and failed, or a model that gives the words their vowels.
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
