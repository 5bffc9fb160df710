use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::Call;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends without an answer, and the service has not seen the call.
    Refuse,
    /// No answer ever comes, and the service has not seen the call.
    Hang,
    /// The call goes through, after this long.
    Delay(Duration),
    /// The service answers that it is broken, which clients try again.
    ServerError,
    /// The service answers that it is asked too often, which clients try again later.
    Throttle,
    /// The service does what it is asked, and half of its answer comes.
    TruncateResponse,
}

/// "I am broken", in the service's own words.
pub(crate) fn server_error(call: &Call) -> Response<Bytes> {
    let (in_json, in_xml) = (StatusCode::INTERNAL_SERVER_ERROR, StatusCode::INTERNAL_SERVER_ERROR);
    refusal(call, (in_json, "InternalServerError"), (in_xml, "InternalError"))
}

/// "You ask too often", in the service's own words.
pub(crate) fn throttled(call: &Call) -> Response<Bytes> {
    let kind = if call.service.starts_with("DynamoDB") {
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    } else {
        "ThrottlingException"
    };
    refusal(call, (StatusCode::BAD_REQUEST, kind), (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"))
}

/// Services that are addressed by a target speak JSON; the others are taken for S3, which speaks XML.
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
