use cloud::bucket::BucketError;
use film::FilmError;
use film_captions::CaptionError;
use film_narrator::NarratorError;
use film_painter::IllustratorError;
use studio::StepFailure;

/// Why a step made nothing.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// An object.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The film engine.
    #[error(transparent)]
    Film(#[from] FilmError),
    /// Captions.
    #[error(transparent)]
    Captions(#[from] CaptionError),
    /// Every voice.
    #[error(transparent)]
    Narrator(#[from] NarratorError),
    /// Every maker of pictures.
    #[error(transparent)]
    Illustrator(#[from] IllustratorError),
    /// The disk.
    #[error("scratch folder: {0}")]
    Scratch(#[from] std::io::Error),
    /// An artefact of an earlier step.
    #[error("an artefact cannot be read: {0}")]
    Artefact(String),
    /// A person's own picture.
    #[error("the picture that was uploaded cannot be read: {0}")]
    Upload(String),
    /// What inspection found.
    #[error("the film did not pass inspection: {0}")]
    Inspection(String),
    /// Seconds after which it was stopped.
    #[error("the step took longer than {0} s")]
    Timeout(u64),
    /// The step is no longer this worker's.
    #[error("another worker has the step")]
    Superseded,
    /// A fault of ours.
    #[error("the work panicked")]
    Panic,
}

impl StepError {
    /// What the person who asked is told, and whether another attempt could succeed.
    pub fn failure(&self) -> StepFailure {
        let (status, message, retry) = match self {
            Self::Timeout(_) | Self::Illustrator(IllustratorError::Timeout { .. }) => {
                (408, "A step took too long and was stopped.", true)
            }
            Self::Film(FilmError::Stuck { .. }) => (408, "The encoder stood still and was stopped.", true),
            Self::Film(FilmError::DiskFull(_)) => (507, "The disk was full.", true),
            Self::Scratch(source) | Self::Bucket(BucketError::File { source, .. })
                if source.kind() == std::io::ErrorKind::StorageFull =>
            {
                (507, "The disk was full.", true)
            }
            Self::Film(error) => (500, "The film engine could not finish.", error.is_transient()),
            Self::Inspection(_) => (500, "The finished film did not pass inspection.", true),
            Self::Upload(_) => (422, "An uploaded picture cannot be read. Upload a PNG or JPEG.", false),
            Self::Captions(CaptionError::MissingGlyphs(_)) => {
                (422, "The text has characters that cannot be shown.", false)
            }
            Self::Narrator(NarratorError::Unsupported { .. }) => {
                (422, "No voice here can speak this text in its language.", false)
            }
            Self::Illustrator(IllustratorError::Filtered { .. } | IllustratorError::Rejected { .. }) => {
                (422, "The picture provider refused the description of a scene. Change its prompt.", false)
            }
            _ => (503, "Something that the step needs did not answer.", true),
        };
        StepFailure { status, message: message.to_owned(), retry }
    }
}
