//! An S3 bucket. Objects are named by [`ObjectKey`], so that no key of another form is written.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::{Client, config};
use film_vocabulary::FileName;
use tenancy::ObjectKey;
use tokio::io::AsyncWriteExt as _;

use crate::cause::{error_chain, sdk_cause};
pub use crate::listing::{ListedObject, ObjectPage};
pub use crate::multipart::{UnfinishedUpload, UploadedPart};
use crate::settings::{self, BucketName, SettingError};
pub use crate::upload::Upload;
pub use crate::versions::{ObjectVersion, VersionCursor, VersionPage};
pub use aws_sdk_s3::primitives::ByteStream;

/// How long a presigned URL is valid: long enough to start a download, too short for the URL to be shared.
pub const PRESIGNED_LIFETIME: Duration = Duration::from_secs(300);

/// The longest that a call takes in functions behind the API, retries included: their objects are small, and API
/// Gateway gives up after 30 s.
pub const API_TIMEOUT: Duration = Duration::from_secs(8);

/// The longest that a call takes in workers, retries included: films have gigabytes. The SDK's stalled-stream
/// protection cuts a connection that transfers nothing long before.
pub const WORKER_TIMEOUT: Duration = Duration::from_secs(300);

/// How long S3 may take to begin its answer. When a request or its answer is lost, the SDK tries again after this
/// time and not only at the end of the whole call's timeout.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The slowest upload that is allowed for, in bytes a second: a large body extends the attempt's timeout by its size
/// at this rate, because S3 answers only after the whole body has arrived.
const MIN_UPLOAD_BYTES_PER_S: u64 = 1_000_000;

/// How often an object is requested when the connection breaks within its body. The SDK retries by itself only until
/// an answer begins.
const MAX_BODY_ATTEMPTS: u32 = 3;

/// Why an operation on objects failed.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// There is no such object.
    #[error("no object {0}")]
    NotFound(ObjectKey),
    /// S3 or the network failed while objects were listed, or in a request about a key that is known only as text.
    #[error("objects below {prefix}: {reason}")]
    Unlisted {
        /// The keys' common prefix, or the one key.
        prefix: String,
        /// S3's error code and message, or why there was no answer.
        reason: String,
    },
    /// S3 or the network failed, after the SDK's retries.
    #[error("object {key}: {reason}")]
    Unavailable {
        /// The object's key.
        key: ObjectKey,
        /// S3's error code and message, or why there was no answer.
        reason: String,
    },
    /// There is an object with this key, and it was not to be replaced.
    #[error("object {0} is there already, and is not replaced")]
    Exists(ObjectKey),
    /// The local file cannot be read or written.
    #[error("object {key}: {source}")]
    File {
        /// The object's key.
        key: ObjectKey,
        /// The file system's error.
        source: std::io::Error,
    },
}

/// A handle on one S3 bucket. Clones share their connections.
#[derive(Clone)]
pub struct Bucket {
    pub(crate) client: Client,
    pub(crate) name: String,
    timeout: Duration,
}

impl Bucket {
    /// A handle on the bucket with this name. `path_style` is for emulators that have no DNS name per bucket.
    /// `timeout` is how long one call may take, its retries included: [`API_TIMEOUT`] or [`WORKER_TIMEOUT`].
    #[must_use]
    pub fn new(config: &SdkConfig, name: String, path_style: bool, timeout: Duration) -> Self {
        let config = config::Builder::from(config).force_path_style(path_style);
        let config = config.timeout_config(timeouts(timeout, 0)).build();
        Self { client: Client::from_conf(config), name, timeout }
    }

    /// A handle on a bucket of the deployment. `S3_PATH_STYLE` is `true` where an emulator answers; `timeout` is as in
    /// [`Bucket::new`].
    ///
    /// # Errors
    /// [`SettingError::Missing`] when the bucket's variable is not set, [`SettingError::Invalid`] when
    /// `S3_PATH_STYLE` is neither `true` nor `false`.
    pub fn from_settings(
        config: &SdkConfig,
        bucket: BucketName,
        timeout: Duration,
    ) -> Result<Self, SettingError> {
        let (name, path_style) = (settings::text(bucket)?, settings::parsed("S3_PATH_STYLE", false)?);
        Ok(Self::new(config, name, path_style, timeout))
    }

    /// Stores bytes, replacing the object that is there.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not store it.
    pub async fn put(&self, key: &ObjectKey, bytes: Vec<u8>, content_type: &str) -> Result<(), BucketError> {
        self.put_stream(key, bytes.into(), content_type, None).await
    }

