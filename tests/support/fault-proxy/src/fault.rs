//! The faults that can be injected, and the error responses of services.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::call::Call;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection closes without a response; the service does not receive the call.
    Refuse,
    /// No response ever comes; the service does not receive the call.
    Hang,
    /// The call is forwarded after this delay.
    Delay(Duration),
    /// An internal error of the service (status 500), which clients retry; the service does not receive the call.
    ServerError,
    /// A throttling error of the service, which clients retry with backoff; the service does not receive the call.
    Throttle,
    /// The call is forwarded and takes effect, but the connection closes after half of the response body.
    TruncateResponse,
}

/// An internal error in the form of the service.
pub(crate) fn server_error(call: &Call) -> Response<Bytes> {
    let (in_json, in_xml) = (StatusCode::INTERNAL_SERVER_ERROR, StatusCode::INTERNAL_SERVER_ERROR);
    refusal(call, (in_json, "InternalServerError"), (in_xml, "InternalError"))
}

/// A throttling error in the form of the service.
pub(crate) fn throttled(call: &Call) -> Response<Bytes> {
    let kind = if call.service.starts_with("DynamoDB") {
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    } else {
        "ThrottlingException"
    };
    refusal(call, (StatusCode::BAD_REQUEST, kind), (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"))
}

/// An error response: JSON for services that are called with `X-Amz-Target`; the others are taken for S3, which answers in
/// XML.
fn refusal(call: &Call, in_json: (StatusCode, &str), in_xml: (StatusCode, &str)) -> Response<Bytes> {
    let (status, content_type, body) = if call.service.is_empty() {
        let (status, code) = in_xml;
        (status, "application/xml", format!("<Error><Code>{code}</Code><Message>injected</Message></Error>"))
    } else {
        let (status, kind) = in_json;
        (status, "application/x-amz-json-1.0", json!({"__type": kind, "message": "injected"}).to_string())
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
