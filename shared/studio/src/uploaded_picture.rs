//! Whether an uploaded picture can be used, before a storyboard names it.

use cloud::bucket::{Bucket, BucketError};
use film_pictures::{FIRST_BYTES, Header, LARGEST_FILE, MOST_HEADER_BYTES, Probe, Refusal, probe};
use storyboard::UploadId;
use tenancy::{ObjectKey, TenantId};

/// Why an uploaded picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UploadedPictureError {
    /// There is no such object.
    #[error("There is no upload {0}, or it has not arrived yet.")]
    Missing(UploadId),
    /// What the file says about itself forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// S3 did not answer.
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

/// Format, width and height of an uploaded picture, by its first bytes. What only decoding can show, such as damage
/// within the picture, is found when it is rendered.
///
/// One HEAD and one GET request of 64 KiB; another GET of 4 MiB when more metadata than that stands before the size.
///
/// # Errors
/// Why the picture cannot be used, or that S3 does not answer.
pub async fn probe_upload(
    bucket: &Bucket,
    tenant: &TenantId,
    upload: UploadId,
) -> Result<Header, UploadedPictureError> {
    let key = ObjectKey::upload(tenant, upload.uuid());
    let head = bucket.head(&key).await?.ok_or(UploadedPictureError::Missing(upload))?;
    if head.bytes == 0 {
        return Err(Refusal::Unknown.into());
    }
    if head.bytes > LARGEST_FILE {
        return Err(Refusal::TooManyBytes(head.bytes).into());
    }
    for bytes in [FIRST_BYTES, MOST_HEADER_BYTES] {
        let start = bucket.get_start(&key, bytes).await.map_err(|error| match error {
            BucketError::NotFound(_) => UploadedPictureError::Missing(upload),
            other => other.into(),
        })?;
        if let Probe::Accepted(header) = probe(&start, head.bytes)? {
            return Ok(header);
        }
    }
    Err(Refusal::HeaderTooLong.into())
}
