//! Problems (RFC 9457): one stable `code` for each cause, in one flat list.

use axum::response::{IntoResponse, Response};
use cloud::table::TableError;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::field_error::{FieldError, INVALID_VALUE, Place};

macro_rules! codes {
    ($($(#[doc = $when:literal])+ $variant:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// Every reason for which this API refuses or fails a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $when])+ $variant,)+
        }

        impl Code {
            /// All codes, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name that clients match on.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status of every problem with this code.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// The cause in a few words, the same for every problem with this code.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// In which case the API answers with this code, as a sentence: the doc comment of the variant.
            #[must_use]
            pub const fn when(self) -> &'static str {
                match self { $(Self::$variant => concat!($($when),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON or not UTF-8, or a header does not parse.
    BadRequest = "bad_request", BAD_REQUEST, "The request cannot be read";
    /// A value of the body or of the query is missing, has no such name or the wrong type, or is out of its bounds.
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "A value is not acceptable";
    /// The request has no credential, or one that has expired, was revoked, or is not valid.
    Unauthorized = "unauthorized", UNAUTHORIZED, "Sign in first";
    /// The sign-in link or another one of the address was used, or it has expired.
    LinkSpent = "link_spent", UNAUTHORIZED, "The sign-in link no longer works";
    /// The sign-in link is valid, but was opened on another device than the one that asked for it.
    CodeRequired = "code_required", UNAUTHORIZED, "Type the code from the mail";
    /// The code is not the one in the mail.
    CodeWrong = "code_wrong", UNAUTHORIZED, "The code is not the one in the mail";
    /// The request uses the session's cookie, and was sent by a browser on a page of another site.
    ForeignOrigin = "foreign_origin", FORBIDDEN, "The request comes from another site";
    /// The caller's role in the account does not permit the request.
    RoleRequired = "role_required", FORBIDDEN, "Your role does not include this";
    /// The request needs a user who signed in; an API key does not suffice.
    SessionRequired = "session_required", FORBIDDEN, "Sign in to do this";
    /// The request needs a user who signed in recently.
    RecentSignInRequired = "recent_sign_in_required", FORBIDDEN, "Sign in again to do this";
    /// The scope of the API key does not permit the request.
    ScopeRequired = "scope_required", FORBIDDEN, "The API key's scope does not include this";
    /// The operator has temporarily switched the feature off, for the account or for all accounts.
    FeatureDisabled = "feature_disabled", FORBIDDEN, "This is switched off for now";
    /// There is no such thing, or it belongs to another account.
    NotFound = "not_found", NOT_FOUND, "There is no such thing";
    /// The path exists, but not with this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The method is not allowed here";
    /// The body is larger than the route accepts.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The `Content-Type` of the body is missing or is not JSON.
    NotJson = "not_json", UNSUPPORTED_MEDIA_TYPE, "Send JSON";
    /// The body is compressed, or in another charset than UTF-8.
    UnsupportedEncoding = "unsupported_encoding", UNSUPPORTED_MEDIA_TYPE, "Send UTF-8, not compressed";
    /// The scenes put together no longer give the project's text.
    ScriptureChanged = "scripture_changed", UNPROCESSABLE_ENTITY, "The scenes change the text";
    /// Nobody speaks the project's language. The neighbour's voices, if it has one, and `none` for captions and music
    /// only can be chosen as `voice`.
    NoVoice = "no_voice", UNPROCESSABLE_ENTITY, "No voice speaks this language";
    /// A text has a character that none of the fonts can show, or U+FFFD, which stands for one that was lost.
    UnsupportedCharacter = "unsupported_character", UNPROCESSABLE_ENTITY, "A character cannot be shown";
    /// The thing was changed since the caller read it.
    Conflict = "conflict", CONFLICT, "It changed meanwhile";
    /// The video is to be joined from scenes that are not rendered yet.
    NotRendered = "not_rendered", CONFLICT, "Its scenes are not rendered";
    /// The export is still being made.
    ExportNotReady = "export_not_ready", CONFLICT, "The export is not ready yet";
    /// The account has a subscription already. It is changed in the billing portal.
    AlreadySubscribed = "already_subscribed", CONFLICT, "There is a subscription already";
    /// The account has no subscription that could be changed.
    NotSubscribed = "not_subscribed", CONFLICT, "There is no subscription";
    /// The invited address belongs to a member of the account.
    MemberAlready = "member_already", CONFLICT, "They belong to the account already";
    /// The account has as many of these things as it can have.
    TooMany = "too_many", CONFLICT, "There are too many of these";
    /// The account would be left without an owner.
    LastOwner = "last_owner", CONFLICT, "The account needs an owner";
    /// The idempotency key was used before, with another body.
    IdempotencyMismatch = "idempotency_mismatch", CONFLICT, "The idempotency key was used for another request";
    /// What is left of the month's quota does not suffice.
    QuotaExceeded = "quota_exceeded", PAYMENT_REQUIRED, "The plan's quota does not suffice";
    /// The account's plan does not include the feature.
    PlanRequired = "plan_required", PAYMENT_REQUIRED, "The plan does not include this";
    /// The user or the IP address has sent too many requests; `Retry-After` says how long to wait.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too many requests";
    /// A service behind the API fails or is late; `Retry-After` says when to try again. A change may have been made all
    /// the same.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Something we depend on is not answering";
    /// The server failed. The fault is in its log under the request id.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong on our side";
}

/// One problem: a code, a text that says what to do, the places of the request that are wrong, and further members that
/// programs can use.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem with this code; `detail` tells people what to do about it.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), members: Map::new(), headers: Vec::new() }
    }

    /// The problem for these errors, whose texts together are its detail.
    pub(crate) fn of_errors(code: Code, errors: Vec<FieldError>) -> Self {
        let detail = errors.iter().map(FieldError::in_words).collect::<Vec<_>>().join(" ");
        Self { errors, ..Self::new(code, detail) }
    }

    /// The problem for one place of the request.
    pub(crate) fn at(code: Code, place: Place, detail: impl Into<String>) -> Self {
        Self::new(code, detail).with_error(place, code.as_str())
    }

    fn with_error(mut self, place: Place, code: &'static str) -> Self {
        self.errors.push(FieldError { place, code, detail: self.detail.clone() });
        self
    }

    /// The problem for a thing that does not exist or belongs to another tenant. The two cannot be told apart.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}. Check the id."))
    }

    /// The problem for a value of the body that is not acceptable. `member` says which, as `title` or
    /// `scenes[3].image`; an empty text is the whole body.
    #[must_use]
    pub fn invalid(member: &str, detail: impl Into<String>) -> Self {
        Self::new(Code::Invalid, detail).with_error(Place::member(member), INVALID_VALUE)
    }

    /// The problem for a parameter of the path or of the query that is not acceptable.
    #[must_use]
    pub fn invalid_parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::new(Code::Invalid, detail).with_error(Place::Parameter(name.to_owned()), INVALID_VALUE)
    }

    /// The problem for a header that cannot be read.
    #[must_use]
    pub fn bad_header(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Code::BadRequest, detail).with_error(Place::Header(name), INVALID_VALUE)
    }

    /// Says which value of the body the problem is about, as [`Problem::invalid`] does.
    #[must_use]
    pub fn about(self, member: &str) -> Self {
        let code = self.code.as_str();
        self.with_error(Place::member(member), code)
    }

    /// Adds a member to the problem's JSON object.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Sets the header `Retry-After`.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Sets a header of the response.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The problem's code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The problem for a fault of ours. The reason is logged; the client learns only that there was one.
    #[must_use]
    pub fn internal(reason: impl std::fmt::Display) -> Self {
        tracing::error!(reason = %reason, "internal fault: {reason}");
        Self::new(Code::Internal, "Try again; if it happens again, tell us the request id.")
    }

    /// The problem for a service behind the API that does not answer; `what` names it in the log. The reason is logged;
    /// the client is asked to wait for five seconds.
    #[must_use]
    pub fn unavailable(what: &str, reason: impl std::fmt::Display) -> Self {
        tracing::error!(what, reason = %reason, "{what} is not answering: {reason}");
        Self::new(
            Code::Unavailable,
            "Try again in a few seconds. If this was to change something, look first whether it did.",
        )
        .retry_after(5)
    }
}

impl From<TableError> for Problem {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Unavailable(reason) => Self::unavailable("table", reason),
            TableError::Conflict => Self::unavailable("table", "transaction conflict"),
            TableError::Condition { .. } => {
                Self::new(Code::Conflict, "It changed while you were working on it. Read it again and retry.")
            }
            TableError::Shape(error) => Self::internal(error),
            TableError::Refused(reason) => Self::internal(reason),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        // Where a handler names no place, it is the body as a whole, so that clients can rely on `errors`.
        let names_places =
            matches!(self.code.status(), StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY);
        if self.errors.is_empty() && names_places {
            self = self.about("");
        }
        let mut body = self.members;
        if !self.errors.is_empty() {
            body.insert("errors".into(), self.errors.iter().map(FieldError::to_json).collect());
        }
        body.insert("type".into(), json!(format!("urn:devotionalai:problem:{}", self.code.as_str())));
        body.insert("title".into(), json!(self.code.title()));
        body.insert("status".into(), json!(self.code.status().as_u16()));
        body.insert("code".into(), json!(self.code.as_str()));
        body.insert("detail".into(), json!(self.detail));
        let mut response = (self.code.status(), Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code.status() == StatusCode::UNAUTHORIZED {
            // A 401 names the scheme to authenticate with (RFC 9110, 15.5.2).
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        headers.extend(self.headers);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_are_errors() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert_eq!(
            Code::LinkSpent.when(),
            "The sign-in link or another one of the address was used, or it has expired."
        );
        assert!(Code::ALL.iter().all(|c| c.status().is_client_error() || c.status().is_server_error()));
    }

    #[tokio::test]
    async fn a_refused_request_says_which_places_are_wrong() {
        let about = |pointer: &str, code: &str, detail: &str| json!([{"pointer": pointer, "code": code, "detail": detail}]);
        for (problem, errors) in [
            (
                Problem::invalid("scenes[1].image", "Not there."),
                about("#/scenes/1/image", "invalid_value", "Not there."),
            ),
            (Problem::new(Code::ScriptureChanged, "Verse 1."), about("#", "scripture_changed", "Verse 1.")),
            (
                Problem::new(Code::UnsupportedCharacter, "One.").about("text"),
                about("#/text", "unsupported_character", "One."),
            ),
            (
                Problem::invalid_parameter("scene", "Not this."),
                json!([{"parameter": "scene", "code": "invalid_value", "detail": "Not this."}]),
            ),
            (
                Problem::bad_header("Idempotency-Key", "Too long."),
                json!([{"header": "Idempotency-Key", "code": "invalid_value", "detail": "Too long."}]),
            ),
            (Problem::not_found("film"), Value::Null),
        ] {
            let body = axum::body::to_bytes(problem.into_response().into_body(), usize::MAX).await.unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["errors"], errors, "{body}");
        }
    }
}