    /// Stores bytes under a key that no object has yet (`If-None-Match: *`).
    ///
    /// # Errors
    /// [`BucketError::Exists`] when there is an object with this key, [`BucketError::Unavailable`] when S3 does not
    /// store it.
    pub async fn put_new(
        &self,
        key: &ObjectKey,
        bytes: Vec<u8>,
        content_type: &str,
    ) -> Result<(), BucketError> {
        let request = self.client.put_object().bucket(&self.name).key(key.as_str());
        let timeouts = timeouts(self.timeout, bytes.len() as u64);
        let request = request.content_type(content_type).if_none_match("*").body(bytes.into()).customize();
        let sent = request.config_override(config::Config::builder().timeout_config(timeouts)).send().await;
        sent.map(drop).map_err(|error| taken_or_unavailable(key, &error))
    }

    /// Stores a file or bytes together with a note about them, at most 2 KB of JSON, which S3 keeps as user metadata
    /// and [`Bucket::head`] gives. A file is streamed, not held in memory.
    ///
    /// # Errors
    /// [`BucketError::File`] when the file cannot be read, [`BucketError::Unavailable`] when S3 does not store it.
    pub async fn put_noted(
        &self,
        key: &ObjectKey,
        content: Content<'_>,
        content_type: &str,
        note: &serde_json::Value,
    ) -> Result<(), BucketError> {
        let body = match content {
            Content::Bytes(bytes) => bytes.into(),
            Content::File(file) => stream_of(key, file).await?,
        };
        self.put_stream(key, body, content_type, Some(ascii(note))).await
    }

    async fn put_stream(
        &self,
        key: &ObjectKey,
        body: ByteStream,
        content_type: &str,
        note: Option<String>,
    ) -> Result<(), BucketError> {
        let request =
            self.client.put_object().bucket(&self.name).key(key.as_str()).content_type(content_type);
        let metadata = note.map(|note| HashMap::from([(NOTE.to_owned(), note)]));
        let timeouts = timeouts(self.timeout, body.size_hint().0);
        let request = request.set_metadata(metadata).body(body).customize();
        let sent = request.config_override(config::Config::builder().timeout_config(timeouts)).send().await;
        sent.map(drop).map_err(|error| unavailable(key, &error))
    }

    /// The object's bytes, held in memory.
    ///
    /// # Errors
    /// [`BucketError::NotFound`] when there is no such object, [`BucketError::Unavailable`] when S3 does not answer or
    /// the body breaks off three times.
    pub async fn get(&self, key: &ObjectKey) -> Result<Vec<u8>, BucketError> {
        let mut attempt = 1;
        loop {
            match self.open(key).await?.collect().await {
                Ok(bytes) => return Ok(bytes.to_vec()),
                Err(error) if attempt == MAX_BODY_ATTEMPTS => return Err(unavailable(key, &error)),
                Err(_) => attempt += 1,
            }
        }
    }

    /// Writes the object to a file without holding it in memory. A file that is there is overwritten.
    ///
    /// # Errors
    /// [`BucketError::NotFound`] when there is no such object, [`BucketError::File`] when the file cannot be written,
    /// [`BucketError::Unavailable`] when S3 does not answer or the body breaks off three times.
    pub async fn get_file(&self, key: &ObjectKey, file: &Path) -> Result<(), BucketError> {
        let file_error = |source| BucketError::File { key: key.clone(), source };
        let mut attempt = 1;
        loop {
            let mut body = self.open(key).await?;
            let mut writer = tokio::fs::File::create(file).await.map_err(file_error)?;
            let broken = loop {
                match body.next().await {
                    None => break None,
                    Some(Ok(piece)) => writer.write_all(&piece).await.map_err(file_error)?,
                    Some(Err(error)) => break Some(error),
                }
            };
            match broken {
                None => return writer.flush().await.map_err(file_error),
                Some(error) if attempt == MAX_BODY_ATTEMPTS => return Err(unavailable(key, &error)),
                Some(_) => attempt += 1,
            }
        }
    }

    /// The object's first bytes, at most this many, held in memory. An object without any byte has no first ones, and
    /// is an error.
    ///
    /// # Errors
    /// As [`Bucket::get`].
    pub async fn get_start(&self, key: &ObjectKey, bytes: u64) -> Result<Vec<u8>, BucketError> {
        let range = format!("bytes=0-{}", bytes.saturating_sub(1));
        let start = self.open_range(key, Some(range)).await?.collect().await;
        start.map(|bytes| bytes.to_vec()).map_err(|error| unavailable(key, &error))
    }

