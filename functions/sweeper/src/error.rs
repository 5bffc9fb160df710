use cloud::bucket::BucketError;
use cloud::table::TableError;
use studio::{DispatchError, UploadError};

/// Why an overdue entry was not taken care of. Its time comes again five minutes later.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// DynamoDB did not answer, or refused.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Steps were not created, or their messages were not sent.
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    /// An upload was not settled or not deleted.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// S3 did not delete an object.
    #[error(transparent)]
    Bucket(#[from] BucketError),
}
