use axum::extract::FromRequestParts;
use http::request::Parts;
use lambda_http::request::RequestContext;
use serde_json::{Map, Value};
use tenancy::TenantContext;

use crate::{Code, Problem};

/// The caller as the Lambda authorizer established it. A handler that takes a `Caller` cannot be
/// reached without one: the only source is the authorizer's answer, which a client cannot set.
#[derive(Clone, Debug)]
pub struct Caller(pub TenantContext);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let context = parts.extensions.get::<RequestContext>();
        let Some(RequestContext::ApiGatewayV2(context)) = context else { return Err(unauthorized()) };
        let authorizer = context.authorizer.as_ref().ok_or_else(unauthorized)?;
        let fields: Map<String, Value> = authorizer.fields.clone().into_iter().collect();
        serde_json::from_value(Value::Object(fields)).map(Self).map_err(|_| unauthorized())
    }
}

fn unauthorized() -> Problem {
    Problem::new(Code::Unauthorized, "Send a valid access token as `Authorization: Bearer …`.")
}