    async fn open(&self, key: &ObjectKey) -> Result<ByteStream, BucketError> {
        self.open_range(key, None).await
    }

    async fn open_range(&self, key: &ObjectKey, range: Option<String>) -> Result<ByteStream, BucketError> {
        let request = self.client.get_object().bucket(&self.name).key(key.as_str());
        match request.set_range(range).send().await {
            Ok(object) => Ok(object.body),
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_no_such_key()) || is_withheld(&error) =>
            {
                Err(BucketError::NotFound(key.clone()))
            }
            Err(error) => Err(unavailable(key, &error)),
        }
    }

    /// An object's size, content type and note, or none when there is no such object.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not answer.
    pub async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectHead>, BucketError> {
        match self.client.head_object().bucket(&self.name).key(key.as_str()).send().await {
            Ok(head) => Ok(Some(ObjectHead {
                bytes: head.content_length().and_then(|n| u64::try_from(n).ok()).unwrap_or_default(),
                content_type: head.content_type().unwrap_or_default().to_owned(),
                note: head.metadata().and_then(|m| serde_json::from_str(m.get(NOTE)?).ok()),
            })),
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_not_found()) || is_withheld(&error) =>
            {
                Ok(None)
            }
            Err(error) => Err(unavailable(key, &error)),
        }
    }

    /// Deletes an object; one that is not there is no error. A bucket with versioning keeps the deleted version until
    /// its lifecycle rule removes it.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when S3 does not answer.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), BucketError> {
        let request = self.client.delete_object().bucket(&self.name).key(key.as_str());
        request.send().await.map(drop).map_err(|error| unavailable(key, &error))
    }

    /// A URL that downloads the object for [`PRESIGNED_LIFETIME`], saved under `name`.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when the credentials cannot sign.
    pub async fn presign_get(&self, key: &ObjectKey, name: &FileName) -> Result<String, BucketError> {
        let disposition = content_disposition("attachment", name);
        let request = self.client.get_object().bucket(&self.name).key(key.as_str());
        let request = request.response_content_disposition(disposition).presigned(lifetime(key)?).await;
        request.map(|r| r.uri().to_owned()).map_err(|error| unavailable(key, &error))
    }

    /// A URL that uploads exactly `bytes` bytes of `content_type` for [`PRESIGNED_LIFETIME`], and the headers that the
    /// request must have beside `content-length`. It writes once: `if-none-match` is signed, so that S3 answers 412 as
    /// soon as there is an object.
    ///
    /// # Errors
    /// [`BucketError::Unavailable`] when the credentials cannot sign.
    pub async fn presign_put(
        &self,
        key: &ObjectKey,
        content_type: &str,
        bytes: u64,
    ) -> Result<PresignedPut, BucketError> {
        let request =
            self.client.put_object().bucket(&self.name).key(key.as_str()).content_type(content_type);
        let request = request.content_length(i64::try_from(bytes).unwrap_or(i64::MAX)).if_none_match("*");
        let request = request.presigned(lifetime(key)?).await.map_err(|error| unavailable(key, &error))?;
        let headers = [("content-type", content_type.to_owned()), ("if-none-match", "*".to_owned())];
        Ok(PresignedPut { url: request.uri().to_owned(), headers })
    }

    /// Checks that the bucket answers.
    ///
    /// # Errors
    /// The reason as text when it does not.
    pub async fn ping(&self) -> Result<(), String> {
        let asked = self.client.head_bucket().bucket(&self.name).send().await;
        asked.map(drop).map_err(|error| sdk_cause(&error))
    }
}

/// An upload that S3 accepts once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresignedPut {
    /// The URL to PUT the object to.
    pub url: String,
    /// The name and value of each header that is signed and must be sent.
    pub headers: [(&'static str, String); 2],
}

/// What `HeadObject` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectHead {
    /// The object's size in bytes.
    pub bytes: u64,
    /// The content type that it was uploaded with.
    pub content_type: String,
    /// The note that [`Bucket::put_noted`] stored with it.
    pub note: Option<serde_json::Value>,
}

/// The content of an object to be stored.
#[derive(Debug)]
pub enum Content<'a> {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The content of this file, streamed.
    File(&'a Path),
}

/// The key of the user metadata that holds a note (`x-amz-meta-note`).
const NOTE: &str = "note";

