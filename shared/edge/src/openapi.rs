//! The API's description (OpenAPI 3.1), composed of the handlers' own descriptions and of what the edge adds to them.
//!
//! A handler describes its own responses, in `#[utoipa::path]`. The description of a problem names its codes in
//! backquotes: ``(status = 409, description = "The key came with another order: `idempotency_mismatch`.")``.
//! The problems that every route of a kind can answer are added here: a route with an id in its path can answer 404,
//! one with a body 413.

use http::StatusCode;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{
    AdditionalProperties, AllOfBuilder, ArrayBuilder, ObjectBuilder, Schema, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Server,
};
use utoipa::{PartialSchema, ToSchema};

use crate::field_error::CODES;
use crate::idempotency;
use crate::problem::{Code, Problem};

/// The name of the one security scheme: an access token or an API key.
pub const BEARER: &str = "bearer";

const PROBLEM_JSON: &str = "application/problem+json";

/// Merges the parts into one description and adds the problems that the edge can answer.
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
        .schema(PROBLEM_ERROR, problem_error())
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

/// Adds to an operation the problems that every route of its kinds can answer, and the body to those that it describes
/// itself.
fn complete(operation: &mut Operation) {
    // Handlers of different groups have the same names, such as `list`, and operation ids must be unique.
    if let (Some(id), Some(tag)) = (&operation.operation_id, operation.tags.iter().flatten().next()) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
    summarise(operation);
    unwrap_optional_body(operation);
    describe_replays(operation);
    let is_public = is_public(operation);
    let kinds = ROUTE_KINDS.iter().filter(|kind| (kind.applies)(operation));
    let derived: Vec<Code> = kinds.flat_map(|kind| kind.problems).copied().collect();
    let responses = &mut operation.responses.responses;
    for code in &derived {
        let status = code.status();
        let is_alone = derived.iter().filter(|other| other.status() == status).count() == 1;
        let response = || match is_alone {
            true => RefOr::Ref(Ref::from_response_name(code.as_str())),
            // Described below, with all codes of the status.
            false => RefOr::T(Response::new("")),
        };
        responses.entry(status.as_str().to_owned()).or_insert_with(response);
    }
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with(['4', '5']) && response.content.is_empty() {
            let (description, codes) = describe(status, &response.description, &derived);
            *response = problem(&description, &codes, is_public);
        }
    }
}

/// Keeps the first sentence of a doc comment as the summary, on one line, and moves the rest to the description.
fn summarise(operation: &mut Operation) {
    let Some(text) = operation.summary.take() else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.split_once(". ") {
        Some((first, rest)) => {
            let rest = [Some(rest.to_owned()), operation.description.take()];
            operation.description = Some(rest.into_iter().flatten().collect::<Vec<_>>().join("\n\n"));
            operation.summary = Some(format!("{first}."));
        }
        None => operation.summary = Some(text),
    }
}

/// Removes `null` from the schema of a body that is an `Option`: such a body may be left out, but may not be `null`.
fn unwrap_optional_body(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        let RefOr::T(content) = content else { continue };
        if let Some(RefOr::T(Schema::OneOf(choice))) = &content.schema {
            let reference = choice.items.iter().find(|item| matches!(item, RefOr::Ref(_)));
            content.schema = reference.cloned().or(content.schema.take());
        }
    }
}

/// A kind of route, and the problems that every route of this kind can answer.
pub struct RouteKind {
    /// Which routes these are, in words, for `docs/api.md`.
    pub routes: &'static str,
    applies: fn(&Operation) -> bool,
    /// The problems that every such route can answer.
    pub problems: &'static [Code],
}

/// Every kind of route that has problems of its own. A route can be of several kinds.
pub const ROUTE_KINDS: [RouteKind; 6] = [
    RouteKind {
        routes: "every route",
        applies: |_| true,
        problems: &[Code::RateLimited, Code::Internal, Code::Unavailable],
    },
    RouteKind {
        routes: "a route that takes a credential",
        applies: |operation| !is_public(operation),
        problems: &[Code::Unauthorized, Code::ScopeRequired],
    },
    RouteKind {
        routes: "a route with an id in its path",
        applies: |operation| takes(operation, &ParameterIn::Path),
        problems: &[Code::NotFound],
    },
    RouteKind {
        routes: "a route with a query",
        applies: |operation| takes(operation, &ParameterIn::Query),
        problems: &[Code::Invalid],
    },
    RouteKind {
        routes: "a route with an `Idempotency-Key`",
        applies: takes_idempotency_key,
        problems: &[Code::BadRequest, Code::Conflict, Code::IdempotencyMismatch],
    },
    RouteKind {
        routes: "a route with a body",
        applies: |operation| operation.request_body.is_some(),
        problems: &[
            Code::BadRequest,
            Code::TooLarge,
            Code::NotJson,
            Code::UnsupportedEncoding,
            Code::Invalid,
            Code::UnsupportedCharacter,
        ],
    },
];

fn is_public(operation: &Operation) -> bool {
    operation.security.iter().flatten().any(|one| *one == SecurityRequirement::default())
}

fn takes_idempotency_key(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| matches!(parameter, RefOr::T(one) if one.name == idempotency::NAME))
}

