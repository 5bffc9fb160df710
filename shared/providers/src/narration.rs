//! What a provider of speech is asked for, and what it answers.

use std::borrow::Cow;
use std::ops::Range;

use film_reading::Segment;
use serde::{Deserialize, Serialize};

/// Samples a second of all [`Speech`].
pub const SAMPLE_RATE: u32 = 48_000;

/// The text that a scene needs spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct NarrationRequest {
    /// The text exactly as it is written, in whose bytes [`SpokenWord::span`] counts.
    pub text: String,
    /// What is said for the text, in order; none where it is said as it is written. No provider reads the text by itself,
    /// so that all of them say the same.
    pub spoken: Option<Vec<Segment>>,
    /// BCP 47 language tag, for example `en`, `hi`, `pt-BR`.
    pub language: String,
    /// A voice by its provider's name for it; none for the default voice of the language. Every provider of a chain
    /// gets the same request, so one that does not know the name uses its default voice.
    pub voice: Option<String>,
    /// Speed relative to the voice's own: 1.0 is unchanged, 0.5 half as fast.
    pub pace: f32,
}

impl NarrationRequest {
    /// What is said, in order.
    pub fn segments(&self) -> Cow<'_, [Segment]> {
        match &self.spoken {
            Some(segments) => Cow::Borrowed(segments),
            None => Cow::Owned(vec![Segment::as_written(&self.text, &self.language)]),
        }
    }
}

/// Speech with the time of every word.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// Mono samples at [`SAMPLE_RATE`], −1.0 to 1.0, with at most 50 ms of silence at either end.
    pub samples: Vec<f32>,
    /// Every word of the text, in the order of the text.
    pub words: Vec<SpokenWord>,
    /// The name that receipts show: `kokoro`, `hibari`, `espeak-ng`, `polly`.
    pub provider: String,
    /// True when a better voice for the language was tried and failed.
    pub degraded: bool,
}

/// When one word of the text is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenWord {
    /// Byte range of the word in [`NarrationRequest::text`].
    pub span: Range<usize>,
    /// Milliseconds from the start of the speech to the start of the word.
    pub start_ms: u32,
    /// Milliseconds from the start of the speech to the end of the word.
    pub end_ms: u32,
}

/// A source of speech: a synthesis API, or the embedded voices.
#[async_trait::async_trait]
pub trait NarrationProvider: Send + Sync {
    /// The provider's name in logs and fallbacks, for example `polly` or `embedded`.
    fn name(&self) -> &'static str;

    /// Speaks the text.
    ///
    /// # Errors
    /// [`NarrationError::Unavailable`] when the same request may succeed later, [`NarrationError::Unsupported`] when it
    /// cannot.
    async fn speak(&self, request: &NarrationRequest) -> Result<Speech, NarrationError>;
}

/// Why a provider gave no speech.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NarrationError {
    /// The provider throttles, timed out or failed with a 5xx. The same request may succeed later.
    #[error("{provider} is not answering: {reason}")]
    Unavailable {
        /// The provider or embedded voice that failed.
        provider: &'static str,
        /// The provider's own message, or the cause of the failed connection.
        reason: String,
    },
    /// The provider cannot speak the language or the text, now or later.
    #[error("{provider} cannot speak this: {reason}")]
    Unsupported {
        /// The provider or embedded voice that refused.
        provider: &'static str,
        /// The provider's own message, or what the text lacks.
        reason: String,
    },
}
