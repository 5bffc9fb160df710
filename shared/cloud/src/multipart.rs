//! Multipart uploads that outlive the process that began them: the next process lists the parts that S3 has and goes
//! on; also objects with versions and under Object Lock.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, ObjectLockMode};
use tenancy::ObjectKey;

use crate::bucket::{Bucket, BucketError, unavailable, unlisted};
use crate::cause::sdk_cause;
use crate::clock;

/// A part of a multipart upload that S3 has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedPart {
    /// The part's number, counted from one.
    pub number: u32,
    /// The part's size in bytes.
    pub bytes: u64,
    /// The part's entity tag, which completing the upload asks for.
    pub etag: String,
}

/// A multipart upload that was neither completed nor aborted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedUpload {
    /// The object's key, as S3 lists it.
    pub key: String,
    /// S3's upload id.
    pub id: String,
}

impl Bucket {
    /// Begins a multipart upload, and gives its upload id. Cost: one request.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not answer, or answers without an id.
    pub async fn create_upload(&self, key: &ObjectKey, content_type: &str) -> Result<String, BucketError> {
        let request = self.client.create_multipart_upload().bucket(&self.name).key(key.as_str());
        let begun = request.content_type(content_type).send().await;
        let begun = begun.map_err(|error| unavailable(key, &error))?;
        begun.upload_id.ok_or_else(|| BucketError::Unavailable { key: key.clone(), reason: NO_ID.to_owned() })
    }

    /// Uploads a part, replacing an earlier one of the same number. S3 demands at least 5 MiB of every part but the
    /// last. Cost: one request.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not store it.
    pub async fn send_part(
        &self,
        key: &ObjectKey,
        upload: &str,
        number: u32,
        bytes: Vec<u8>,
    ) -> Result<(), BucketError> {
        let request = self.client.upload_part().bucket(&self.name).key(key.as_str()).upload_id(upload);
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let sent = request.part_number(number).body(bytes.into()).send().await;
        sent.map(drop).map_err(|error| unavailable(key, &error))
    }

    /// The parts that S3 has of an upload, in the order of their numbers; none when there is no such upload, because it
    /// was completed or aborted. Cost: one request for every 1,000.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not answer.
    pub async fn uploaded_parts(
        &self,
        key: &ObjectKey,
        upload: &str,
    ) -> Result<Option<Vec<UploadedPart>>, BucketError> {
        let (mut parts, mut after) = (Vec::new(), None);
        loop {
            let request = self.client.list_parts().bucket(&self.name).key(key.as_str()).upload_id(upload);
            let answer = match request.set_part_number_marker(after).send().await {
                Ok(answer) => answer,
                Err(error) if error.as_service_error().and_then(|e| e.code()) == Some("NoSuchUpload") => {
                    return Ok(None);
                }
                Err(error) => return Err(unavailable(key, &error)),
            };
            parts.extend(answer.parts().iter().map(|part| UploadedPart {
                number: part.part_number().and_then(|n| n.try_into().ok()).unwrap_or_default(),
                bytes: part.size().and_then(|n| n.try_into().ok()).unwrap_or_default(),
                etag: part.e_tag().unwrap_or_default().to_owned(),
            }));
            after = answer
                .next_part_number_marker()
                .filter(|_| answer.is_truncated() == Some(true))
                .map(Into::into);
            if after.is_none() {
                return Ok(Some(parts));
            }
        }
    }

    /// Completes an upload: the object becomes visible, made of these parts. Cost: one request.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not complete it.
    pub async fn complete_upload(
        &self,
        key: &ObjectKey,
        upload: &str,
        parts: &[UploadedPart],
    ) -> Result<(), BucketError> {
        let parts = parts.iter().map(|part| {
            let number = i32::try_from(part.number).unwrap_or(i32::MAX);
            CompletedPart::builder().part_number(number).e_tag(&part.etag).build()
        });
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let request = self.client.complete_multipart_upload().bucket(&self.name).key(key.as_str());
        let sent = request.upload_id(upload).multipart_upload(parts).send().await;
        sent.map(drop).map_err(|error| unavailable(key, &error))
    }

    /// Up to 1,000 unfinished uploads of keys with this prefix. A caller that [aborts](Self::abort_upload) them asks
    /// again until the list is empty. Cost: one request.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] when S3 does not answer.
    pub async fn unfinished_uploads(&self, prefix: &str) -> Result<Vec<UnfinishedUpload>, BucketError> {
        let request = self.client.list_multipart_uploads().bucket(&self.name).prefix(prefix);
        let answer = request.send().await.map_err(|error| unlisted(prefix, sdk_cause(&error)))?;
        let uploads = answer.uploads().iter().filter_map(|upload| {
            Some(UnfinishedUpload { key: upload.key()?.to_owned(), id: upload.upload_id()?.to_owned() })
        });
        Ok(uploads.collect())
    }

    /// Aborts an upload, so that S3 deletes its parts; one that no longer exists is no error. Cost: one request.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] with the key when S3 does not answer.
    pub async fn abort_upload(&self, upload: &UnfinishedUpload) -> Result<(), BucketError> {
        let request = self.client.abort_multipart_upload().bucket(&self.name).key(&upload.key);
        match request.upload_id(&upload.id).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().and_then(|e| e.code()) == Some("NoSuchUpload") => Ok(()),
            Err(error) => Err(unlisted(&upload.key, sdk_cause(&error))),
        }
    }

    /// Stores bytes, and gives the version id that they got. The bucket must have versioning. Cost: one request.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not store them, or answers without a version id.
    pub async fn put_version(
        &self,
        key: &ObjectKey,
        bytes: Vec<u8>,
        content_type: &str,
    ) -> Result<String, BucketError> {
        let request = self.client.put_object().bucket(&self.name).key(key.as_str());
        let put = request.content_type(content_type).body(bytes.into()).send().await;
        let put = put.map_err(|error| unavailable(key, &error))?;
        put.version_id.ok_or_else(|| BucketError::Unavailable { key: key.clone(), reason: NO_ID.to_owned() })
    }

    /// Stores bytes that nobody can delete for the duration `locked` (Object Lock in compliance mode, which the bucket
    /// must have enabled). Cost: one request.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not store them.
    pub async fn put_locked(
        &self,
        key: &ObjectKey,
        bytes: Vec<u8>,
        content_type: &str,
        locked: Duration,
    ) -> Result<(), BucketError> {
        let until = DateTime::from(SystemTime::from(clock::now()) + locked);
        let request = self.client.put_object().bucket(&self.name).key(key.as_str());
        let request = request.content_type(content_type).body(bytes.into());
        let request =
            request.object_lock_mode(ObjectLockMode::Compliance).object_lock_retain_until_date(until);
        request.send().await.map(drop).map_err(|error| unavailable(key, &error))
    }

    /// A stream of the bytes of an object's version, from the offset `from` on.
    ///
    /// # Errors
    /// [`BucketError::Unlisted`] with the key when there is no such version or S3 does not answer.
    pub async fn open_version_from(
        &self,
        key: &str,
        version: &str,
        from: u64,
    ) -> Result<ByteStream, BucketError> {
        let request = self.client.get_object().bucket(&self.name).key(key).version_id(version);
        let range = (from > 0).then(|| format!("bytes={from}-"));
        let answer = request.set_range(range).send().await;
        answer.map(|object| object.body).map_err(|error| unlisted(key, sdk_cause(&error)))
    }
}

const NO_ID: &str = "an answer without an id";