/// Describes the mark of an answer that is given again, for every success of a route with an `Idempotency-Key`.
fn describe_replays(operation: &mut Operation) {
    if !takes_idempotency_key(operation) {
        return;
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('2') {
            let mark = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["true"]));
            let text = "There when the answer is that to an earlier request with the same key.";
            let header = HeaderBuilder::new().schema(Some(mark.build())).description(Some(text)).build();
            response.headers.insert("Idempotent-Replayed".to_owned(), header.into());
        }
    }
}

fn takes(operation: &Operation, place: &ParameterIn) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| matches!(parameter, RefOr::T(one) if one.parameter_in == *place))
}

/// The description of a problem response and the codes that it can have: those that the handler's text names, those
/// that every route of its kinds can answer with this status, and where these are none, the only code with this status.
fn describe(status: &str, said: &str, derived: &[Code]) -> (String, Vec<Code>) {
    let of_status: Vec<Code> =
        Code::ALL.iter().copied().filter(|code| code.status().as_str() == status).collect();
    let is_named = |code: &Code| said.contains(&format!("`{}`", code.as_str()));
    let mut codes: Vec<Code> =
        of_status.iter().copied().filter(|code| is_named(code) || derived.contains(code)).collect();
    if codes.is_empty() && of_status.len() == 1 {
        codes = of_status;
    }
    let others = codes.iter().filter(|code| !is_named(code));
    let others = others.map(|code| format!("`{}`: {}.", code.as_str(), code.title()));
    let sentences: Vec<String> = std::iter::once(said.to_owned()).chain(others).collect();
    (sentences.join(" ").trim_start().to_owned(), codes)
}

/// The problem responses of all kinds of route, as components that operations refer to.
fn shared() -> impl Iterator<Item = (&'static str, Response)> {
    let codes = ROUTE_KINDS.iter().flat_map(|kind| {
        let is_alone =
            |code: &&Code| kind.problems.iter().filter(|it| it.status() == code.status()).count() == 1;
        kind.problems.iter().filter(is_alone)
    });
    codes.map(|code| (code.as_str(), problem(code.when(), &[*code], false)))
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
        // API Gateway answers with this body itself where the authorizer refuses; an HTTP API cannot change its form.
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
            .property("errors", ArrayBuilder::new().items(Ref::from_schema_name(PROBLEM_ERROR)).description(Some(
                "The places of the request that are wrong; every problem with the status 400 or 422 has one or more.",
            )))
            .additional_properties(Some(AdditionalProperties::FreeForm(true)));
        for name in ["type", "title", "status", "code", "detail"] {
            object = object.required(name);
        }
        RefOr::T(object.build().into())
    }
}

impl ToSchema for Problem {}

const PROBLEM_ERROR: &str = "ProblemError";

/// The schema of one of a problem's `errors`.
fn problem_error() -> Schema {
    let text = |description: &str| {
        ObjectBuilder::new().schema_type(Type::String).description(Some(description.to_owned()))
    };
    let codes = CODES.iter().map(|(code, meaning)| format!("`{code}`: {meaning}"));
    let codes = format!("{}; or the `code` of the problem.", codes.collect::<Vec<_>>().join("; "));
    let pointer =
        "In the body: a JSON Pointer (RFC 6901) as a fragment, such as `#/scenes/3/image`. `#` is all of it.";
    let object = ObjectBuilder::new()
        .description(Some(
            "One place of a request that is wrong, by one of `pointer`, `parameter` and `header`.",
        ))
        .property("pointer", text(pointer))
        .property("parameter", text("In the path or the query: the name of the parameter."))
        .property("header", text("The name of the header."))
        .property("code", text(&codes))
        .required("code")
        .property("detail", text("What to do about it, for people."))
        .required("detail");
    object.build().into()
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::path::OperationBuilder;

    use super::*;

    #[test]
    fn a_problem_has_the_codes_that_it_names_and_those_of_its_kinds() {
        let named = describe("409", "The last owner: `last_owner`.", &[]);
        assert_eq!(named, ("The last owner: `last_owner`.".into(), vec![Code::LastOwner]));
        let (description, codes) =
            describe("403", "Not signed in: `session_required`.", &[Code::ScopeRequired]);
        assert_eq!(codes, [Code::SessionRequired, Code::ScopeRequired]);
        assert!(description.ends_with("`scope_required`: The API key's scope does not include this."));
        assert_eq!(describe("413", "Send less.", &[]).1, [Code::TooLarge], "the only one of its status");
        assert!(describe("409", "It cannot be.", &[]).1.is_empty(), "one of several");
    }

    #[test]
    fn a_summary_is_one_sentence_on_one_line() {
        let operation = |summary: &str| {
            OperationBuilder::new().summary(Some(summary)).description(Some("Costs.")).build()
        };
        let mut long = operation("Ends a session; the one in\nuse too. Another's is not there.");
        summarise(&mut long);
        assert_eq!(long.summary.as_deref(), Some("Ends a session; the one in use too."));
        assert_eq!(long.description.as_deref(), Some("Another's is not there.\n\nCosts."));
        let mut short = operation("Ends a session.");
        summarise(&mut short);
        assert_eq!(
            (short.summary.as_deref(), short.description.as_deref()),
            (Some("Ends a session."), Some("Costs."))
        );
    }
}
