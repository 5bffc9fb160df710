//! Speech by Amazon Polly, with the time of every word.
//!
//! | Engine | US$ a million characters |
//! |---|---|
//! | `standard` | 4 |
//! | `neural` (default) | 16 |
//! | `generative` | 30 |
//!
//! Prices: <https://aws.amazon.com/polly/pricing/>, October 2026. Sound and word times are two calls, each of which is
//! billed, so a character costs twice its price: US$ 0.032 a thousand with the neural engine. Quotas:
//! <https://docs.aws.amazon.com/polly/latest/dg/limits.html>, eight neural calls a second.

mod audio;
mod document;
mod parts;
mod voices;
mod word_times;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_polly::Client;
use aws_sdk_polly::config::Builder;
use aws_sdk_polly::operation::synthesize_speech::builders::SynthesizeSpeechFluentBuilder;
use aws_sdk_polly::types::{LanguageCode, OutputFormat, SpeechMarkType, TextType, VoiceId};

use film_reading::Segment;

use crate::aws_call::{self, CallError};
use crate::narration::{NarrationError, NarrationProvider, NarrationRequest, Speech};
use audio::Part;
use document::Document;
use word_times::SpeechMark;

pub(crate) use voices::{Engine, supports};

/// The provider's name in receipts.
pub(crate) const NAME: &str = "polly";

/// The paces that sound natural; others are clamped. The embedded voices have the same limits.
const PACE: std::ops::RangeInclusive<f32> = 0.5..=2.0;

/// A client of Amazon Polly.
#[derive(Clone, Debug)]
pub(crate) struct Polly {
    client: Client,
    engine: Engine,
    timeout: Duration,
}

impl Polly {
    /// A client with the credentials and the region of `config`; `timeout` limits each call. Voices that `engine` does
    /// not have use another one (see [`voices::choose`]).
    pub(crate) fn new(config: &SdkConfig, engine: Engine, timeout: Duration) -> Self {
        let config = Builder::from(config)
            .timeout_config(aws_call::timeouts(timeout))
            .retry_config(aws_call::retries())
            .stalled_stream_protection(aws_call::stalled_stream_protection())
            .build();
        Self { client: Client::from_conf(config), engine, timeout }
    }

    /// The audio and the speech marks of one part of a segment, from two calls side by side.
    async fn part(
        &self,
        voice: &voices::VoiceChoice,
        segment: &Segment,
        document: &Document,
        pause_ms: u32,
    ) -> Result<Part, NarrationError> {
        let request = || {
            let request = self.client.synthesize_speech().engine(voice.engine.into());
            request
                .voice_id(VoiceId::from(voice.id))
                .language_code(LanguageCode::from(voice.language))
                .text_type(if document.is_ssml { TextType::Ssml } else { TextType::Text })
                .text(&document.body)
        };
        // PCM would need no decoder, but Polly offers it at 16 kHz at most, and the voices have 24 kHz.
        let audio = request().output_format(OutputFormat::Mp3).sample_rate("24000");
        let marks = request().output_format(OutputFormat::Json).speech_mark_types(SpeechMarkType::Word);
        let (mp3, lines) = tokio::try_join!(self.call(audio), self.call(marks))?;
        let marks =
            SpeechMark::parse(&lines).map_err(|error| unavailable(format!("the word times: {error}")))?;
        let marks = marks.into_iter().map(|mark| mark.in_text(document, segment)).collect();
        Ok(Part { mp3, marks, pause_ms })
    }

    async fn call(&self, request: SynthesizeSpeechFluentBuilder) -> Result<Vec<u8>, NarrationError> {
        let whole = async {
            let answer = request.send().await.map_err(|error| match aws_call::classify(&error) {
                CallError::Timeout => timed_out(),
                CallError::Transient(reason) => unavailable(reason),
                CallError::Permanent(reason) => unsupported(reason),
            })?;
            let body = answer.audio_stream.collect().await.map_err(|error| unavailable(error.to_string()))?;
            Ok(body.into_bytes().into())
        };
        // The SDK's own limit ends with the headers, after which the audio is streamed.
        tokio::time::timeout(self.timeout, whole).await.unwrap_or_else(|_| Err(timed_out()))
    }
}

#[async_trait::async_trait]
impl NarrationProvider for Polly {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn speak(&self, request: &NarrationRequest) -> Result<Speech, NarrationError> {
        let voice = voices::choose(&request.language, request.voice.as_deref(), self.engine)
            .ok_or_else(|| unsupported(format!("there is no voice for {}", request.language)))?;
        let pace =
            if request.pace.is_finite() { request.pace.clamp(*PACE.start(), *PACE.end()) } else { 1.0 };
        let percent = (pace * 100.0).round() as u32;
        let mut parts = Vec::new();
        for segment in request.segments().iter() {
            let own = segment.language == request.language;
            let beside = || voices::choose(&segment.language, None, self.engine);
            // Words of a language that no voice here speaks stay silent.
            let Some(voice) = (if own { Some(voice) } else { beside() }) else { continue };
            for span in parts::split(&segment.spoken) {
                let pause_ms = parts::pause_after(&segment.spoken, &span);
                let document = Document::new(&segment.spoken, span, percent);
                parts.push(self.part(&voice, segment, &document, pause_ms).await?);
            }
        }
        if parts.is_empty() {
            return Err(unsupported("there is no word in the text that is read aloud".to_owned()));
        }
        let text = request.text.clone();
        let joined = tokio::task::spawn_blocking(move || audio::join(&text, &parts)).await;
        let joined = joined.unwrap_or_else(|error| Err(error.to_string()));
        let (samples, words) = joined.map_err(|reason| unavailable(format!("the sound: {reason}")))?;
        Ok(Speech { samples, words, provider: NAME.to_owned(), degraded: false })
    }
}

fn timed_out() -> NarrationError {
    unavailable("no answer in time".to_owned())
}

fn unavailable(reason: String) -> NarrationError {
    NarrationError::Unavailable { provider: NAME, reason }
}

fn unsupported(reason: String) -> NarrationError {
    NarrationError::Unsupported { provider: NAME, reason }
}

#[cfg(test)]
mod tests;
