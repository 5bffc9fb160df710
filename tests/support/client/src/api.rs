//! The API's routes, one method each, and requests to any other path.
//!
//! Every method that sends a request fails with [`ApiError::Transport`] when no answer comes, and with
//! [`ApiError::Problem`] or [`ApiError::Refused`] when the request is refused; [`ApiError::Shape`] means that the
//! answer lacks what the documentation promises.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::account::{Account, Usage};
use crate::answer::{ApiError, ApiResponse};
use crate::model::{
    Asset, Download, Job, NewProject, Page, Project, Quote, Receipt, SceneEdit, Storyboard, Upload, Video,
};

/// How long a connection may stay silent. API Gateway gives up on a function after 30 s, so an answer has
/// come by then.
const READ_TIMEOUT: Duration = Duration::from_secs(40);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The `wait` of a long poll that the API allows at most, seconds.
const LONGEST_POLL_S: u64 = 20;

/// The API at one address, with a credential or without.
#[derive(Clone, Debug)]
pub struct Api {
    http: Client,
    base: String,
    bearer: Option<String>,
}

/// A request that is not sent yet.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct PendingRequest {
    name: String,
    request: RequestBuilder,
}

impl PendingRequest {
    /// Sets the body to this value as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Sets the body to exactly this text, with the content type of JSON whether it is JSON or not.
    pub fn raw(mut self, body: impl Into<String>) -> Self {
        self.request = self.request.header(CONTENT_TYPE, "application/json").body(body.into());
        self
    }

