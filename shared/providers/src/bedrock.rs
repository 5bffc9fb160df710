//! Pictures by Stability AI's models on Amazon Bedrock.
//!
//! | Model | US$ a picture |
//! |---|---|
//! | `stability.stable-image-core-v1:1` (default) | 0.04 |
//! | `stability.sd3-5-large-v1:0` | 0.08 |
//! | `stability.stable-image-ultra-v1:1` | 0.14 |
//!
//! Prices: <https://aws.amazon.com/bedrock/pricing/>, 2026; a picture that was withheld is charged too. The models are
//! offered in `us-west-2` only, wherever the rest of the product runs. Requests and answers:
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-stable-image-core-text-image-request-response.html>.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{Builder, Region};
use aws_sdk_bedrockruntime::primitives::Blob;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use film_painter::{Brief, Illustrator, IllustratorError, Painter, Picture, Size};
use serde::{Deserialize, Serialize};

use crate::call::{self, Trouble};
use crate::fit;

pub const NAME: &str = "bedrock";

/// How Bedrock is asked.
#[derive(Clone, Debug)]
pub struct BedrockSettings {
    /// A text-to-image model of Stability AI.
    pub model: String,
    /// The region in which the account may use the model.
    pub region: String,
    /// For one call, from the connection to the last byte.
    pub timeout: Duration,
}

/// An image model on Bedrock.
#[derive(Clone, Debug)]
pub struct Bedrock {
    client: Client,
    model: String,
}

impl Bedrock {
    /// A client of its own on the process's credentials.
    pub fn new(config: &SdkConfig, settings: BedrockSettings) -> Self {
        let config = Builder::from(config)
            .region(Region::new(settings.region))
            .timeout_config(call::timeouts(settings.timeout))
            .retry_config(call::retries())
            .stalled_stream_protection(call::stalls())
            .build();
        Self { client: Client::from_conf(config), model: settings.model }
    }
}

#[async_trait::async_trait]
impl Illustrator for Bedrock {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn illustrate(&self, brief: &Brief, size: Size) -> Result<Picture, IllustratorError> {
        if size.width == 0 || size.height == 0 || size.width.max(size.height) > Painter::LONGEST_SIDE {
            return Err(rejected(format!("{} × {} pixels", size.width, size.height)));
        }
        let body =
            serde_json::to_vec(&Request::new(brief, size)).map_err(|error| rejected(error.to_string()))?;
        let call = self.client.invoke_model().model_id(&self.model);
        let call = call.content_type("application/json").accept("application/json").body(Blob::new(body));
        let answer = call.send().await.map_err(|error| match call::trouble(&error) {
            Trouble::Timeout => IllustratorError::Timeout { provider: NAME },
            Trouble::Passing(reason) => unavailable(reason),
            Trouble::Lasting(reason) => rejected(reason),
        })?;
        let png = Answer::parse(answer.body.as_ref())?;
        // Scaling a picture takes tenths of a second of a core; other scenes wait for this thread meanwhile.
        let fitted = tokio::task::spawn_blocking(move || fit::covering(&png, size)).await;
        fitted.unwrap_or_else(|error| Err(error.to_string())).map_err(unavailable)
    }
}

fn unavailable(reason: String) -> IllustratorError {
    IllustratorError::Unavailable { provider: NAME, reason }
}

fn rejected(reason: String) -> IllustratorError {
    IllustratorError::Rejected { provider: NAME, reason }
}

#[derive(Debug, Serialize)]
struct Request {
    prompt: String,
    negative_prompt: &'static str,
    aspect_ratio: &'static str,
    output_format: &'static str,
    seed: u32,
}

/// The documented limit of a prompt, characters.
const PROMPT: usize = 10_000;

/// One manner a film, chosen by its seed, so that its pictures belong together.
const MANNERS: [&str; 4] = [
    "luminous oil painting, soft brushwork, warm light",
    "delicate watercolour, paper texture, gentle colours",
    "cinematic photograph, golden hour, volumetric light, shallow depth of field",
    "classical landscape painting, wide vista, glowing sky",
];

const FLAWS: &str = "text, letters, watermark, signature, frame, border, logo, deformed, blurry";
const FLAWS_AND_FIGURES: &str = "person, people, face, hands, human figure, silhouette of a person, prophet, \
     deity, angel, statue, idol, animal, text, letters, calligraphy, watermark, signature, frame, border, logo, \
     deformed, blurry";

impl Request {
    fn new(brief: &Brief, size: Size) -> Self {
        let aniconic = brief.tradition.is_aniconic();
        let manner = MANNERS[(brief.film_seed % MANNERS.len() as u64) as usize];
        let mut prompt = brief.prompt.trim().trim_end_matches('.').to_owned();
        if !brief.keywords.is_empty() {
            prompt = format!("{prompt}. {}", brief.keywords.join(", "));
        }
        prompt = format!("{prompt}. {manner}, reverent and serene, no text");
        if aniconic {
            prompt.push_str(", empty of people: light, architecture, pattern and landscape only");
        }
        Self {
            prompt: prompt.chars().take(PROMPT).collect(),
            negative_prompt: if aniconic { FLAWS_AND_FIGURES } else { FLAWS },
            aspect_ratio: nearest_aspect(size),
            output_format: "png",
            seed: seed(brief),
        }
    }
}

/// The aspects that the models know.
const ASPECTS: [(&str, f64); 9] = [
    ("16:9", 16.0 / 9.0),
    ("1:1", 1.0),
    ("21:9", 21.0 / 9.0),
    ("2:3", 2.0 / 3.0),
    ("3:2", 3.0 / 2.0),
    ("4:5", 4.0 / 5.0),
    ("5:4", 5.0 / 4.0),
    ("9:16", 9.0 / 16.0),
    ("9:21", 9.0 / 21.0),
];

/// The one of which least is cropped.
fn nearest_aspect(size: Size) -> &'static str {
    let asked = f64::from(size.width) / f64::from(size.height);
    let distance = |aspect: f64| (asked / aspect).ln().abs();
    let nearest = ASPECTS.iter().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    nearest.map_or("1:1", |(name, _)| name)
}

/// 1 ..= 2³² − 1, the same for the same brief; 0 would ask for a seed of the model's own choice.
fn seed(brief: &Brief) -> u32 {
    let mixed = brief.film_seed.rotate_left(32) ^ brief.scene_seed;
    let folded = (mixed >> 32) as u32 ^ mixed as u32;
    folded.max(1)
}

/// Unknown fields (`seeds`) are left alone.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    finish_reasons: Vec<Option<String>>,
    #[serde(default)]
    images: Vec<String>,
}

impl Answer {
    /// The PNG of an answer.
    fn parse(body: &[u8]) -> Result<Vec<u8>, IllustratorError> {
        let answer: Self =
            serde_json::from_slice(body).map_err(|error| unavailable(format!("the answer: {error}")))?;
        match answer.finish_reasons.into_iter().flatten().next() {
            // "Filter reason: prompt", "Filter reason: output image", "Filter reason: input image"
            Some(reason) if reason.starts_with("Filter") => {
                return Err(IllustratorError::Filtered { provider: NAME, reason });
            }
            // "Inference error" is the model's own.
            Some(reason) => return Err(unavailable(reason)),
            None => {}
        }
        let image =
            answer.images.first().ok_or_else(|| unavailable("an answer without a picture".to_owned()))?;
        BASE64.decode(image).map_err(|error| unavailable(format!("the answer's base64: {error}")))
    }
}

#[cfg(test)]
#[path = "bedrock_tests.rs"]
mod tests;
