//! Who makes pictures and speech: a remote provider where the settings name one, and the embedded one behind it.
//!
//! | Setting | Values | Default |
//! |---|---|---|
//! | `IMAGE_PROVIDER` | `painter`, `bedrock` | `painter` |
//! | `BEDROCK_IMAGE_MODEL` | a text-to-image model of Stability AI | `stability.stable-image-core-v1:1` |
//! | `BEDROCK_REGION` | a region with that model | `us-west-2` |
//! | `NARRATION_PROVIDER` | `embedded`, `polly` | `embedded` |
//! | `POLLY_ENGINE` | `neural`, `generative`, `standard` | `neural` |
//! | `PROVIDER_TIMEOUT_S` | seconds for one call, 1 ..= 80 | 60 |

mod bedrock;
mod call;
mod chain;
mod fit;
#[cfg(test)]
mod mock_server;
mod polly;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use cloud::settings::{self, SettingError};
use film_narrator::{Narrator, NarratorError, Script, Speech};
use film_painter::{Brief, Illustrator, IllustratorError, Picture, Size};
use studio::prices;

use bedrock::{Bedrock, BedrockSettings};
use chain::{Backoff, IllustratorChain, NarratorChain, RemoteNarrator};
use polly::{Engine, Polly};

pub use chain::Answer;

/// The chains of this process.
#[derive(Clone)]
pub struct Providers {
    images: IllustratorChain,
    narration: NarratorChain,
    /// Bedrock's price of a picture, millionths of a dollar.
    picture_micro_usd: u64,
    engine: Engine,
}

impl Providers {
    /// As the settings name them; the embedded ones are always there.
    ///
    /// # Errors
    /// A setting with a value that is none of its own.
    pub fn from_settings(
        config: &SdkConfig,
        painter: Arc<dyn Illustrator>,
        narrator: Arc<dyn Narrator>,
    ) -> Result<Self, SettingError> {
        let Seconds(timeout) = settings::parsed("PROVIDER_TIMEOUT_S", Seconds(Duration::from_secs(60)))?;
        let text = |name, default: &str| settings::optional_text(name).unwrap_or_else(|| default.to_owned());
        let model = text("BEDROCK_IMAGE_MODEL", "stability.stable-image-core-v1:1");
        let engine = settings::parsed("POLLY_ENGINE", Engine::Neural)?;
        let mut illustrators: Vec<Arc<dyn Illustrator>> = Vec::new();
        match settings::parsed("IMAGE_PROVIDER", ImageProvider::Painter)? {
            ImageProvider::Painter => {}
            ImageProvider::Bedrock => {
                let settings = BedrockSettings {
                    model: model.clone(),
                    region: text("BEDROCK_REGION", "us-west-2"),
                    timeout,
                };
                illustrators.push(Arc::new(Bedrock::new(config, settings)));
            }
        }
        let mut narrators = Vec::new();
        match settings::parsed("NARRATION_PROVIDER", NarrationProvider::Embedded)? {
            NarrationProvider::Embedded => {}
            NarrationProvider::Polly => {
                let polly = Arc::new(Polly::new(config, engine, timeout));
                narrators.push(RemoteNarrator { narrator: polly, speaks: polly::speaks });
            }
        }
        let backoff = Backoff::default();
        Ok(Self {
            picture_micro_usd: prices::picture_micro_usd(&model),
            engine,
            images: IllustratorChain::new(illustrators, painter, backoff),
            narration: NarratorChain::new(narrators, narrator, backoff),
        })
    }

    /// A picture by the best provider that answers, `size` exactly.
    ///
    /// # Errors
    /// When all of them fail; the error says whether later may be better.
    pub async fn illustrate(&self, brief: &Brief, size: Size) -> Result<Answer<Picture>, IllustratorError> {
        let mut answer = self.images.illustrate(brief, size).await?;
        if answer.provider == bedrock::NAME {
            answer.cost_micro_usd = self.picture_micro_usd;
        }
        report("picture made", &answer);
        Ok(answer)
    }

    /// Speech by the best provider that has a voice for the language and answers.
    ///
    /// # Errors
    /// When all of them fail; the error says whether later may be better.
    pub async fn narrate(&self, script: &Script) -> Result<Answer<Speech>, NarratorError> {
        let mut answer = self.narration.narrate(script).await?;
        if answer.provider == polly::NAME {
            answer.cost_micro_usd = prices::speech_micro_usd(self.engine.as_str(), &script.text);
        }
        report("scene spoken", &answer);
        Ok(answer)
    }
}

fn report<T>(what: &str, answer: &Answer<T>) {
    let Answer { provider, attempts, degraded, .. } = answer;
    tracing::info!(%provider, attempts, degraded, "{what} by {provider}");
}

/// A setting's value is none of those it may have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {0}")]
pub struct NotOneOf(&'static str);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ImageProvider {
    Painter,
    Bedrock,
}

impl FromStr for ImageProvider {
    type Err = NotOneOf;

    fn from_str(value: &str) -> Result<Self, NotOneOf> {
        match value {
            "painter" => Ok(Self::Painter),
            "bedrock" => Ok(Self::Bedrock),
            _ => Err(NotOneOf("painter, bedrock")),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NarrationProvider {
    Embedded,
    Polly,
}

impl FromStr for NarrationProvider {
    type Err = NotOneOf;

    fn from_str(value: &str) -> Result<Self, NotOneOf> {
        match value {
            "embedded" => Ok(Self::Embedded),
            "polly" => Ok(Self::Polly),
            _ => Err(NotOneOf("embedded, polly")),
        }
    }
}

/// One call's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seconds(Duration);

impl FromStr for Seconds {
    type Err = NotOneOf;

    fn from_str(value: &str) -> Result<Self, NotOneOf> {
        // Three tries of 80 s and the embedded provider fit into the five minutes that a step has.
        match value.parse() {
            Ok(seconds @ 1..=80) => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(NotOneOf("1 to 80 seconds")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_take_their_own_values_only() {
        assert_eq!("bedrock".parse(), Ok(ImageProvider::Bedrock));
        assert_eq!("painter".parse(), Ok(ImageProvider::Painter));
        assert_eq!("polly".parse(), Ok(NarrationProvider::Polly));
        assert_eq!("embedded".parse(), Ok(NarrationProvider::Embedded));
        assert_eq!("60".parse(), Ok(Seconds(Duration::from_secs(60))));
        assert!("Bedrock".parse::<ImageProvider>().is_err());
        assert!("kokoro".parse::<NarrationProvider>().is_err());
        for value in ["0", "81", "1.5", ""] {
            assert!(value.parse::<Seconds>().is_err());
        }
    }
}
