//! A JSON body that may be left out.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use edge::{Code, Json, Problem};
use garde::Validate;
use http::StatusCode;
use serde::de::DeserializeOwned;

/// A JSON body whose rules are checked like those of [`Json`], or no body at all, which gives the type's default.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T, S> FromRequest<S> for OptionalJson<T>
where
    T: Default + DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::new(body), state).await;
        let body = body.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge, "Send at most 2 MB."),
            _ => Problem::new(Code::BadRequest, rejection.body_text()),
        })?;
        if body.is_empty() {
            return Ok(Self(T::default()));
        }
        let Json(value) = Json::from_request(Request::from_parts(parts, body.into()), state).await?;
        Ok(Self(value))
    }
}
