//! The API's description (OpenAPI 3.1): what handlers say of themselves, and what follows from the edge
//! that they all stand behind.
//!
//! A handler describes its own answers, in `#[utoipa::path]`. Which problems any route can answer besides
//! follows from what it takes, and is added here: a route with an id can answer 404, one with a body 413.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Server,
};
use utoipa::{PartialSchema, ToSchema};

use crate::{Code, Problem};

/// The name of the one security scheme: an access token or an API key.
pub const BEARER: &str = "bearer";

const PROBLEM_JSON: &str = "application/problem+json";

/// One description of what the parts describe, with the problems that the edge adds.
#[must_use]
pub fn document(parts: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut whole = OpenApi::default();
    for part in parts {
        whole.merge(part);
    }
    for item in whole.paths.paths.values_mut() {
        let all = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.options,
            &mut item.head,
            &mut item.patch,
        ];
        all.into_iter().flatten().for_each(complete);
    }
    let components = whole.components.take().unwrap_or_default();
    let components = ComponentsBuilder::from(components)
        .schema_from::<Problem>()
        .security_scheme(BEARER, bearer())
        .build();
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("DevotionalAI")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Devotional text to narrated video. Problems are RFC 9457; lists go on after `next`.",
        ))
        .license(Some(license));
    OpenApiBuilder::from(whole)
        .info(info.build())
        .servers(Some([Server::new("/")]))
        .components(Some(components))
        .security(Some([SecurityRequirement::new(BEARER, Vec::<String>::new())]))
        .build()
}

fn bearer() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token (a JWT, from sign-in or refresh) or an API key (`dvai_live_…`)."));
    SecurityScheme::Http(scheme.build())
}

/// Adds to an operation what any route of its kind can answer, and the problem's form to those that it
/// names itself.
fn complete(operation: &mut Operation) {
    // Handlers of different groups have the same names: `list`, `read`.
    if let (Some(id), Some(tag)) = (&operation.operation_id, operation.tags.iter().flatten().next()) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
    let takes = |place: &ParameterIn| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|parameter| matches!(parameter, RefOr::T(one) if one.parameter_in == *place))
    };
    let (has_path, has_query) = (takes(&ParameterIn::Path), takes(&ParameterIn::Query));
    let is_public = operation.security.iter().flatten().any(|one| *one == SecurityRequirement::default());
    let mut codes = vec![Code::RateLimited, Code::Internal, Code::Unavailable];
    if has_path {
        codes.push(Code::NotFound);
    }
    if has_query {
        codes.push(Code::BadRequest);
    }
    if operation.request_body.is_some() {
        codes.extend([Code::BadRequest, Code::TooLarge, Code::NotJson, Code::Invalid]);
    }
    if !is_public {
        codes.extend([Code::Unauthorized, Code::ScopeRequired]);
    }
    let responses = &mut operation.responses.responses;
    for code in codes {
        let status = code.status().as_str().to_owned();
        responses.entry(status).or_insert_with(|| RefOr::T(Response::new(code.title())));
    }
    for (status, response) in responses.iter_mut() {
        let RefOr::T(response) = response else { continue };
        if status.starts_with(['4', '5']) && response.content.is_empty() {
            *response = problem(status, &response.description, is_public);
        }
    }
}

fn problem(status: &str, description: &str, is_public: bool) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let mut response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content);
    if !is_public && matches!(status, "401" | "403") {
        // What API Gateway answers where the authorizer lets nobody pass; an HTTP API has no say in its form.
        let message =
            ObjectBuilder::new().property("message", ObjectBuilder::new().schema_type(Type::String));
        let content = ContentBuilder::new().schema(Some(message.required("message"))).build();
        response = response.content("application/json", content);
    }
    if matches!(status, "429" | "503") {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let header = HeaderBuilder::new().schema(Some(seconds.build())).description(Some("Seconds to wait."));
        response = response.header("Retry-After", header.build());
    }
    response.build()
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let codes = Code::ALL.iter().map(|code| code.as_str());
        let mut object = ObjectBuilder::new()
            .description(Some("Why something was not done, and what to do about it (RFC 9457)."))
            .property("type", text().description(Some("`urn:devotionalai:problem:{code}`.")))
            .property("title", text())
            .property("status", ObjectBuilder::new().schema_type(Type::Integer))
            .property("code", text().enum_values(Some(codes)))
            .property("detail", text())
            .additional_properties(Some(AdditionalProperties::FreeForm(true)));
        for name in ["type", "title", "status", "code", "detail"] {
            object = object.required(name);
        }
        RefOr::T(object.build().into())
    }
}

impl ToSchema for Problem {}
