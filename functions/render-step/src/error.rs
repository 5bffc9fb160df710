//! Why a step failed, and what that means for its job.

use cloud::bucket::BucketError;
use film_captions::CaptionError;
use film_engine::FilmError;
use film_pictures::PipeError;
use providers::{ImageError, NarrationError};
use studio::{FailureCode, StepFailure};

/// Why a step made no artefact.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// An object could not be read or written.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The film engine or FFmpeg failed.
    #[error(transparent)]
    Film(#[from] FilmError),
    /// The captions cannot be drawn or do not fit.
    #[error(transparent)]
    Captions(#[from] CaptionError),
    /// The font of a script could not be fetched.
    #[error("font {file}: {reason}")]
    Font {
        /// The font's file name.
        file: &'static str,
        /// Why not.
        reason: String,
    },
    /// Every provider of speech failed.
    #[error(transparent)]
    Narration(#[from] NarrationError),
    /// Every provider of pictures failed.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// A temporary file could not be read or written.
    #[error("scratch folder: {0}")]
    Scratch(#[from] std::io::Error),
    /// An artefact is missing, or cannot be encoded or decoded.
    #[error("an artefact cannot be read: {0}")]
    Artefact(String),
    /// The uploaded picture cannot be used, or its film did not pass inspection because of it, for the reason that is
    /// given in words for its owner.
    #[error("the picture that was uploaded cannot be used: {0}")]
    Upload(String),
    /// The program that decodes pictures did not start, or was ended from outside.
    #[error(transparent)]
    PictureProgram(PipeError),
    /// The finished film has the problems that are listed.
    #[error("the film did not pass inspection: {0}")]
    Inspection(String),
    /// The step was stopped after this many seconds.
    #[error("the step took longer than {0} s")]
    Timeout(u64),
    /// This worker has lost the step's lease.
    #[error("another worker has the step")]
    Superseded,
    /// The code of the step panicked.
    #[error("the work panicked")]
    Panic,
}

impl StepError {
    /// The failure as the user sees it, and whether another attempt could succeed.
    pub fn failure(&self) -> StepFailure {
        let (code, retry) = match self {
            Self::Timeout(_) => (FailureCode::StepTimeout, true),
            Self::Image(error) => match error {
                ImageError::Timeout { .. } => (FailureCode::ImageTimeout, true),
                ImageError::Unavailable { .. } => (FailureCode::Unavailable, true),
                ImageError::Filtered { .. } | ImageError::Rejected { .. } => {
                    (FailureCode::ImageRefused, false)
                }
            },
            Self::Film(error) => match error {
                FilmError::Stuck { .. } => (FailureCode::EncoderStuck, true),
                FilmError::DiskFull(_) => (FailureCode::DiskFull, true),
                FilmError::Io { source, .. } if is_full(source) => (FailureCode::DiskFull, true),
                error => (FailureCode::EngineFailed, error.is_transient()),
            },
            Self::Scratch(error) if is_full(error) => (FailureCode::DiskFull, true),
            Self::Bucket(BucketError::File { source, .. }) if is_full(source) => {
                (FailureCode::DiskFull, true)
            }
            Self::Inspection(_) => (FailureCode::InspectionFailed, true),
            Self::Upload(_) => (FailureCode::UploadUnreadable, false),
            Self::Captions(CaptionError::MissingGlyphs(_)) => (FailureCode::MissingCharacters, false),
            Self::Captions(CaptionError::TooLong { .. }) => (FailureCode::SceneTooLong, false),
            Self::Narration(NarrationError::Unsupported { .. }) => (FailureCode::NoVoice, false),
            Self::Panic => (FailureCode::Internal, true),
            Self::Bucket(_)
            | Self::Captions(_)
            | Self::Font { .. }
            | Self::Narration(_)
            | Self::Scratch(_)
            | Self::Artefact(_)
            | Self::PictureProgram(_)
            | Self::Superseded => (FailureCode::Unavailable, true),
        };
        let failure = StepFailure::of(code, retry);
        if let Self::Upload(reason) = self { failure.because(reason) } else { failure }
    }
}

fn is_full(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::StorageFull
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_failure_of_an_upload_says_what_is_wrong_with_the_picture() {
        let failure = StepError::Upload("The file is damaged.".to_owned()).failure();
        assert_eq!(failure.message, "An uploaded picture cannot be used. The file is damaged.");
    }

    #[test]
    fn every_failure_has_its_code_and_is_retried_only_if_that_can_help() {
        let full = || Error::from(ErrorKind::StorageFull);
        let reason = String::new;
        let bedrock = "bedrock";
        for (error, code, status, retry) in [
            (StepError::Timeout(300), FailureCode::StepTimeout, 408, true),
            (ImageError::Timeout { provider: bedrock }.into(), FailureCode::ImageTimeout, 408, true),
            (
                ImageError::Unavailable { provider: bedrock, reason: reason() }.into(),
                FailureCode::Unavailable,
                503,
                true,
            ),
            (
                ImageError::Filtered { provider: bedrock, reason: reason() }.into(),
                FailureCode::ImageRefused,
                422,
                false,
            ),
            (
                ImageError::Rejected { provider: bedrock, reason: reason() }.into(),
                FailureCode::ImageRefused,
                422,
                false,
            ),
            (
                NarrationError::Unavailable { provider: "polly", reason: reason() }.into(),
                FailureCode::Unavailable,
                503,
                true,
            ),
            (
                NarrationError::Unsupported { provider: "polly", reason: reason() }.into(),
                FailureCode::NoVoice,
                422,
                false,
            ),
            (
                FilmError::Stuck { idle: Duration::from_secs(60), stderr: reason() }.into(),
                FailureCode::EncoderStuck,
                408,
                true,
            ),
            (FilmError::DiskFull(PathBuf::new()).into(), FailureCode::DiskFull, 507, true),
            (FilmError::Io { path: PathBuf::new(), source: full() }.into(), FailureCode::DiskFull, 507, true),
            (FilmError::Invalid(reason()).into(), FailureCode::EngineFailed, 500, false),
            (full().into(), FailureCode::DiskFull, 507, true),
            (Error::from(ErrorKind::NotFound).into(), FailureCode::Unavailable, 503, true),
            (CaptionError::MissingGlyphs(vec!['𐀀']).into(), FailureCode::MissingCharacters, 422, false),
            (StepError::Artefact(reason()), FailureCode::Unavailable, 503, true),
            (StepError::Font { file: "font.ttf", reason: reason() }, FailureCode::Unavailable, 503, true),
            (StepError::Upload(reason()), FailureCode::UploadUnreadable, 422, false),
            (
                StepError::PictureProgram(PipeError::Program { program: reason(), source: full() }),
                FailureCode::Unavailable,
                503,
                true,
            ),
            (StepError::Inspection(reason()), FailureCode::InspectionFailed, 500, true),
            (StepError::Panic, FailureCode::Internal, 500, true),
        ] {
            let failure = error.failure();
            assert_eq!((failure.code, failure.status, failure.retry), (code, status, retry), "{error:?}");
            assert!(failure.message.starts_with(code.message()), "{failure:?}");
            assert!(!failure.message.contains(bedrock), "provider names are not for users");
        }
    }
}
