//! The embedded voices as the last provider of the chain for speech.

use film_narrator::{EmbeddedNarrator, NarratorError, Script};
use providers::{NarrationError, NarrationProvider, NarrationRequest, Speech, SpokenWord};

const _: () = assert!(providers::SAMPLE_RATE == film_narrator::SAMPLE_RATE, "speech is passed on as it is");

/// The provider's name where no single voice is meant. The speech itself names the voice that spoke.
const NAME: &str = "embedded";

/// Speaks on the pool of blocking threads, because synthesis takes 0.6 s of a core for each second of speech, during
/// which the lease of the step must be renewed.
#[derive(Clone)]
pub struct EmbeddedVoices(pub EmbeddedNarrator);

#[async_trait::async_trait]
impl NarrationProvider for EmbeddedVoices {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn speak(&self, request: &NarrationRequest) -> Result<Speech, NarrationError> {
        let narrator = self.0.clone();
        let script = Script {
            text: request.text.clone(),
            language: request.language.clone(),
            voice: request.voice.clone(),
            pace: request.pace,
        };
        let segments = request.segments().into_owned();
        let spoken = tokio::task::spawn_blocking(move || narrator.speak_segments(&script, &segments)).await;
        let film_narrator::Speech { samples, words, provider, degraded } = match spoken {
            Ok(spoken) => spoken.map_err(provider_error)?,
            Err(error) => {
                return Err(NarrationError::Unavailable { provider: NAME, reason: error.to_string() });
            }
        };
        let words = words.into_iter().map(|film_narrator::SpokenWord { span, start_ms, end_ms }| {
            SpokenWord { span, start_ms, end_ms }
        });
        Ok(Speech { samples, words: words.collect(), provider, degraded })
    }
}

fn provider_error(error: NarratorError) -> NarrationError {
    match error {
        NarratorError::Unsupported { provider, reason } => NarrationError::Unsupported { provider, reason },
        NarratorError::Unavailable { provider, reason } => NarrationError::Unavailable { provider, reason },
        // The enum is non-exhaustive; a kind of error that is not known here may pass.
        other => NarrationError::Unavailable { provider: NAME, reason: other.to_string() },
    }
}
