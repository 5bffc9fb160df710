//! Answers that browsers and proxies may keep.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;

use crate::extract::Json;

/// What changes only with a deployment may be kept for five minutes, by everybody: a new deployment is seen soon, and a
/// page that is opened again asks for nothing.
const FIVE_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// A JSON answer that is the same for every caller until the next deployment, so that it may be cached for five minutes.
#[derive(Clone, Debug)]
pub struct Cached<T>(pub T);

impl<T: Serialize> IntoResponse for Cached<T> {
    fn into_response(self) -> Response {
        ([(header::CACHE_CONTROL, FIVE_MINUTES)], Json(self.0)).into_response()
    }
}
