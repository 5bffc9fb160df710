//! The two headers: the key of a request, and the mark of an answer that is given again.

use http::{HeaderMap, HeaderName};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::problem::Problem;

/// The request header, as the API's description writes it.
pub(crate) const NAME: &str = "Idempotency-Key";

/// The response header that marks an answer which is given again; its value is `true`. Stripe's name.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The longest key in bytes, as at Stripe.
const LONGEST: usize = 255;

/// The value of `Idempotency-Key`; none where the request has no such header.
///
/// # Errors
/// A 400 problem when it is empty or has more than 255 characters.
pub(super) fn key_of(headers: &HeaderMap) -> Result<Option<&[u8]>, Problem> {
    let Some(value) = headers.get(NAME) else { return Ok(None) };
    if value.is_empty() || value.len() > LONGEST {
        return Err(Problem::bad_header(NAME, "Send an Idempotency-Key of 1 to 255 characters."));
    }
    Ok(Some(value.as_bytes()))
}

/// Describes the request header; for `params` of `#[utoipa::path]`.
#[derive(Debug)]
pub struct IdempotencyHeader;

impl IntoParams for IdempotencyHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text =
            ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LONGEST));
        let description = "Any text of the client's own, such as a UUID, a new one for each request. Sent again with \
                           the same key and body, the request is answered as the first time, with \
                           `Idempotent-Replayed: true`.";
        let header = ParameterBuilder::new().name(NAME).parameter_in(ParameterIn::Header);
        vec![header.required(Required::False).description(Some(description)).schema(Some(text)).build()]
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::problem::Code;

    #[test]
    fn a_key_has_one_to_255_characters() {
        let with = |value: &str| {
            HeaderMap::from_iter([(
                HeaderName::from_static("idempotency-key"),
                HeaderValue::from_str(value).unwrap(),
            )])
        };
        assert_eq!(key_of(&HeaderMap::new()).unwrap(), None);
        assert_eq!(key_of(&with("a")).unwrap(), Some(b"a".as_slice()));
        assert!(key_of(&with(&"a".repeat(LONGEST))).is_ok());
        for bad in [String::new(), "a".repeat(LONGEST + 1)] {
            assert_eq!(key_of(&with(&bad)).unwrap_err().code(), Code::BadRequest);
        }
    }
}
