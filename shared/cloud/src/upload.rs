//! Objects that are uploaded while their content is being made, in bounded memory.

use aws_sdk_s3::operation::upload_part::UploadPartOutput;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use tenancy::ObjectKey;

use crate::bucket::{Bucket, BucketError, taken_or_unavailable, unavailable};

/// The size of a part in bytes, which is also what is held in memory. S3 takes up to 10,000 parts of at least 5 MiB:
/// parts of 8 MiB make an object of up to 78 GiB.
const PART: usize = 8 << 20;

/// An object that is being uploaded. It becomes visible, complete, with [`Upload::finish`]; the parts of an upload that
/// is never finished are removed by the bucket's lifecycle rule.
pub struct Upload {
    bucket: Bucket,
    key: ObjectKey,
    content_type: &'static str,
    /// Whether an object that has the key already is left as it is.
    is_new: bool,
    buffer: Vec<u8>,
    /// S3's upload id; none until the first part is uploaded.
    id: Option<String>,
    parts: Vec<CompletedPart>,
}

impl Bucket {
    /// Begins an object; no request is made yet.
    #[must_use]
    pub fn upload(&self, key: ObjectKey, content_type: &'static str) -> Upload {
        let (bucket, buffer, parts) = (self.clone(), Vec::new(), Vec::new());
        Upload { bucket, key, content_type, is_new: false, buffer, id: None, parts }
    }

    /// Begins an object under a key that no object has yet: [`Upload::finish`] replaces none. No request is made yet.
    #[must_use]
    pub fn upload_new(&self, key: ObjectKey, content_type: &'static str) -> Upload {
        Upload { is_new: true, ..self.upload(key, content_type) }
    }
}

impl Upload {
    /// Adds bytes, and uploads a part when 8 MiB have been collected.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not store the part.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BucketError> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PART {
            self.send_part().await?;
        }
        Ok(())
    }

    /// Uploads the rest, and makes the object visible. An object of less than one part is stored with a single request.
    ///
    /// # Errors
    /// [`BucketError::Exists`] when [`Bucket::upload_new`] began it and there is an object with the key,
    /// [`BucketError::Unavailable`] when S3 does not store it.
    pub async fn finish(mut self) -> Result<(), BucketError> {
        if self.id.is_none() && self.is_new {
            return self.bucket.put_new(&self.key, self.buffer, self.content_type).await;
        }
        if self.id.is_none() {
            return self.bucket.put(&self.key, self.buffer, self.content_type).await;
        }
        if !self.buffer.is_empty() {
            self.send_part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let request = self.bucket.client.complete_multipart_upload().bucket(&self.bucket.name);
        let request = request.key(self.key.as_str()).set_upload_id(self.id).multipart_upload(parts);
        let request = request.set_if_none_match(self.is_new.then(|| "*".to_owned()));
        request.send().await.map(drop).map_err(|error| taken_or_unavailable(&self.key, &error))
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
