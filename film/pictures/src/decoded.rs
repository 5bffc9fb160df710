//! A picture as it is stored, or why there is none.

use std::io;

use image::ImageError;
use image::metadata::Orientation;

use crate::colour::Layers;
use crate::refusal::Refusal;

/// Why a picture was not decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal} ({detail})")]
pub struct DecodeError {
    /// The reason in words for the person who sent it.
    pub refusal: Refusal,
    /// The decoder's own message, for the log.
    pub detail: String,
}

impl From<Refusal> for DecodeError {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, detail: "by its header".to_owned() }
    }
}

impl From<ImageError> for DecodeError {
    fn from(error: ImageError) -> Self {
        let refusal = match &error {
            ImageError::Limits(_) => Refusal::TooDemanding,
            ImageError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => Refusal::Truncated,
            _ => Refusal::Damaged,
        };
        Self { refusal, detail: error.to_string() }
    }
}

/// A decoded picture as it is stored, before any conversion.
pub(crate) struct Decoded {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layers: Layers,
    pub(crate) orientation: Orientation,
    /// The ICC profile of the file.
    pub(crate) profile: Option<Vec<u8>>,
}
