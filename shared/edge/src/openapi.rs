//! The API's description (OpenAPI 3.1): what handlers say of themselves, and what follows from the edge
//! that they all stand behind.
//!
//! A handler describes its own answers, in `#[utoipa::path]`. A problem's description names its codes in
//! backquotes: ``(status = 409, description = "The key came with another order: `idempotency_mismatch`.")``.
//! Which problems any route can answer besides follows from what it takes, and is added here: a route with
//! an id can answer 404, one with a body 413.

use http::StatusCode;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AdditionalProperties, AllOfBuilder, ObjectBuilder, Schema, Type};
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
        .responses_from_iter(shared())
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

/// Gives an operation the problems that any route of its kind can answer, and those that it names itself
/// their form.
fn complete(operation: &mut Operation) {
    // Handlers of different groups have the same names: `list`, `read`.
    if let (Some(id), Some(tag)) = (&operation.operation_id, operation.tags.iter().flatten().next()) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
    let is_public = is_public(operation);
    let derived = derived(operation, is_public);
    let responses = &mut operation.responses.responses;
    for code in &derived {
        let shared = || RefOr::Ref(Ref::from_response_name(code.as_str()));
        responses.entry(code.status().as_str().to_owned()).or_insert_with(shared);
    }
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with(['4', '5']) && response.content.is_empty() {
            let derived = derived.iter().copied().filter(|code| code.status().as_str() == status);
            let (description, codes) = describe(status, &response.description, derived);
            *response = problem(&description, &codes, is_public);
        }
    }
}

fn is_public(operation: &Operation) -> bool {
    operation.security.iter().flatten().any(|one| *one == SecurityRequirement::default())
}

/// The problems that follow from what an operation takes, at most one of a status.
fn derived(operation: &Operation, is_public: bool) -> Vec<Code> {
    let takes = |place: &ParameterIn| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|parameter| matches!(parameter, RefOr::T(one) if one.parameter_in == *place))
    };
    let mut codes = vec![Code::RateLimited, Code::Internal, Code::Unavailable];
    if takes(&ParameterIn::Path) {
        codes.push(Code::NotFound);
    }
    if takes(&ParameterIn::Query) {
        codes.extend([Code::BadRequest, Code::Invalid]);
    }
    if operation.request_body.is_some() {
        codes.extend([Code::BadRequest, Code::TooLarge, Code::NotJson, Code::Invalid]);
    }
    if !is_public {
        codes.extend([Code::Unauthorized, Code::ScopeRequired]);
    }
    codes
}

/// What a handler says of a problem, with the codes that it means: those that it names, those that any
/// route of its kind can answer, and where that is none, the only one that its status has.
fn describe(status: &str, said: &str, derived: impl Iterator<Item = Code>) -> (String, Vec<Code>) {
    let of_status = || Code::ALL.iter().copied().filter(|code| code.status().as_str() == status);
    let mut codes: Vec<Code> =
        of_status().filter(|code| said.contains(&format!("`{}`", code.as_str()))).collect();
    let mut others: Vec<Code> = derived.filter(|code| !codes.contains(code)).collect();
    if codes.is_empty() && others.is_empty() && of_status().count() == 1 {
        others.extend(of_status());
    }
    let named = others.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title()));
    let description: Vec<String> =
        std::iter::once(said.to_owned()).chain(named).filter(|sentence| !sentence.is_empty()).collect();
    codes.extend(others);
    (description.join(" "), codes)
}

/// The problems that any route can answer, for operations to refer to.
fn shared() -> impl Iterator<Item = (&'static str, Response)> {
    let codes = [
        Code::BadRequest,
        Code::Invalid,
        Code::Unauthorized,
        Code::ScopeRequired,
        Code::NotFound,
        Code::TooLarge,
        Code::NotJson,
        Code::RateLimited,
        Code::Unavailable,
        Code::Internal,
    ];
    codes.into_iter().map(|code| (code.as_str(), problem(code.when(), &[code], false)))
}

fn problem(description: &str, codes: &[Code], is_public: bool) -> Response {
    let names = codes.iter().map(|code| code.as_str());
    let names = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
    let these = AllOfBuilder::new()
        .item(Ref::from_schema_name(Problem::name()))
        .item(ObjectBuilder::new().property("code", names).required("code"));
    let content = ContentBuilder::new().schema(Some(these)).build();
    let mut response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content);
    let has = |status: StatusCode| codes.iter().any(|code| code.status() == status);
    if !is_public && (has(StatusCode::UNAUTHORIZED) || has(StatusCode::FORBIDDEN)) {
        // What API Gateway answers where the authorizer lets nobody pass; an HTTP API has no say in its form.
        let message =
            ObjectBuilder::new().property("message", ObjectBuilder::new().schema_type(Type::String));
        let content = ContentBuilder::new().schema(Some(message.required("message"))).build();
        response = response.content("application/json", content);
    }
    if has(StatusCode::TOO_MANY_REQUESTS) || has(StatusCode::SERVICE_UNAVAILABLE) {
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