/// JSON with everything beyond ASCII escaped, because a header holds ASCII only.
fn ascii(note: &serde_json::Value) -> String {
    let mut text = String::new();
    for unit in note.to_string().encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\u{unit:04x}")),
        }
    }
    text
}

/// The timeouts of a call that sends a body of `bytes` bytes.
fn timeouts(timeout: Duration, bytes: u64) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(
            timeout.min(ATTEMPT_TIMEOUT + Duration::from_secs(bytes / MIN_UPLOAD_BYTES_PER_S)),
        )
        .operation_timeout(timeout)
        .build()
}

async fn stream_of(key: &ObjectKey, file: &Path) -> Result<ByteStream, BucketError> {
    let stream = ByteStream::from_path(file).await;
    stream.map_err(|error| BucketError::File { key: key.clone(), source: std::io::Error::other(error) })
}

/// Whether S3 answered 403, which is what it answers about a missing object to a caller without `s3:ListBucket`. The
/// functions behind the API do not have that permission, because a listing would show the names of other tenants'
/// objects. The answer to HEAD has no body and therefore no error code.
fn is_withheld<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let is_forbidden = error.raw_response().is_some_and(|response| response.status().as_u16() == 403);
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    is_forbidden && matches!(code, None | Some("AccessDenied" | "Forbidden"))
}

fn lifetime(key: &ObjectKey) -> Result<PresigningConfig, BucketError> {
    PresigningConfig::expires_in(PRESIGNED_LIFETIME).map_err(|error| unavailable(key, &error))
}

pub(crate) fn unavailable(key: &ObjectKey, error: &(dyn std::error::Error + 'static)) -> BucketError {
    BucketError::Unavailable { key: key.clone(), reason: error_chain(error) }
}

/// The answer to a write that demands that no object has the key: 412 when there is one.
pub(crate) fn taken_or_unavailable<E>(key: &ObjectKey, error: &SdkError<E>) -> BucketError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    match code {
        Some("PreconditionFailed") => BucketError::Exists(key.clone()),
        _ => unavailable(key, error),
    }
}

/// The bucket's answer to a listing, or to a request about a key that is known as text only.
pub(crate) fn unlisted(prefix: &str, reason: String) -> BucketError {
    BucketError::Unlisted { prefix: prefix.to_owned(), reason }
}

/// The header `Content-Disposition` (RFC 6266): `kind`, which is `attachment` or `inline`, and the name twice. Browsers
/// take the one in any script (RFC 8187), programs such as curl only the one in ASCII.
#[must_use]
pub fn content_disposition(kind: &str, name: &FileName) -> String {
    let encoded: String = name.to_string().bytes().map(percent).collect();
    format!("{kind}; filename=\"{}\"; filename*=UTF-8''{encoded}", name.to_ascii())
}

pub(crate) fn percent(byte: u8) -> String {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};
    use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
    use tenancy::TenantId;

    use super::*;

    fn bucket() -> Bucket {
        let credentials = Credentials::new("key", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Bucket::new(&config, "media".into(), false, API_TIMEOUT)
    }

    #[test]
    fn a_note_is_ascii_and_the_same_json() {
        let note = serde_json::json!({"notes": ["गीता, שָׁלוֹם, 🙏 \"x\""]});
        let text = ascii(&note);
        assert!(text.is_ascii());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), note);
    }

    #[test]
    fn a_file_has_a_name_in_ascii_and_one_in_full() {
        let header = content_disposition("attachment", &FileName::new("“Bücher”: 1; 50%", "mp4"));
        let full = "%E2%80%9CB%C3%BCcher%E2%80%9D-%201%3B%2050%25.mp4";
        assert_eq!(header, format!("attachment; filename=\"Bucher- 1; 50.mp4\"; filename*=UTF-8''{full}"));
    }

    #[tokio::test]
    async fn presigned_urls_are_for_one_object_and_five_minutes() {
        let key = ObjectKey::upload(&TenantId::new(), tenancy::uuid::Uuid::nil());
        let (bucket, path) = (bucket(), format!("/{key}?"));
        let download = bucket.presign_get(&key, &FileName::new("Psalm 23", "mp4")).await.unwrap();
        let upload = bucket.presign_put(&key, "image/png", 4711).await.unwrap().url;
        for url in [&download, &upload] {
            assert!(url.contains(&path) && url.contains("X-Amz-Expires=300&"), "{url}");
        }
        // What is signed cannot be changed: neither how much is uploaded, nor what, nor that it is written once.
        let signed = "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match";
        assert!(upload.contains(signed), "{upload}");
    }
}
