//! Answers that are kept, and given again.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::header::REPLAYED;
use crate::problem::{Code, Problem};

/// How long an answer is kept unless its handler says otherwise: a day, as Stripe does.
pub(super) const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// The most bytes of a kept answer when it is deflated: DynamoDB's 400 KB less room for the other attributes.
const LARGEST: usize = 380_000;

/// The most bytes that are inflated again: more than Lambda lets a function answer with.
const LARGEST_INFLATED: u64 = 16 << 20;

/// The headers that are kept with an answer. All others are the edge's own, or do not outlive the response.
const KEPT_HEADERS: [HeaderName; 2] = [header::CONTENT_TYPE, header::LOCATION];

/// A part of a response: the body to keep instead of its own, because it has a secret that is shown once.
#[derive(Clone, Debug)]
pub struct ReplayAs<T>(pub T);

/// A part of a response: how long its answer is of use, where that is less than a day.
#[derive(Clone, Copy, Debug)]
pub struct ReplayFor(pub Duration);

#[derive(Clone)]
struct OtherBody(Value);

impl<T: Serialize> IntoResponseParts for ReplayAs<T> {
    type Error = Problem;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Problem> {
        let body = serde_json::to_value(self.0).map_err(Problem::internal)?;
        parts.extensions_mut().insert(OtherBody(body));
        Ok(parts)
    }
}

impl IntoResponseParts for ReplayFor {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

/// An answer as it is kept. The default is one of which nothing is known but that the work is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    status: u16,
    headers: Vec<(String, String)>,
    /// None for one that is too large to keep.
    body: Option<String>,
}

impl KeptAnswer {
    /// Takes the answer out of a response. Gives it deflated, with how long to keep it, and the response as it was.
    pub(super) async fn of(response: Response) -> (Vec<u8>, Duration, Response) {
        let (parts, body) = response.into_parts();
        let bytes = match to_bytes(body, usize::MAX).await {
            Ok(bytes) => bytes,
            // Handlers answer with bodies that are in memory already.
            Err(error) => return (Vec::new(), KEPT, Problem::internal(error).into_response()),
        };
        let other = parts.extensions.get::<OtherBody>().map(|other| other.0.to_string());
        let lifetime = parts.extensions.get::<ReplayFor>().map_or(KEPT, |kept| kept.0);
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let headers = KEPT_HEADERS
            .iter()
            .filter_map(|name| Some((name.as_str().to_owned(), text(parts.headers.get(name)?)?)));
        let kept = Self {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: other.or_else(|| String::from_utf8(bytes.to_vec()).ok()),
        };
        let deflated = kept.deflated().filter(|bytes| bytes.len() <= LARGEST);
        let deflated = deflated.or_else(|| Self { body: None, ..kept }.deflated()).unwrap_or_default();
        (deflated, lifetime, Response::from_parts(parts, Body::from(bytes)))
    }

    fn deflated(&self) -> Option<Vec<u8>> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&serde_json::to_vec(self).ok()?).ok()?;
        encoder.finish().ok()
    }

    /// Reads an answer that was kept; none when the bytes are no such answer.
    pub(super) fn inflated(bytes: &[u8]) -> Option<Self> {
        let mut json = Vec::new();
        DeflateDecoder::new(bytes).take(LARGEST_INFLATED).read_to_end(&mut json).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// The response to the repeated request.
    pub(super) fn replayed(self) -> Response {
        let is_whole = self.body.is_some();
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match self.body {
            Some(body) => (status, body).into_response(),
            None => {
                let detail = "This was done already, and its answer cannot be given again. Read what it made; \
                              `Location`, where there is one, says where.";
                Problem::new(Code::Conflict, detail).into_response()
            }
        };
        let headers = response.headers_mut();
        for (name, value) in self.headers {
            // The type of the answer is not that of the problem.
            if !is_whole && name == header::CONTENT_TYPE.as_str() {
                continue;
            }
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        if is_whole {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::response::AppendHeaders;
    use serde_json::json;

    use super::*;
    use crate::extract::Json;

    async fn replay(response: Response) -> (Response, Duration, Response) {
        let (bytes, lifetime, response) = KeptAnswer::of(response).await;
        (response, lifetime, KeptAnswer::inflated(&bytes).unwrap().replayed())
    }

    async fn json(response: Response) -> Value {
        serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn an_answer_is_given_again_with_a_mark() {
        let location = AppendHeaders([(header::LOCATION, "/projects/1"), (header::SET_COOKIE, "a=b")]);
        let made = (StatusCode::CREATED, location, Json(json!({"id": 1}))).into_response();
        let (first, lifetime, again) = replay(made).await;
        assert_eq!(
            (first.status(), again.status(), lifetime),
            (StatusCode::CREATED, StatusCode::CREATED, KEPT)
        );
        assert!(!first.headers().contains_key(REPLAYED) && first.headers().contains_key(header::SET_COOKIE));
        assert_eq!(again.headers()[REPLAYED], "true");
        assert_eq!(again.headers()[header::LOCATION], "/projects/1");
        assert_eq!(again.headers()[header::CONTENT_TYPE], "application/json");
        assert!(!again.headers().contains_key(header::SET_COOKIE));
        assert_eq!((json(first).await, json(again).await), (json!({"id": 1}), json!({"id": 1})));
    }

    #[tokio::test]
    async fn a_secret_is_not_kept() {
        let parts = (ReplayAs(json!({"key": null})), ReplayFor(Duration::from_secs(300)));
        let made = (StatusCode::CREATED, parts.0, parts.1, Json(json!({"key": "secret"}))).into_response();
        let (bytes, lifetime, first) = KeptAnswer::of(made).await;
        let kept = KeptAnswer::inflated(&bytes).unwrap();
        assert!(!format!("{kept:?}").contains("secret"));
        assert_eq!(lifetime, Duration::from_secs(300));
        assert_eq!(
            (json(first).await, json(kept.replayed()).await),
            (json!({"key": "secret"}), json!({"key": null}))
        );
    }

    #[tokio::test]
    async fn an_answer_that_fits_no_item_is_not_given_again() {
        // Digits of a hash cannot be deflated to less than half.
        let digits = (0_u32..15_000).map(|i| tenancy::ContentHash::of(&i.to_be_bytes()).to_string());
        let location = AppendHeaders([(header::LOCATION, "/projects/1")]);
        let made = (StatusCode::CREATED, location, Json(digits.collect::<Vec<_>>())).into_response();
        let (first, _, again) = replay(made).await;
        assert_eq!((first.status(), again.status()), (StatusCode::CREATED, StatusCode::CONFLICT));
        assert!(!again.headers().contains_key(REPLAYED));
        assert_eq!(again.headers()[header::LOCATION], "/projects/1", "where it is");
        assert_eq!(again.headers()[header::CONTENT_TYPE], "application/problem+json");
    }
}
