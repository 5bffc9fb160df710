//! axum's extractors for bodies, paths and queries, rejecting with problems and checking the values' bounds.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::request::Parts;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::problem::{Code, Problem};

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
        let parsed = axum::Json::<T>::from_request(request, state).await;
        let axum::Json(value) = parsed.map_err(|rejection| body_problem(&rejection))?;
        value.validate().map_err(|report| validation_problem(&report))?;
        Ok(Self(value))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn body_problem(rejection: &JsonRejection) -> Problem {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            Problem::new(Code::NotJson, "Send the body as JSON with `Content-Type: application/json`.")
        }
        JsonRejection::JsonDataError(error) => Problem::new(Code::Invalid, error.body_text()),
        JsonRejection::JsonSyntaxError(error) => Problem::new(Code::BadRequest, error.body_text()),
        other if other.status() == http::StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(Code::TooLarge, "Send at most 2 MB.")
        }
        other => Problem::new(Code::BadRequest, other.body_text()),
    }
}

fn validation_problem(report: &garde::Report) -> Problem {
    let errors: Vec<Value> = report
        .iter()
        .map(|(path, error)| json!({"field": path.to_string(), "detail": error.message()}))
        .collect();
    let detail =
        report.iter().map(|(path, error)| format!("{path}: {}", error.message())).collect::<Vec<_>>();
    Problem::new(Code::Invalid, detail.join("; ")).with("errors", errors)
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
/// refused where the type has `#[serde(deny_unknown_fields)]`.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let parsed = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        let axum::extract::Query(value) = parsed
            .map_err(|rejection: QueryRejection| Problem::new(Code::BadRequest, rejection.body_text()))?;
        value.validate().map_err(|report| validation_problem(&report))?;
        Ok(Self(value))
    }
}
