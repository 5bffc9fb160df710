//! Pictures and speech from remote providers, with the embedded ones as the last resort.
//!
//! [`Providers`] holds two fallback chains, one for pictures and one for speech. A chain asks each remote provider that
//! the settings name (Amazon Bedrock for pictures, Amazon Polly for speech), up to three times while another try can
//! help, and then the embedded provider that the caller passed in. The [`Outcome`] says who answered, what it cost and
//! which better providers failed, in the words that a job's receipt shows.
//!
//! This crate knows neither steps and jobs nor the film engine; of film it takes `film-vocabulary` and
//! `film-reading` only. The embedded painter and narrator reach it as implementations of [`ImageProvider`] and [`NarrationProvider`], which `functions/render-step` writes.
//!
//! | Setting | Values | Default |
//! |---|---|---|
//! | `IMAGE_PROVIDER` | `painter`, `bedrock` | `painter` |
//! | `BEDROCK_IMAGE_MODEL` | a text-to-image model of Stability AI | `stability.stable-image-core-v1:1` |
//! | `BEDROCK_REGION` | a region that offers the model | `us-west-2` |
//! | `NARRATION_PROVIDER` | `embedded`, `polly` | `embedded` |
//! | `POLLY_ENGINE` | `neural`, `generative`, `standard` | `neural` |
//! | `PROVIDER_TIMEOUT_S` | seconds for one call, 1 to 80 | 60 |
//!
//! A chain of nothing but an embedded provider:
//!
//! ```
//! use std::sync::Arc;
//!
//! use film_vocabulary::Tradition;
//! use providers::{Backoff, ImageChain, ImageError, ImageProvider, ImageRequest, Picture};
//!
//! struct Grey;
//!
//! #[async_trait::async_trait]
//! impl ImageProvider for Grey {
//!     fn name(&self) -> &'static str {
//!         "grey"
//!     }
//!     async fn generate(&self, request: &ImageRequest) -> Result<Picture, ImageError> {
//!         let (width, height) = (request.width, request.height);
//!         let rgb = vec![128; (width * height * 3) as usize];
//!         Ok(Picture { width, height, rgb, focus: (0.5, 0.5) })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), ImageError> {
//! let chain = ImageChain::new(Vec::new(), Arc::new(Grey), Backoff::default());
//! let request = ImageRequest {
//!     prompt: "A shepherd by still waters".to_owned(),
//!     keywords: vec!["pasture".to_owned()],
//!     tradition: Tradition::Universal,
//!     film_seed: 7,
//!     scene_seed: 1,
//!     width: 16,
//!     height: 9,
//! };
//! let outcome = chain.generate(&request).await?;
//! assert_eq!((outcome.provider.as_str(), outcome.degraded), ("grey", false));
//! # Ok(())
//! # }
//! ```

mod aws_call;
mod backoff;
mod bedrock;
mod chain;
mod image;
#[cfg(test)]
mod mock_server;
mod narration;
mod outcome;
mod polly;
mod providers;
#[cfg(test)]
mod scripted;
mod settings;

pub use backoff::Backoff;
pub use chain::{ImageChain, NarrationChain, RemoteNarrator};
pub use image::{ImageError, ImageProvider, ImageRequest, Picture};
pub use narration::{NarrationError, NarrationProvider, NarrationRequest, SAMPLE_RATE, Speech, SpokenWord};
pub use outcome::{Fallback, Outcome};
pub use providers::Providers;
