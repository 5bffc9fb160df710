use cloud::bucket::BucketError;
use cloud::queue::QueueError;
use cloud::table::TableError;
use metering::Refusal;
use storyboard::ScriptureChanged;

use crate::plan::UnreadWords;

/// Why no film is made, or none can be quoted.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The tenant has no such project.
    #[error("there is no such project")]
    NoProject,
    /// The scenes in the table are not those of the text in the table: a fault of ours.
    #[error("the storyboard is not that of its text: {0}")]
    Storyboard(#[from] ScriptureChanged),
    /// A scene has words that no voice reads.
    #[error(transparent)]
    Unread(#[from] UnreadWords),
    /// Nobody speaks the project's language, and neither a neighbour's voice nor none was chosen.
    #[error("no voice speaks {language}")]
    NoVoice {
        /// The project's language, a BCP 47 tag.
        language: String,
    },
    /// The worker's disk could not hold the clips and the film of this length at this resolution.
    #[error("a film of {film_ms} ms is longer than the {longest_ms} ms that can be joined")]
    TooLong {
        /// Length of the film, estimated milliseconds.
        film_ms: u64,
        /// The longest that can be joined at the resolution, milliseconds.
        longest_ms: u64,
    },
    /// Only a stitch was ordered, but artefacts of the scenes are missing.
    #[error("{steps} steps of the scenes are still to be made")]
    NotRendered {
        /// Pictures, narrations and clips that are missing.
        steps: usize,
    },
    /// The idempotency key came before with another order.
    #[error("the idempotency key stands for another order")]
    IdempotencyMismatch,
    /// The idempotency key stands for a job that is no longer there.
    #[error("the job of the idempotency key is gone")]
    NoJob,
    /// The tenant's quota does not suffice for the worst case.
    #[error("the quota does not suffice: {0:?}")]
    QuotaExceeded(Refusal),
    /// The quota did not suffice when the job was to be accepted, but did when it was looked at: another job ended
    /// in between, and the same order may be accepted now.
    #[error("the quota changed between two looks")]
    QuotaChanged,
    /// A read or write of DynamoDB failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The plan has no JSON form.
    #[error("the plan cannot be written: {0}")]
    Plan(#[from] std::io::Error),
}

/// Why the steps of an accepted job were not all created and sent. The sweeper tries again five minutes later.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// A read or write of DynamoDB failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// SQS did not take a message.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// S3 did not take or give the plan document.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The plan is not the JSON of a [`Plan`](crate::Plan).
    #[error("the plan cannot be read: {0}")]
    Plan(#[from] std::io::Error),
}
