//! Pictures by Stability AI's models on Amazon Bedrock.
//!
//! | Model | US$ a picture |
//! |---|---|
//! | `stability.stable-image-core-v1:1` (default) | 0.04 |
//! | `stability.sd3-5-large-v1:0` | 0.08 |
//! | `stability.stable-image-ultra-v1:1` | 0.14 |
//!
//! Prices: <https://aws.amazon.com/bedrock/pricing/>, 2026; a picture that the content filter withheld is charged too.
//! The models are offered in `us-west-2` only, whichever region the rest of the product runs in. Requests and answers:
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-stable-image-core-text-image-request-response.html>.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{Builder, Region};
use aws_sdk_bedrockruntime::primitives::Blob;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use film_pictures::{Fit, PicturePipe, PipeError};
use serde::{Deserialize, Serialize};

use crate::aws_call::{self, CallError};
use crate::image::{ImageError, ImageProvider, ImageRequest, Picture};

/// The provider's name in receipts.
pub(crate) const NAME: &str = "bedrock";

/// The longest side of a picture in pixels, as for the embedded painter: twice 4K UHD.
const LONGEST_SIDE: u32 = 7680;

/// The price of a picture by `model` in millionths of a US dollar. A model that is not in the table above costs as much
/// as the most expensive one that is.
pub(crate) fn picture_micro_usd(model: &str) -> u64 {
    if model.contains("stable-image-core") {
        40_000
    } else if model.contains("sd3-5-large") {
        80_000
    } else {
        140_000
    }
}

/// Which model to call, where, and for how long.
#[derive(Clone, Debug)]
pub(crate) struct BedrockSettings {
    /// The id of a text-to-image model of Stability AI.
    pub(crate) model: String,
    /// The region in which the account may use the model.
    pub(crate) region: String,
    /// The limit for one call, from connecting to the last byte.
    pub(crate) timeout: Duration,
}

/// An image model on Bedrock.
#[derive(Clone, Debug)]
pub(crate) struct Bedrock {
    client: Client,
    model: String,
    pictures: PicturePipe,
}

impl Bedrock {
    /// A client with the credentials of `config`. Answers are decoded by `pictures`, because nobody here made them.
    pub(crate) fn new(config: &SdkConfig, settings: BedrockSettings, pictures: PicturePipe) -> Self {
        let config = Builder::from(config)
            .region(Region::new(settings.region))
            .timeout_config(aws_call::timeouts(settings.timeout))
            .retry_config(aws_call::retries())
            .stalled_stream_protection(aws_call::stalled_stream_protection())
            .build();
        Self { client: Client::from_conf(config), model: settings.model, pictures }
    }
}

#[async_trait::async_trait]
impl ImageProvider for Bedrock {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn generate(&self, request: &ImageRequest) -> Result<Picture, ImageError> {
        let (width, height) = (request.width, request.height);
        if width == 0 || height == 0 || width.max(height) > LONGEST_SIDE {
            return Err(rejected(format!("{width} × {height} pixels")));
        }
        let body =
            serde_json::to_vec(&RequestBody::new(request)).map_err(|error| rejected(error.to_string()))?;
        let call = self.client.invoke_model().model_id(&self.model);
        let call = call.content_type("application/json").accept("application/json").body(Blob::new(body));
        let answer = call.send().await.map_err(|error| match aws_call::classify(&error) {
            CallError::Timeout => ImageError::Timeout { provider: NAME },
            CallError::Transient(reason) => unavailable(reason),
            CallError::Permanent(reason) => rejected(reason),
        })?;
        let png = ResponseBody::png(answer.body.as_ref())?;
        let filled =
            self.pictures.fill(&png, width, height, Fit::Centre).await.map_err(|error| match error {
                PipeError::Refused { refusal, messages } => {
                    unavailable(format!("the answer's picture: {refusal} {messages}"))
                }
                PipeError::Program { .. } => unavailable(error.to_string()),
            })?;
        // The composition is unknown, so the centre is the best guess of what must stay in frame.
        Ok(Picture { width, height, rgb: filled.rgb, focus: (0.5, 0.5) })
    }
}

fn unavailable(reason: String) -> ImageError {
    ImageError::Unavailable { provider: NAME, reason }
}

