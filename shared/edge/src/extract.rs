//! Extractors for bodies, paths and queries, rejecting with problems and checking the values' bounds.
//!
//! One rule for every body: it is JSON in UTF-8, not compressed, with or without a byte order mark. An object is an
//! object, a member that is `null` is as absent, and no body at all is `{}`. See [`crate::input`].

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use mime::Mime;
use serde::{Serialize, de::DeserializeOwned};

use crate::field_error::{FieldError, INVALID_VALUE, Place};
use crate::input::{Fault, Input, JsonError, parse_json};
use crate::problem::{Code, Problem};

/// The most errors that a problem lists: a storyboard has up to 2,000 scenes, and nobody reads as many errors.
const MOST_ERRORS: usize = 20;

/// A JSON body. As an extractor it also checks the rules that the type declares with [`garde::Validate`].
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let input = read_input(request, state).await?;
        if let Some((path, position)) = input.first_damaged() {
            return Err(damaged(path, position));
        }
        read_value(input).map(Self)
    }
}

/// A JSON body that brings back texts which are stored already, such as the words of a storyboard. A U+FFFD in them is
/// not refused here, because it may have been stored before it was refused anywhere: the handler compares these texts
/// with the stored ones, and its other texts are lines, which have no U+FFFD.
#[derive(Clone, Debug)]
pub struct JsonOfStored<T>(pub T);

impl<T, S> FromRequest<S> for JsonOfStored<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        read_value(read_input(request, state).await?).map(Self)
    }
}

/// Reads the body of a request as JSON.
async fn read_input<S: Send + Sync>(request: Request, state: &S) -> Result<Input, Problem> {
    let (parts, body) = request.into_parts();
    let encoding = encoding_problem(&parts.headers);
    // The body is read with the request's extensions, which hold the limit of its length.
    let content_type = parts.headers.get(header::CONTENT_TYPE).cloned();
    let body = Bytes::from_request(Request::from_parts(parts, body), state).await;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge, "Send at most 2 MB."),
        _ => Problem::new(Code::BadRequest, "The body ended before it was complete. Send it again."),
    })?;
    let input = match body.is_empty() {
        true => None,
        false => {
            encoding.map_or(Ok(()), Err)?;
            check_content_type(content_type.as_ref())?;
            parse_json(&body).map_err(json_problem)?
        }
    };
    Ok(input.unwrap_or_else(|| Input::Object(Vec::new())))
}

