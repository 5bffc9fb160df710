use cloud::bucket::BucketError;
use cloud::table::TableError;
use metering::Refusal;
use storyboard::UploadId;

use crate::project::ProjectId;

/// Why an upload was not accepted, shown or deleted.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is no such upload, it has not arrived, or it is being deleted.
    #[error("there is no upload {0}")]
    NotFound(UploadId),
    /// Storyboards show it.
    #[error("storyboards show it: {0:?}")]
    Shown(Vec<ProjectId>),
    /// The upload was asked for before, and has arrived or expired.
    #[error("it was asked for before")]
    AskedBefore,
    /// As many uploads are pending as the plan allows.
    #[error("{0} uploads are pending")]
    TooManyPending(u64),
    /// The tenant's storage quota does not suffice.
    #[error("the quota does not suffice: {0:?}")]
    QuotaExceeded(Refusal),
    /// The quota did not suffice when the upload was to be accepted, but did when it was looked at, or a storyboard
    /// changed in between: the same request may be accepted now.
    #[error("something changed between two looks")]
    Changed,
    /// A read or write of DynamoDB failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// S3 did not answer, or nothing could be signed.
    #[error(transparent)]
    Bucket(#[from] BucketError),
}