fn rejected(reason: String) -> ImageError {
    ImageError::Rejected { provider: NAME, reason }
}

/// The JSON body of `InvokeModel`.
#[derive(Debug, Serialize)]
struct RequestBody {
    prompt: String,
    negative_prompt: &'static str,
    aspect_ratio: &'static str,
    output_format: &'static str,
    seed: u32,
}

/// The documented limit of a prompt, in characters.
const MAX_PROMPT_CHARS: usize = 10_000;

/// The film's seed chooses one style for all of its pictures, so that they belong together.
const STYLES: [&str; 4] = [
    "luminous oil painting, soft brushwork, warm light",
    "delicate watercolour, paper texture, gentle colours",
    "cinematic photograph, golden hour, volumetric light, shallow depth of field",
    "classical landscape painting, wide vista, glowing sky",
];

/// The negative prompt of every picture.
const NEGATIVE_PROMPT: &str = "text, letters, watermark, signature, frame, border, logo, deformed, blurry";
/// The negative prompt for aniconic traditions.
const ANICONIC_NEGATIVE_PROMPT: &str = "person, people, face, hands, human figure, silhouette of a person, prophet, \
     deity, angel, statue, idol, animal, text, letters, calligraphy, watermark, signature, frame, border, logo, \
     deformed, blurry";

impl RequestBody {
    fn new(request: &ImageRequest) -> Self {
        let aniconic = request.tradition.is_aniconic();
        let style = STYLES[(request.film_seed % STYLES.len() as u64) as usize];
        let mut prompt = request.prompt.trim().trim_end_matches('.').to_owned();
        if !request.keywords.is_empty() {
            prompt = format!("{prompt}. {}", request.keywords.join(", "));
        }
        prompt = format!("{prompt}. {style}, reverent and serene, no text");
        if aniconic {
            prompt.push_str(", empty of people: light, architecture, pattern and landscape only");
        }
        Self {
            prompt: prompt.chars().take(MAX_PROMPT_CHARS).collect(),
            negative_prompt: if aniconic { ANICONIC_NEGATIVE_PROMPT } else { NEGATIVE_PROMPT },
            aspect_ratio: nearest_aspect_ratio(request.width, request.height),
            output_format: "png",
            seed: seed(request),
        }
    }
}

/// The aspect ratios that the models accept.
const ASPECT_RATIOS: [(&str, f64); 9] = [
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

/// The accepted aspect ratio that leaves the least to crop.
fn nearest_aspect_ratio(width: u32, height: u32) -> &'static str {
    let asked = f64::from(width) / f64::from(height);
    let distance = |aspect: f64| (asked / aspect).ln().abs();
    let nearest = ASPECT_RATIOS.iter().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    nearest.map_or("1:1", |(name, _)| name)
}

/// 1 to 2³² − 1, the same for the same request; 0 would let the model choose a seed.
fn seed(request: &ImageRequest) -> u32 {
    let mixed = request.film_seed.rotate_left(32) ^ request.scene_seed;
    let folded = (mixed >> 32) as u32 ^ mixed as u32;
    folded.max(1)
}

/// The JSON body of the answer. Its field `seeds` is not used.
#[derive(Debug, Deserialize)]
struct ResponseBody {
    #[serde(default)]
    finish_reasons: Vec<Option<String>>,
    #[serde(default)]
    images: Vec<String>,
}

impl ResponseBody {
    /// The picture of an answer, as PNG.
    ///
    /// # Errors
    /// [`ImageError::Filtered`] when the content filter withheld it, [`ImageError::Unavailable`] for every other answer
    /// without a readable picture.
    fn png(body: &[u8]) -> Result<Vec<u8>, ImageError> {
        let answer: Self =
            serde_json::from_slice(body).map_err(|error| unavailable(format!("the answer: {error}")))?;
        match answer.finish_reasons.into_iter().flatten().next() {
            // "Filter reason: prompt", "Filter reason: output image", "Filter reason: input image"
            Some(reason) if reason.starts_with("Filter") => {
                return Err(ImageError::Filtered { provider: NAME, reason });
            }
            // "Inference error" is an internal error of the model.
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
