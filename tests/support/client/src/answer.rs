use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    /// What was asked, for messages: `GET /api/v1/jobs`.
    pub request: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// A problem as RFC 9457 has it, with this API's `code`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Problem {
    /// A URI for the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in a few words.
    pub title: String,
    /// The status, once more.
    pub status: u16,
    /// The stable name that clients match on.
    pub code: String,
    /// What to do about it, for people.
    pub detail: String,
    /// What clients can compute with: `limit`, `verse`, `resets_at` …
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No answer: nobody listens, the connection broke, too late.
    #[error("{request} got no answer: {}", innermost(.source))]
    Transport {
        /// What was asked.
        request: String,
        /// What the connection says.
        source: reqwest::Error,
    },
    /// The API says no, and why.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// A refusal that is no problem of the API's: a gateway's, an object store's.
    #[error("{request} was answered with {status}: {body}")]
    Refused {
        /// What was asked.
        request: String,
        /// The status.
        status: StatusCode,
        /// The beginning of the body.
        body: String,
    },
    /// A success that is not what the documentation promises.
    #[error("{request} was answered with something else than promised: {source}: {body}")]
    Shape {
        /// What was asked.
        request: String,
        /// What does not fit.
        source: serde_json::Error,
        /// The beginning of the body.
        body: String,
    },
}

impl ApiError {
    /// The problem, when the API gave one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether the caller must sign in, again or at all.
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

    /// Whether the same request may succeed in a moment.
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
    /// The body as JSON of a shape.
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

    /// The answer, if it is a success.
    ///
    /// # Errors
    /// [`ApiError::Problem`] or [`ApiError::Refused`].
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

    /// The problem in the body, if that is what it says it is.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        let is_problem = self.header("content-type")?.starts_with("application/problem+json");
        is_problem.then(|| serde_json::from_slice(&self.body).ok()).flatten()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value.
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

/// The last cause: the outer ones only say that sending a request failed.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
