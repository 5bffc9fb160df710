use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, RequestBuilder};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Account, ApiError, ApiResponse, Download, Job, NewProject, Page, Project, Quote, Receipt, SceneEdit,
    Storyboard, Usage, Video,
};

/// Longer than any answer takes: API Gateway gives up on a function after 30 s.
const SILENCE: Duration = Duration::from_secs(40);
const CONNECT: Duration = Duration::from_secs(5);

/// The longest wait of a long poll, seconds.
const LONGEST_POLL_S: u64 = 20;

/// The API at one address, as one person or as nobody.
#[derive(Clone, Debug)]
pub struct Api {
    http: Client,
    base: String,
    bearer: Option<String>,
}

/// One request under construction.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct PendingRequest {
    name: String,
    request: RequestBuilder,
}

impl PendingRequest {
    /// Sends this as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Sends exactly this text, saying that it is JSON.
    pub fn raw(mut self, body: impl Into<String>) -> Self {
        self.request = self.request.header(CONTENT_TYPE, "application/json").body(body.into());
        self
    }

    /// Sends exactly these bytes.
    pub fn bytes(mut self, body: Vec<u8>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sends it and waits for the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when none comes.
    pub async fn send(self) -> Result<ApiResponse, ApiError> {
        let failed = |source| ApiError::Transport { request: self.name.clone(), source };
        let response = self.request.send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(failed)?.to_vec();
        Ok(ApiResponse { request: self.name, status, headers, body })
    }
}

impl Api {
    /// The API whose routes begin behind `base`, as nobody.
    ///
    /// # Errors
    /// [`ApiError::Transport`] when this machine's TLS cannot be set up.
    pub fn at(base: &str) -> Result<Self, ApiError> {
        let http = Client::builder().connect_timeout(CONNECT).read_timeout(SILENCE).build();
        let http = http.map_err(|source| ApiError::Transport { request: "the client".to_owned(), source })?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), bearer: None })
    }

    /// The same API as whoever holds this access token.
    #[must_use]
    pub fn with_token(&self, access_token: &str) -> Self {
        Self { bearer: Some(access_token.to_owned()), ..self.clone() }
    }

    /// A request to a path, or to a whole address elsewhere; there no token goes along.
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

    /// A request without a body.
    ///
    /// # Errors
    /// [`ApiError::Transport`].
    pub async fn get(&self, path: &str) -> Result<ApiResponse, ApiError> {
        self.call(Method::GET, path).send().await
    }

    /// The tenant and the person.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn account(&self) -> Result<Account, ApiError> {
        self.get("/api/account").await?.json()
    }

    /// This month's consumption.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn usage(&self) -> Result<Usage, ApiError> {
        self.get("/api/account/usage").await?.json()
    }

    /// Makes a project.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn create_project(&self, project: &NewProject) -> Result<Project, ApiError> {
        self.call(Method::POST, "/api/v1/projects").json(project).send().await?.json()
    }

    /// The first page of the projects.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn projects(&self) -> Result<Page<Project>, ApiError> {
        self.get("/api/v1/projects").await?.json()
    }

    /// A project.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn project(&self, project: &str) -> Result<Project, ApiError> {
        self.get(&format!("/api/v1/projects/{project}")).await?.json()
    }

    /// A project's storyboard.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn storyboard(&self, project: &str) -> Result<Storyboard, ApiError> {
        self.get(&format!("/api/v1/projects/{project}/storyboard")).await?.json()
    }

    /// Replaces the scenes of a project, if `revision` is still its newest.
    ///
    /// # Errors
    /// [`ApiError`].
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

    /// What a render would take.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn quote(&self, project: &str, resolution: Option<&str>) -> Result<Quote, ApiError> {
        let path = format!("/api/v1/projects/{project}/render/quote");
        self.call(Method::POST, &path).json(&wanted(resolution)).send().await?.json()
    }

    /// Starts a render; with the same key and resolution, the one that was started before.
    ///
    /// # Errors
    /// [`ApiError`].
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

    /// The first page of the jobs.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn jobs(&self) -> Result<Page<Job>, ApiError> {
        self.get("/api/v1/jobs").await?.json()
    }

    /// A job as it is now.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn job(&self, job: &str) -> Result<Job, ApiError> {
        self.get(&format!("/api/v1/jobs/{job}")).await?.json()
    }

    /// A job once it is newer than `version` or has ended, or as it is after 20 s.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn job_after(&self, job: &str, version: u64) -> Result<Job, ApiError> {
        let path = format!("/api/v1/jobs/{job}?wait={LONGEST_POLL_S}&version={version}");
        self.get(&path).await?.json()
    }

    /// Stops a job.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn cancel(&self, job: &str) -> Result<Job, ApiError> {
        self.call(Method::POST, &format!("/api/v1/jobs/{job}/cancel")).send().await?.json()
    }

    /// What every step of a job did.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn receipt(&self, job: &str) -> Result<Receipt, ApiError> {
        self.receipt_document(job).await?.json()
    }

    /// The receipt as it comes, to be kept.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn receipt_document(&self, job: &str) -> Result<ApiResponse, ApiError> {
        let answer = self.get(&format!("/api/v1/jobs/{job}/receipt")).await?;
        answer.success()?;
        Ok(answer)
    }

    /// The first page of the films.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn videos(&self) -> Result<Page<Video>, ApiError> {
        self.get("/api/v1/videos").await?.json()
    }

    /// A film.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn video(&self, video: &str) -> Result<Video, ApiError> {
        self.get(&format!("/api/v1/videos/{video}")).await?.json()
    }

    /// Where a film can be fetched.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn download(&self, video: &str) -> Result<Download, ApiError> {
        self.get(&format!("/api/v1/videos/{video}/download")).await?.json()
    }

    /// A film's captions: `srt` or `vtt`.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn captions(&self, video: &str, format: &str) -> Result<String, ApiError> {
        let answer = self.get(&format!("/api/v1/videos/{video}/captions.{format}")).await?;
        answer.success().map(ApiResponse::text)
    }

    /// A film's thumbnail, JPEG.
    ///
    /// # Errors
    /// [`ApiError`].
    pub async fn thumbnail(&self, video: &str) -> Result<Vec<u8>, ApiError> {
        let answer = self.get(&format!("/api/v1/videos/{video}/thumbnail")).await?;
        answer.success()?;
        Ok(answer.body)
    }

    /// Fetches what a download's address gives, piece by piece, into a file. Gives the file's size.
    ///
    /// # Errors
    /// [`FetchError`].
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

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The other side.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// This side.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

fn wanted(resolution: Option<&str>) -> Value {
    resolution.map_or_else(|| json!({}), |resolution| json!({ "resolution": resolution }))
}
