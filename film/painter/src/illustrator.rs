//! One trait for whatever makes pictures: the painter here, image models in other crates.

use async_trait::async_trait;

use crate::brief::Brief;
use crate::paint::paint;
use crate::picture::{Picture, Size};

/// Makes a picture for a brief.
#[async_trait]
pub trait Illustrator: Send + Sync {
    /// A short name for receipts, such as `painter`.
    fn name(&self) -> &'static str;

    /// Makes the picture, `size` exactly.
    ///
    /// # Errors
    /// [`IllustratorError::Unavailable`] and [`IllustratorError::Timeout`] when the same request may succeed later,
    /// [`IllustratorError::Filtered`] when another seed or prompt may succeed, [`IllustratorError::Rejected`] when the
    /// same request can never succeed. The painter itself only rejects, sizes that it cannot hold.
    async fn illustrate(&self, brief: &Brief, size: Size) -> Result<Picture, IllustratorError>;
}

/// Why a provider made no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllustratorError {
    /// The provider is not answering or is overloaded: try again later, or take the next one.
    #[error("{provider} is unavailable: {reason}")]
    Unavailable {
        /// [`Illustrator::name`] of the provider.
        provider: &'static str,
        /// What the provider said.
        reason: String,
    },
    /// The provider did not finish in time: try again, or take the next one.
    #[error("{provider} did not answer in time")]
    Timeout {
        /// [`Illustrator::name`] of the provider.
        provider: &'static str,
    },
    /// The provider made a picture and withheld it; another seed or prompt may pass.
    #[error("{provider} withheld the picture: {reason}")]
    Filtered {
        /// [`Illustrator::name`] of the provider.
        provider: &'static str,
        /// The reason it gave.
        reason: String,
    },
    /// The provider refused the request itself: the same request will fail again.
    #[error("{provider} refused the request: {reason}")]
    Rejected {
        /// [`Illustrator::name`] of the provider.
        provider: &'static str,
        /// What the provider said.
        reason: String,
    },
}

/// The painter as an [`Illustrator`]: needs nothing, and fails only for sizes it cannot hold.
///
/// It computes for up to two seconds without yielding; a runtime with other work on the same thread
/// should call [`paint`] from a blocking task instead.
#[derive(Clone, Copy, Debug, Default)]
pub struct Painter;

impl Painter {
    /// The longest side that is painted, in pixels: twice 4K UHD.
    pub const LONGEST_SIDE: u32 = 7680;
}

#[async_trait]
impl Illustrator for Painter {
    fn name(&self) -> &'static str {
        "painter"
    }

    async fn illustrate(&self, brief: &Brief, size: Size) -> Result<Picture, IllustratorError> {
        if size.width == 0 || size.height == 0 || size.width.max(size.height) > Self::LONGEST_SIDE {
            let reason =
                format!("{} × {} pixels is outside 1..={}", size.width, size.height, Self::LONGEST_SIDE);
            return Err(IllustratorError::Rejected { provider: self.name(), reason });
        }
        Ok(paint(brief, size))
    }
}