/// A value of the form and within the bounds that its type declares.
fn read_value<T: DeserializeOwned + Validate<Context = ()>>(input: Input) -> Result<T, Problem> {
    let value = T::deserialize(input).map_err(|fault| invalid(vec![error_in(fault, Place::Body)]))?;
    value.validate().map_err(|report| invalid(errors_of(&report, Place::member)))?;
    Ok(value)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The problem for a body that is compressed: functions take at most 2 MB, and texts are smaller.
fn encoding_problem(headers: &HeaderMap) -> Option<Problem> {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter().flat_map(|value| {
        value.to_str().unwrap_or("?").split(',').map(|encoding| encoding.trim().to_ascii_lowercase())
    });
    if encodings.all(|encoding| encoding.is_empty() || encoding == "identity") {
        return None;
    }
    let detail = "Send the body as it is, not compressed, and without `Content-Encoding`.";
    let problem = Problem::at(Code::UnsupportedEncoding, Place::Header("Content-Encoding"), detail);
    // RFC 9110, section 15.5.16: this header says which encodings would have been taken.
    Some(problem.with_header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity")))
}

/// Checks that the media type is JSON, and that it names no charset but UTF-8, of which ASCII is a part.
fn check_content_type(content_type: Option<&HeaderValue>) -> Result<(), Problem> {
    const PLACE: Place = Place::Header("Content-Type");
    let given = content_type.and_then(|value| value.to_str().ok()?.parse::<Mime>().ok());
    let is_json = |given: &Mime| {
        let is_json = given.subtype() == mime::JSON || given.suffix() == Some(mime::JSON);
        given.type_() == mime::APPLICATION && is_json
    };
    let Some(given) = given.filter(is_json) else {
        let detail = "Send the body as JSON with `Content-Type: application/json`.";
        return Err(Problem::at(Code::NotJson, PLACE, detail));
    };
    match given.get_param(mime::CHARSET) {
        None => Ok(()),
        Some(charset) if ["utf-8", "utf8", "us-ascii"].iter().any(|known| charset == *known) => Ok(()),
        Some(_) => {
            let detail = "Send JSON in UTF-8. `Content-Type: application/json` needs no charset.";
            Err(Problem::at(Code::UnsupportedEncoding, PLACE, detail))
        }
    }
}

fn json_problem(error: JsonError) -> Problem {
    let whole = || Place::Body(Vec::new());
    match error {
        JsonError::NotUtf8 { byte } => {
            let detail = format!("Send the body in UTF-8. Byte {byte} does not belong to any character.");
            Problem::at(Code::BadRequest, whole(), detail)
        }
        JsonError::Syntax { line, column } => {
            let detail = format!("The body is not JSON. Look at line {line}, column {column}.");
            Problem::at(Code::BadRequest, whole(), detail)
        }
        JsonError::Unrepresentable(remedy) => {
            invalid(vec![FieldError { place: whole(), code: INVALID_VALUE, detail: remedy.to_owned() }])
        }
    }
}

/// The problem for a text in which a program before this one has put U+FFFD for what it could not decode.
fn damaged(path: Vec<String>, position: usize) -> Problem {
    let detail = format!(
        "Character {position} is U+FFFD, which stands for one that was lost before this was sent. Send the text from \
         where it is whole, in UTF-8."
    );
    let problem = Problem::at(Code::UnsupportedCharacter, Place::Body(path), detail);
    problem.with("characters", vec!["U+FFFD"]).with("position", position)
}

fn invalid(errors: Vec<FieldError>) -> Problem {
    Problem::of_errors(Code::Invalid, errors)
}

fn error_in(fault: Fault, place: impl Fn(Vec<String>) -> Place) -> FieldError {
    FieldError { place: place(fault.path()), code: fault.code, detail: fault.detail }
}

fn errors_of(report: &garde::Report, place: impl Fn(&str) -> Place) -> Vec<FieldError> {
    let errors = report.iter().take(MOST_ERRORS).map(|(path, error)| FieldError {
        place: place(&path.to_string()),
        code: INVALID_VALUE,
        detail: sentence(error.message()),
    });
    errors.collect()
}

/// A rule's message, which is the beginning of a sentence or a whole one, as a sentence.
fn sentence(message: &str) -> String {
    let mut characters = message.trim_end_matches('.').chars();
    let first = characters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(characters).chain(['.']).collect()
}

/// The parameters of the path. A value that does not parse is answered with 404, like the id of a thing that does not
/// exist.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let parsed = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        parsed.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Problem::not_found("thing"))
    }
}

/// The query string, with the rules checked that the type declares with [`garde::Validate`]. Unknown parameters are
/// refused where the type has `#[serde(deny_unknown_fields)]`. What is wrong is told as for a body, by the name of the
/// `parameter` instead of a `pointer`.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let parameters = form_urlencoded::parse(query)
            .map(|(name, value)| (name.into_owned(), Input::Parameter(value.into_owned())));
        let value = T::deserialize(Input::Object(parameters.collect()));
        let place = |path: Vec<String>| Place::Parameter(path.join("."));
        let value = value.map_err(|fault| invalid(vec![error_in(fault, place)]))?;
        let place = |path: &str| Place::Parameter(path.to_owned());
        value.validate().map_err(|report| invalid(errors_of(&report, place)))?;
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests;
