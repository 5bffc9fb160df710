//! The providers of a process, as its settings choose them.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use cloud::settings::{self, SettingError};
use film_pictures::PicturePipe;

use crate::backoff::Backoff;
use crate::bedrock::{self, Bedrock, BedrockSettings};
use crate::chain::{ImageChain, NarrationChain, RemoteNarrator};
use crate::image::{ImageError, ImageProvider, ImageRequest, Picture};
use crate::narration::{NarrationError, NarrationProvider, NarrationRequest, Speech};
use crate::outcome::Outcome;
use crate::polly::{self, Engine, Polly};
use crate::settings::{CallTimeout, ImageSource, NarrationSource};

/// The chain for pictures and the chain for speech, made once per process.
#[derive(Clone)]
pub struct Providers {
    images: ImageChain,
    narration: NarrationChain,
    /// What Bedrock charges for a picture of the model in the settings, millionths of a US dollar.
    picture_micro_usd: u64,
    /// Polly's engine, which decides the price of speech.
    engine: Engine,
}

impl Providers {
    /// The remote providers that the settings name (see the table in the crate's documentation), with `painter` and
    /// `narrator` behind them. `pictures` decodes what Bedrock answers.
    ///
    /// # Errors
    /// [`SettingError::Invalid`] when a setting has a value that it may not have.
    pub fn from_settings(
        config: &SdkConfig,
        painter: Arc<dyn ImageProvider>,
        narrator: Arc<dyn NarrationProvider>,
        pictures: &PicturePipe,
    ) -> Result<Self, SettingError> {
        let CallTimeout(timeout) =
            settings::parsed("PROVIDER_TIMEOUT_S", CallTimeout(Duration::from_secs(60)))?;
        let text = |name, default: &str| settings::optional_text(name).unwrap_or_else(|| default.to_owned());
        let model = text("BEDROCK_IMAGE_MODEL", "stability.stable-image-core-v1:1");
        let engine = settings::parsed("POLLY_ENGINE", Engine::Neural)?;
        let mut image_providers: Vec<Arc<dyn ImageProvider>> = Vec::new();
        match settings::parsed("IMAGE_PROVIDER", ImageSource::Painter)? {
            ImageSource::Painter => {}
            ImageSource::Bedrock => {
                let settings = BedrockSettings {
                    model: model.clone(),
                    region: text("BEDROCK_REGION", "us-west-2"),
                    timeout,
                };
                image_providers.push(Arc::new(Bedrock::new(config, settings, pictures.clone())));
            }
        }
        let mut narrators = Vec::new();
        match settings::parsed("NARRATION_PROVIDER", NarrationSource::Embedded)? {
            NarrationSource::Embedded => {}
            NarrationSource::Polly => {
                let polly = Arc::new(Polly::new(config, engine, timeout));
                narrators.push(RemoteNarrator { provider: polly, supports: polly::supports });
            }
        }
        let backoff = Backoff::default();
        Ok(Self {
            picture_micro_usd: bedrock::picture_micro_usd(&model),
            engine,
            images: ImageChain::new(image_providers, painter, backoff),
            narration: NarrationChain::new(narrators, narrator, backoff),
        })
    }

    /// A picture by the best provider that answers.
    ///
    /// # Errors
    /// When every provider failed; see [`ImageChain::generate`].
    pub async fn generate_image(&self, request: &ImageRequest) -> Result<Outcome<Picture>, ImageError> {
        let mut outcome = self.images.generate(request).await?;
        if outcome.provider == bedrock::NAME {
            outcome.cost_micro_usd = self.picture_micro_usd;
        }
        log("picture made", &outcome);
        Ok(outcome)
    }

    /// Speech by the best provider that has a voice for the language and answers.
    ///
    /// # Errors
    /// When every provider failed; see [`NarrationChain::speak`].
    pub async fn narrate(&self, request: &NarrationRequest) -> Result<Outcome<Speech>, NarrationError> {
        let mut outcome = self.narration.speak(request).await?;
        if outcome.provider == polly::NAME {
            let sent = request.segments();
            outcome.cost_micro_usd =
                sent.iter().map(|segment| self.engine.speech_micro_usd(&segment.spoken)).sum();
        }
        log("scene spoken", &outcome);
        Ok(outcome)
    }
}

fn log<T>(what: &str, outcome: &Outcome<T>) {
    let Outcome { provider, attempts, degraded, .. } = outcome;
    tracing::info!(%provider, attempts, degraded, "{what} by {provider}");
}
