//! What a provider of pictures is asked for, and what it answers.

use film_vocabulary::Tradition;

/// The picture that a scene needs. An embedded provider paints the same request the same way every time.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageRequest {
    /// What the scene is about, in words for an image model.
    pub prompt: String,
    /// Canonical English keywords, the most telling first: `shepherd`, `water`, `night`.
    pub keywords: Vec<String>,
    /// The tradition that the text belongs to. For an aniconic one, pictures without people, animals or deities are
    /// requested.
    pub tradition: Tradition,
    /// One per film: chooses the style that all of its pictures share.
    pub film_seed: u64,
    /// One per scene: chooses the composition.
    pub scene_seed: u64,
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
}

/// A finished picture: 8-bit sRGB, row by row from the top, three bytes a pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width × height × 3` bytes.
    pub rgb: Vec<u8>,
    /// The point that must stay in frame when the camera moves, as fractions of width and height from the top left.
    pub focus: (f32, f32),
}

/// A source of pictures: an image model behind an API, or the embedded painter.
#[async_trait::async_trait]
pub trait ImageProvider: Send + Sync {
    /// The name that receipts show, for example `bedrock` or `painter`.
    fn name(&self) -> &'static str;

    /// Makes the picture, exactly as wide and high as requested.
    ///
    /// # Errors
    /// Each variant of [`ImageError`] says whether the same request may succeed later.
    async fn generate(&self, request: &ImageRequest) -> Result<Picture, ImageError>;
}

/// Why a provider made no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// The provider does not answer or is overloaded. The same request may succeed later.
    #[error("{provider} is unavailable: {reason}")]
    Unavailable {
        /// [`ImageProvider::name`] of the provider.
        provider: &'static str,
        /// The provider's own message, or the cause of the failed connection.
        reason: String,
    },
    /// The provider did not finish within the time for one call. The same request may succeed later.
    #[error("{provider} did not answer in time")]
    Timeout {
        /// [`ImageProvider::name`] of the provider.
        provider: &'static str,
    },
    /// The provider's content filter withheld the picture. Another seed or prompt may pass.
    #[error("{provider} withheld the picture: {reason}")]
    Filtered {
        /// [`ImageProvider::name`] of the provider.
        provider: &'static str,
        /// The reason that the provider gave.
        reason: String,
    },
    /// The provider refused the request, and would refuse it again.
    #[error("{provider} refused the request: {reason}")]
    Rejected {
        /// [`ImageProvider::name`] of the provider.
        provider: &'static str,
        /// The provider's own message.
        reason: String,
    },
}
