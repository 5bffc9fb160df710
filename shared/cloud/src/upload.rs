//! Objects that are written as they are made, in bounded memory.

use aws_sdk_s3::operation::upload_part::UploadPartOutput;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use tenancy::ObjectKey;

use crate::bucket::{Bucket, BucketError, unavailable};

/// How much is held in memory and sent at once. S3 takes parts of 5 MiB and more, and 10,000 of them: an
/// object of 78 GiB.
const PART: usize = 8 << 20;

/// An object that is being written. It is there, whole, when it is [finished](Upload::finish); what is left of
/// one that never is, the bucket's lifecycle rule removes.
pub struct Upload {
    bucket: Bucket,
    key: ObjectKey,
    content_type: &'static str,
    buffer: Vec<u8>,
    /// S3's name for it, once a part has been sent.
    id: Option<String>,
    parts: Vec<CompletedPart>,
}

impl Bucket {
    /// Begins an object; nothing is sent yet.
    #[must_use]
    pub fn upload(&self, key: ObjectKey, content_type: &'static str) -> Upload {
        Upload { bucket: self.clone(), key, content_type, buffer: Vec::new(), id: None, parts: Vec::new() }
    }
}

impl Upload {
    /// Adds bytes; sends a part when there are enough.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BucketError> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PART {
            self.send_part().await?;
        }
        Ok(())
    }

    /// Sends what is left, and makes the object be there.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`].
    pub async fn finish(mut self) -> Result<(), BucketError> {
        if self.id.is_none() {
            return self.bucket.put(&self.key, self.buffer, self.content_type).await;
        }
        if !self.buffer.is_empty() {
            self.send_part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let request = self.bucket.client.complete_multipart_upload().bucket(&self.bucket.name);
        let request = request.key(self.key.as_str()).set_upload_id(self.id).multipart_upload(parts);
        request.send().await.map(drop).map_err(|error| unavailable(&self.key, &error))
    }

    async fn send_part(&mut self) -> Result<(), BucketError> {
        let id = match &self.id {
            Some(id) => id.clone(),
            None => self.begin().await?,
        };
        // S3 counts them from one.
        let number = i32::try_from(self.parts.len()).unwrap_or(i32::MAX).saturating_add(1);
        let body = std::mem::take(&mut self.buffer);
        let request = self.bucket.client.upload_part().bucket(&self.bucket.name).key(self.key.as_str());
        let request = request.upload_id(id).part_number(number).body(body.into());
        let sent: UploadPartOutput = request.send().await.map_err(|error| unavailable(&self.key, &error))?;
        self.parts.push(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build());
        Ok(())
    }

    async fn begin(&mut self) -> Result<String, BucketError> {
        let request = self.bucket.client.create_multipart_upload().bucket(&self.bucket.name);
        let request = request.key(self.key.as_str()).content_type(self.content_type);
        let begun = request.send().await.map_err(|error| unavailable(&self.key, &error))?;
        let id = begun.upload_id.unwrap_or_default();
        self.id = Some(id.clone());
        Ok(id)
    }
}
