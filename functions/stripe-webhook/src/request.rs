use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// What a function URL asks (payload format 2.0), as far as the answer depends on it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    /// By their names in lowercase.
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

    /// The body's bytes, as they were signed; none when they cannot be read.
    pub(crate) fn body(&self) -> Option<Vec<u8>> {
        let body = self.body.as_deref().unwrap_or_default();
        match self.is_base64_encoded {
            true => STANDARD.decode(body).ok(),
            false => Some(body.as_bytes().to_vec()),
        }
    }
}

/// What a function URL answers.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    status_code: u16,
    headers: HashMap<&'static str, &'static str>,
    body: String,
}

impl Response {
    /// The event need not come again.
    pub(crate) fn heard() -> Self {
        Self { status_code: 200, headers: HashMap::new(), body: String::new() }
    }

    /// A problem (RFC 9457). It says nothing of what was sent.
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
