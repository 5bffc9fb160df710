//! The request and response of a Lambda function URL.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// The event of a function URL (payload format 2.0), as far as the answer depends on it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    /// Header values by lowercase name.
    #[serde(default)]
    pub(crate) headers: HashMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    request_context: RequestContext,
}

#[derive(Debug, Deserialize)]
struct RequestContext {
    http: Http,
}

#[derive(Debug, Deserialize)]
struct Http {
    method: String,
}

impl Request {
    pub(crate) fn method(&self) -> &str {
        &self.request_context.http.method
    }

    /// The body's bytes, as they were signed; none when the base64 is invalid.
    pub(crate) fn body(&self) -> Option<Vec<u8>> {
        let body = self.body.as_deref().unwrap_or_default();
        match self.is_base64_encoded {
            true => STANDARD.decode(body).ok(),
            false => Some(body.as_bytes().to_vec()),
        }
    }
}

/// The response of a function URL.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    status_code: u16,
    headers: HashMap<&'static str, &'static str>,
    body: String,
}

impl Response {
    /// 200 with an empty body: Stripe does not send the event again.
    pub(crate) fn accepted() -> Self {
        Self { status_code: 200, headers: HashMap::new(), body: String::new() }
    }

    /// A problem document (RFC 9457). It repeats nothing of the request.
    pub(crate) fn problem(status: StatusCode, detail: &str) -> Self {
        let problem = serde_json::json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": detail,
        });
        Self {
            status_code: status.as_u16(),
            headers: HashMap::from([("content-type", "application/problem+json")]),
            body: problem.to_string(),
        }
    }
}
