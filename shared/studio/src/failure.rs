//! Why attempts and jobs fail: stable codes, HTTP-like statuses, and texts for the person who ordered the film.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::step_kind::StepId;

/// What went wrong, as a code that does not change between releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The step took longer than a step may.
    StepTimeout,
    /// The provider of pictures did not answer in time, and the embedded one failed too.
    ImageTimeout,
    /// FFmpeg made no progress.
    EncoderStuck,
    /// No space left for scratch files.
    DiskFull,
    /// The uploaded picture is missing, damaged, beyond the limits, of another format, or black all over.
    UploadUnreadable,
    /// No font has a character of the text.
    MissingCharacters,
    /// A scene has more words than its captions can show.
    SceneTooLong,
    /// No voice speaks the text in its language.
    NoVoice,
    /// The provider of pictures refused the description of a scene.
    ImageRefused,
    /// The finished film is not what it should be.
    InspectionFailed,
    /// FFmpeg ended with an error.
    EngineFailed,
    /// A provider, the bucket or something else did not answer.
    Unavailable,
    /// An error of the service itself.
    Internal,
    /// The step's workers stopped again and again.
    WorkersLost,
    /// The film was not finished within a day.
    JobTimeout,
}

impl FailureCode {
    /// The HTTP status that fits the failure best.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::StepTimeout | Self::ImageTimeout | Self::EncoderStuck | Self::JobTimeout => 408,
            Self::UploadUnreadable
            | Self::MissingCharacters
            | Self::SceneTooLong
            | Self::NoVoice
            | Self::ImageRefused => 422,
            Self::InspectionFailed | Self::EngineFailed | Self::Internal | Self::WorkersLost => 500,
            Self::Unavailable => 503,
            Self::DiskFull => 507,
        }
    }

    /// Says in plain words what went wrong, and what the person can do about it, where there is something.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::StepTimeout => "A step took too long and was stopped.",
            Self::ImageTimeout => "The picture took too long to come.",
            Self::EncoderStuck => "The encoder stood still and was stopped.",
            Self::DiskFull => "The disk was full.",
            Self::UploadUnreadable => "An uploaded picture cannot be used.",
            Self::MissingCharacters => "The text has characters that cannot be shown.",
            Self::SceneTooLong => "A scene has more words than fit on the screen. Divide it.",
            Self::NoVoice => "No voice here can speak this text in its language.",
            Self::ImageRefused => {
                "The picture provider refused the description of a scene. Change its prompt."
            }
            Self::InspectionFailed => "The finished film did not pass inspection.",
            Self::EngineFailed => "The film engine could not finish.",
            Self::Unavailable => "Something that the step needs did not answer.",
            Self::Internal => "Something went wrong on our side.",
            Self::WorkersLost => "A step's worker stopped several times.",
            Self::JobTimeout => "The film was not finished within a day.",
        }
    }
}

/// Why a job failed, for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// What went wrong, as a code that does not change between releases.
    pub code: FailureCode,
    /// A status as HTTP has it: 408 took too long, 422 cannot be made, 507 no disk space left, 500 ours.
    pub status: u16,
    /// What went wrong, in plain words.
    pub message: String,
    /// The step that failed; none when the job as a whole did.
    pub step: Option<StepId>,
}

impl Failure {
    /// The failure of a job; `step` is the step that failed, where it was one.
    #[must_use]
    pub fn of(code: FailureCode, step: Option<StepId>) -> Self {
        Self { code, status: code.status(), message: code.message().to_owned(), step }
    }
}

/// Why an attempt of a step did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepFailure {
    /// What went wrong, as a code that does not change between releases.
    pub code: FailureCode,
    /// A status as HTTP has it: 408 took too long, 422 cannot be made, 507 no disk space left, 503 something
    /// did not answer, 500 ours.
    pub status: u16,
    /// For the person who asked, in plain words.
    pub message: String,
    /// Milliseconds that the attempt took.
    pub ran_ms: i64,
    /// What the attempt cost to run, millionths of a dollar.
    pub cost_micro_usd: u64,
    /// Whether another attempt could succeed.
    #[serde(skip)]
    pub retry: bool,
}

impl StepFailure {
    /// The failure of an attempt, with no time and cost recorded yet. `retry` tells whether another attempt could
    /// succeed.
    #[must_use]
    pub fn of(code: FailureCode, retry: bool) -> Self {
        let message = code.message().to_owned();
        Self { code, status: code.status(), message, ran_ms: 0, cost_micro_usd: 0, retry }
    }

    /// The failure with the reason behind its message: a sentence for the person who asked.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        self.message = format!("{} {reason}", self.message);
        self
    }
}

/// Why a preferred provider did not make an artefact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fallback {
    /// The provider that failed: `bedrock`, `polly`.
    pub provider: String,
    /// A status as HTTP has it: 408 did not answer in time, 422 refused, 503 was not available.
    pub status: u16,
    /// What went wrong, in plain words, and which provider was used instead.
    pub message: String,
}
