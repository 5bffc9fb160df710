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

mod document;
mod parts;
mod sound;
mod voices;
mod words;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_polly::Client;
use aws_sdk_polly::config::Builder;
use aws_sdk_polly::operation::synthesize_speech::builders::SynthesizeSpeechFluentBuilder;
use aws_sdk_polly::types::{LanguageCode, OutputFormat, SpeechMarkType, TextType, VoiceId};
use film_narrator::{Narrator, NarratorError, Script, Speech};

use crate::call::{self, Trouble};
use document::Document;
use sound::Part;
use words::Mark;

pub use voices::{Engine, speaks};

pub const NAME: &str = "polly";

/// Slower or faster than this no voice was made for; the embedded voices keep to the same limits.
const PACE: std::ops::RangeInclusive<f32> = 0.5..=2.0;

/// Amazon Polly.
#[derive(Clone, Debug)]
pub struct Polly {
    client: Client,
    engine: Engine,
    timeout: Duration,
}

impl Polly {
    /// A client of its own on the process's credentials and in its region. Voices that the engine lacks speak with the
    /// next best one.
    pub fn new(config: &SdkConfig, engine: Engine, timeout: Duration) -> Self {
        let config = Builder::from(config)
            .timeout_config(call::timeouts(timeout))
            .retry_config(call::retries())
            .stalled_stream_protection(call::stalls())
            .build();
        Self { client: Client::from_conf(config), engine, timeout }
    }

    /// Sound and marks of one part of a script.
    async fn part(&self, voice: &voices::Choice, document: &Document) -> Result<Part, NarratorError> {
        let request = || {
            let request = self.client.synthesize_speech().engine(voice.engine.into());
            request
                .voice_id(VoiceId::from(voice.id))
                .language_code(LanguageCode::from(voice.language))
                .text_type(if document.is_ssml { TextType::Ssml } else { TextType::Text })
                .text(&document.body)
        };
        // PCM would need no decoder, but Polly gives it at 16 kHz at most; the voices are made at 24 kHz.
        let sound = request().output_format(OutputFormat::Mp3).sample_rate("24000");
        let marks = request().output_format(OutputFormat::Json).speech_mark_types(SpeechMarkType::Word);
        let (mp3, lines) = tokio::try_join!(self.call(sound), self.call(marks))?;
        let marks = Mark::parse(&lines).map_err(|error| unavailable(format!("the word times: {error}")))?;
        let marks = marks.into_iter().map(|mark| mark.located(document)).collect();
        Ok(Part { mp3, marks })
    }

    async fn call(&self, request: SynthesizeSpeechFluentBuilder) -> Result<Vec<u8>, NarratorError> {
        let whole = async {
            let answer = request.send().await.map_err(|error| match call::trouble(&error) {
                Trouble::Timeout => late(),
                Trouble::Passing(reason) => unavailable(reason),
                Trouble::Lasting(reason) => unsupported(reason),
            })?;
            let body = answer.audio_stream.collect().await.map_err(|error| unavailable(error.to_string()))?;
            Ok(body.into_bytes().into())
        };
        // The client's own limit ends with the headers; the sound is streamed after them.
        tokio::time::timeout(self.timeout, whole).await.unwrap_or_else(|_| Err(late()))
    }
}

#[async_trait::async_trait]
impl Narrator for Polly {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn narrate(&self, script: &Script) -> Result<Speech, NarratorError> {
        let voice = voices::choose(&script.language, script.voice.as_deref(), self.engine)
            .ok_or_else(|| unsupported(format!("there is no voice for {}", script.language)))?;
        let pace = if script.pace.is_finite() { script.pace.clamp(*PACE.start(), *PACE.end()) } else { 1.0 };
        let percent = (pace * 100.0).round() as u32;
        let mut parts = Vec::new();
        for span in parts::split(&script.text) {
            let document = Document::new(&script.text, span, percent);
            parts.push(self.part(&voice, &document).await?);
        }
        if parts.is_empty() {
            return Err(unsupported("there is no word in the text".to_owned()));
        }
        let text = script.text.clone();
        let joined = tokio::task::spawn_blocking(move || sound::joined(&text, &parts)).await;
        let joined = joined.unwrap_or_else(|error| Err(error.to_string()));
        let (samples, words) = joined.map_err(|reason| unavailable(format!("the sound: {reason}")))?;
        Ok(Speech { samples, words, provider: NAME.to_owned(), degraded: false })
    }
}

fn late() -> NarratorError {
    unavailable("no answer in time".to_owned())
}

fn unavailable(reason: String) -> NarratorError {
    NarratorError::Unavailable { provider: NAME, reason }
}

fn unsupported(reason: String) -> NarratorError {
    NarratorError::Unsupported { provider: NAME, reason }
}

#[cfg(test)]
mod tests;
