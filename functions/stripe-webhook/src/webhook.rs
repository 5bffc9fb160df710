//! Decides what to do with a webhook request.

use billing::{WebhookNotification, verify};
use http::StatusCode;
use jiff::Timestamp;

use crate::request::Request;

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Put the notification on the queue.
    Enqueue(WebhookNotification),
    /// Answer 200 and do nothing: it is Stripe's, but concerns no subscription.
    Ignore,
    /// Answer with this status and reason, and store nothing: it is unsigned or malformed.
    Reject(StatusCode, &'static str),
}

/// Verifies the method and signature of a request, and parses its body.
pub(crate) fn verify_request(request: &Request, secrets: &[String], now: Timestamp) -> Verdict {
    if request.method() != "POST" {
        return Verdict::Reject(StatusCode::METHOD_NOT_ALLOWED, "Events are sent by POST.");
    }
    let Some(signature) = request.headers.get("stripe-signature") else {
        return Verdict::Reject(StatusCode::BAD_REQUEST, "There is no Stripe-Signature header.");
    };
    let Some(body) = request.body() else {
        return Verdict::Reject(StatusCode::BAD_REQUEST, "The body cannot be read.");
    };
    if verify(signature, &body, secrets, now).is_err() {
        return Verdict::Reject(StatusCode::BAD_REQUEST, "The signature does not fit.");
    }
    match WebhookNotification::read(&body) {
        Ok(notification) if notification.concerns_subscription() => Verdict::Enqueue(notification),
        Ok(_) => Verdict::Ignore,
        Err(_) => Verdict::Reject(StatusCode::BAD_REQUEST, "The body is no event."),
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "whsec_test";
    const BODY: &str =
        r#"{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1","customer":"cus_1"}}}"#;

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    fn signed(body: &str) -> String {
        let time = now().as_second();
        let signature = sign(&Key::new(HMAC_SHA256, SECRET.as_bytes()), format!("{time}.{body}").as_bytes());
        format!("t={time},v1={}", hex::encode(signature))
    }

    fn request(body: &str, signature: &str) -> Value {
        json!({
            "version": "2.0",
            "headers": {"stripe-signature": signature, "content-type": "application/json"},
            "requestContext": {"http": {"method": "POST", "path": "/", "sourceIp": "192.0.2.1"}},
            "body": body,
            "isBase64Encoded": false,
        })
    }

    fn judged(request: Value) -> Verdict {
        verify_request(&serde_json::from_value(request).unwrap(), &[SECRET.to_owned()], now())
    }

    fn refused(request: Value) -> u16 {
        match judged(request) {
            Verdict::Reject(status, _) => status.as_u16(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_signed_request_is_enqueued_also_in_base64() {
        let Verdict::Enqueue(notification) = judged(request(BODY, &signed(BODY))) else { panic!("refused") };
        assert_eq!((notification.event.as_str(), notification.customer.as_deref()), ("evt_1", Some("cus_1")));
        let mut encoded = request(&STANDARD.encode(BODY), &signed(BODY));
        encoded["isBase64Encoded"] = true.into();
        assert_eq!(judged(encoded), Verdict::Enqueue(notification));
    }

    #[test]
    fn a_request_that_is_not_signed_is_rejected() {
        let other = BODY.replace("in_1", "in_2");
        assert_eq!(refused(request(&other, &signed(BODY))), 400);
        assert_eq!(refused(request(BODY, "")), 400);
        let mut unsigned = request(BODY, "");
        unsigned["headers"] = json!({});
        assert_eq!(refused(unsigned), 400);
        let mut broken = request("%%%", &signed(BODY));
        broken["isBase64Encoded"] = true.into();
        assert_eq!(refused(broken), 400);
        let mut get = request(BODY, &signed(BODY));
        get["requestContext"]["http"]["method"] = "GET".into();
        assert_eq!(refused(get), 405);
    }

    #[test]
    fn a_signed_event_that_concerns_no_subscription_is_ignored() {
        let body = r#"{"id":"evt_2","type":"payout.paid","data":{"object":{"id":"po_1"}}}"#;
        assert_eq!(judged(request(body, &signed(body))), Verdict::Ignore);
        assert_eq!(refused(request("[]", &signed("[]"))), 400, "nor is it an event");
    }

    #[test]
    fn the_sample_event_is_a_request() {
        let sample = include_str!("../../../events/stripe-webhook.json");
        let sample: Request = serde_json::from_str(sample).unwrap();
        assert_eq!(sample.method(), "POST");
    }
}