    /// Sets the body to exactly these bytes, without a content type.
    pub fn bytes(mut self, body: Vec<u8>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sends the request and waits for the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when no answer comes.
    pub async fn send(self) -> Result<ApiResponse, ApiError> {
        let failed = |source| ApiError::Transport { request: self.name.clone(), source };
        let response = self.request.send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(failed)?.to_vec();
        Ok(ApiResponse { request: self.name, status, headers, body })
    }
}

impl Api {
    /// The API whose paths begin at `base`, without a credential.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when this machine's TLS cannot be set up.
    pub fn at(base: &str) -> Result<Self, ApiError> {
        let http = Client::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
        let http = http.map_err(|source| ApiError::Transport { request: "the client".to_owned(), source })?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), bearer: None })
    }

    /// The same API with an access token or API key, which is sent as `Authorization: Bearer`.
    #[must_use]
    pub fn with_token(&self, access_token: &str) -> Self {
        Self { bearer: Some(access_token.to_owned()), ..self.clone() }
    }

    /// A request to a path of the API, or to a whole URL elsewhere, to which no credential is sent.
    pub fn call(&self, method: Method, path: &str) -> PendingRequest {
        let name = format!("{method} {path}");
        if path.starts_with("http") {
            return PendingRequest { name, request: self.http.request(method, path) };
        }
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token);
        }
        PendingRequest { name, request }
    }

    /// Sends a GET.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when no answer comes.
    pub async fn get(&self, path: &str) -> Result<ApiResponse, ApiError> {
        self.call(Method::GET, path).send().await
    }

    /// `GET /api/account`: the tenant and the user.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn account(&self) -> Result<Account, ApiError> {
        self.get("/api/account").await?.json()
    }

    /// `GET /api/account/usage`: what the tenant has used this month.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn usage(&self) -> Result<Usage, ApiError> {
        self.get("/api/account/usage").await?.json()
    }

    /// `POST /api/v1/projects`: creates a project.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn create_project(&self, project: &NewProject) -> Result<Project, ApiError> {
        self.call(Method::POST, "/api/v1/projects").json(project).send().await?.json()
    }

    /// `GET /api/v1/projects`: the first page.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn projects(&self) -> Result<Page<Project>, ApiError> {
        self.get("/api/v1/projects").await?.json()
    }

    /// `GET /api/v1/projects/{id}`.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn project(&self, project: &str) -> Result<Project, ApiError> {
        self.get(&format!("/api/v1/projects/{project}")).await?.json()
    }

    /// `GET /api/v1/projects/{id}/storyboard`.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn storyboard(&self, project: &str) -> Result<Storyboard, ApiError> {
        self.get(&format!("/api/v1/projects/{project}/storyboard")).await?.json()
    }

    /// `PUT /api/v1/projects/{id}/storyboard`: replaces the scenes, if `revision` is the project's current one
    /// (else a problem `conflict`).
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn put_storyboard(
        &self,
        project: &str,
        revision: u64,
        scenes: &[SceneEdit],
    ) -> Result<Storyboard, ApiError> {
        let path = format!("/api/v1/projects/{project}/storyboard");
        let body = json!({ "revision": revision, "scenes": scenes });
        self.call(Method::PUT, &path).json(&body).send().await?.json()
    }

    /// `POST /api/v1/projects/{id}/assets`: asks to upload a picture of exactly `bytes` bytes.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn ask_for_upload(
        &self,
        project: &str,
        content_type: &str,
        bytes: usize,
    ) -> Result<Upload, ApiError> {
        let path = format!("/api/v1/projects/{project}/assets");
        let body = json!({ "kind": "image", "content_type": content_type, "bytes": bytes });
        self.call(Method::POST, &path).json(&body).send().await?.json()
    }

    /// Sends a file to the URL of an upload, whatever S3 answers.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when no answer comes.
    pub async fn put_upload(&self, upload: &Upload, file: Vec<u8>) -> Result<ApiResponse, ApiError> {
        let call = self.call(Method::PUT, &upload.upload_url).bytes(file);
        let call = upload.headers.iter().fold(call, |call, (name, value)| call.header(name, value));
        call.send().await
    }

    /// Uploads a picture to a project; gives its id.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn upload(&self, project: &str, content_type: &str, file: Vec<u8>) -> Result<String, ApiError> {
        let upload = self.ask_for_upload(project, content_type, file.len()).await?;
        self.put_upload(&upload, file).await?.success()?;
        Ok(upload.id)
    }

    /// `GET /api/v1/projects/{id}/assets`: the first page, newest first.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn uploads(&self, project: &str) -> Result<Page<Asset>, ApiError> {
        self.get(&format!("/api/v1/projects/{project}/assets")).await?.json()
    }

    /// `DELETE /api/v1/projects/{id}/assets/{asset}`.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn delete_upload(&self, project: &str, upload: &str) -> Result<(), ApiError> {
        let path = format!("/api/v1/projects/{project}/assets/{upload}");
        self.call(Method::DELETE, &path).send().await?.success().map(drop)
    }

    /// `POST /api/v1/projects/{id}/render/quote`: what a render would use and cost.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn quote(&self, project: &str, resolution: Option<&str>) -> Result<Quote, ApiError> {
        let path = format!("/api/v1/projects/{project}/render/quote");
        self.call(Method::POST, &path).json(&wanted(resolution)).send().await?.json()
    }

    /// `POST /api/v1/projects/{id}/render`: starts a job. The same idempotency key and resolution give the job that
    /// was started before.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn render(
        &self,
        project: &str,
        resolution: Option<&str>,
        idempotency_key: Option<&str>,
    ) -> Result<Job, ApiError> {
        let path = format!("/api/v1/projects/{project}/render");
        let mut call = self.call(Method::POST, &path).json(&wanted(resolution));
        if let Some(key) = idempotency_key {
            call = call.header("idempotency-key", key);
        }
        call.send().await?.json()
    }

    /// `GET /api/v1/jobs`: the first page, newest first.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn jobs(&self) -> Result<Page<Job>, ApiError> {
        self.get("/api/v1/jobs").await?.json()
    }

    /// `GET /api/v1/jobs/{id}`, as the job is now.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn job(&self, job: &str) -> Result<Job, ApiError> {
        self.get(&format!("/api/v1/jobs/{job}")).await?.json()
    }

    /// A long poll of a job: answers once the job is newer than `version` or has ended, or else after 20 s. When too many
    /// requests of the user wait already, answers after the time that the API asks to wait.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn job_after(&self, job: &str, version: u64) -> Result<Job, ApiError> {
        let path = format!("/api/v1/jobs/{job}?wait={LONGEST_POLL_S}&version={version}");
        let answer = self.get(&path).await?;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
            tokio::time::sleep(Duration::from_secs(seconds.unwrap_or(1))).await;
            return self.job(job).await;
        }
        answer.json()
    }

    /// `POST /api/v1/jobs/{id}/cancel`.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn cancel(&self, job: &str) -> Result<Job, ApiError> {
        self.call(Method::POST, &format!("/api/v1/jobs/{job}/cancel")).send().await?.json()
    }

    /// `GET /api/v1/jobs/{id}/receipt`: what every step did and what is charged.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn receipt(&self, job: &str) -> Result<Receipt, ApiError> {
        self.receipt_document(job).await?.json()
    }

    /// The receipt as the API sends it, to be saved.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn receipt_document(&self, job: &str) -> Result<ApiResponse, ApiError> {
        let answer = self.get(&format!("/api/v1/jobs/{job}/receipt")).await?;
        answer.success()?;
        Ok(answer)
    }

    /// `GET /api/v1/videos`: the first page, newest first.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn videos(&self) -> Result<Page<Video>, ApiError> {
        self.get("/api/v1/videos").await?.json()
    }

    /// `GET /api/v1/videos/{id}`.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn video(&self, video: &str) -> Result<Video, ApiError> {
        self.get(&format!("/api/v1/videos/{video}")).await?.json()
    }

    /// `GET /api/v1/videos/{id}/download`: a presigned URL of the film.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn download(&self, video: &str) -> Result<Download, ApiError> {
        self.get(&format!("/api/v1/videos/{video}/download")).await?.json()
    }

    /// A film's captions in a format: `srt` or `vtt`.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn captions(&self, video: &str, format: &str) -> Result<String, ApiError> {
        let answer = self.get(&format!("/api/v1/videos/{video}/captions.{format}")).await?;
        answer.success().map(ApiResponse::text)
    }

    /// A film's thumbnail, JPEG.
    ///
    /// # Errors
    /// [`ApiError`], as the module page says.
    pub async fn thumbnail(&self, video: &str) -> Result<Vec<u8>, ApiError> {
        let answer = self.get(&format!("/api/v1/videos/{video}/thumbnail")).await?;
        answer.success()?;
        Ok(answer.body)
    }

    /// Streams a download's URL into a file; gives the file's size in bytes.
    ///
    /// # Errors
    /// [`FetchError::Api`] when the download fails or is refused, [`FetchError::File`] when the file cannot be
    /// written.
    pub async fn fetch(&self, url: &str, file: &Path) -> Result<u64, FetchError> {
        let failed = |source| ApiError::Transport { request: "GET of the film".to_owned(), source };
        let mut response = self.http.get(url).send().await.map_err(failed)?;
        if !response.status().is_success() {
            let status = response.status();
            let body = response.text().await.unwrap_or_default();
            return Err(ApiError::Refused { request: "GET of the film".to_owned(), status, body }.into());
        }
        let mut bytes = 0;
        let mut written = std::fs::File::create(file)?;
        while let Some(piece) = response.chunk().await.map_err(failed)? {
            written.write_all(&piece)?;
            bytes += piece.len() as u64;
        }
        written.flush()?;
        Ok(bytes)
    }
}

/// Why a download did not become a file.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The download failed or was refused.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The file could not be created or written.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

fn wanted(resolution: Option<&str>) -> Value {
    resolution.map_or_else(|| json!({}), |resolution| json!({ "resolution": resolution }))
}
