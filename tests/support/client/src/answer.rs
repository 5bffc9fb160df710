//! Answers of the API, and the errors that a client makes of them.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The whole answer to a request, whatever its status.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    /// The request, for messages: `GET /api/v1/jobs`.
    pub request: String,
    /// The HTTP status.
    pub status: StatusCode,
    /// The response headers.
    pub headers: HeaderMap,
    /// The body, not yet parsed.
    pub body: Vec<u8>,
}

/// A problem document (RFC 9457) with this API's `code`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Problem {
    /// The problem's type: `urn:devotionalai:problem:{code}`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The type in a few words, the same for every problem of it.
    pub title: String,
    /// The HTTP status, repeated in the body.
    pub status: u16,
    /// The stable code that clients match on: `quota_exceeded`.
    pub code: String,
    /// What happened and what to do about it, for people.
    pub detail: String,
    /// The members beyond RFC 9457 that clients can compute with: `limit`, `verse`, `resets_at` …
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// Why a request has no result.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No answer came: connection refused or broken, or a timeout.
    #[error("{request} got no answer: {}", innermost(.source))]
    Transport {
        /// The request: `GET /api/v1/jobs`.
        request: String,
        /// The error of the HTTP client.
        source: reqwest::Error,
    },
    /// The API refused the request with a problem document.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// A refusal without a problem document: API Gateway's own, or S3's.
    #[error("{request} was answered with {status}: {body}")]
    Refused {
        /// The request: `GET /api/v1/jobs`.
        request: String,
        /// The HTTP status.
        status: StatusCode,
        /// The first 300 characters of the body.
        body: String,
    },
    /// A success whose body is not what the documentation promises.
    #[error("{request} was answered with something else than promised: {source}: {body}")]
    Shape {
        /// The request: `GET /api/v1/jobs`.
        request: String,
        /// Where the body does not fit the expected type.
        source: serde_json::Error,
        /// The first 300 characters of the body.
        body: String,
    },
}

impl ApiError {
    /// The problem document, when the API sent one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether the credential is missing, expired or revoked, so that the caller must sign in (again).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.status == StatusCode::UNAUTHORIZED.as_u16(),
            Self::Refused { status, .. } => {
                matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
            }
            _ => false,
        }
    }

    /// Whether the same request may succeed when it is sent again in a moment.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport { .. } => true,
            Self::Problem(problem) => matches!(problem.status, 429 | 503),
            Self::Refused { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Self::Shape { .. } => false,
        }
    }
}

impl ApiResponse {
    /// The body, parsed as JSON.
    ///
    /// # Errors
    /// [`ApiError::Problem`] or [`ApiError::Refused`] when the status is no success, [`ApiError::Shape`] when the body
    /// is not what was expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body = &self.success()?.body;
        serde_json::from_slice(body).map_err(|source| ApiError::Shape {
            request: self.request.clone(),
            source,
            body: self.excerpt(),
        })
    }

    /// The answer itself, if its status is a success.
    ///
    /// # Errors
    /// [`ApiError::Problem`] when the body is a problem document, else [`ApiError::Refused`].
    pub fn success(&self) -> Result<&Self, ApiError> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(match self.problem() {
            Some(problem) => ApiError::Problem(Box::new(problem)),
            None => {
                ApiError::Refused { request: self.request.clone(), status: self.status, body: self.excerpt() }
            }
        })
    }

    /// The problem document in the body, if the content type says that it is one.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        let is_problem = self.header("content-type")?.starts_with("application/problem+json");
        is_problem.then(|| serde_json::from_slice(&self.body).ok()).flatten()
    }

    /// The body as text, with replacement characters for what is not UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header; absent also when it is not ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn excerpt(&self) -> String {
        /// Enough for a message of an object store or of a Python server.
        const CHARACTERS: usize = 300;
        self.text().chars().take(CHARACTERS).collect()
    }
}

/// The innermost cause of an error: the outer ones only say that sending a request failed.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
