//! The problems in the description: one schema for all of them, so that generated clients have one type of error.
//! Which codes a response can have stands in its description, in backquotes.

use std::collections::BTreeMap;

use http::StatusCode;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::route_kinds::ROUTE_KINDS;
use crate::field_error::CODES;
use crate::problem::{Code, Problem};

const PROBLEM_JSON: &str = "application/problem+json";
const PROBLEM_ERROR: &str = "ProblemError";
const GATEWAY_MESSAGE: &str = "GatewayMessage";

/// Adds to an operation's responses those of its kinds, and the body to those that its handler describes.
pub(super) fn add_to(responses: &mut BTreeMap<String, RefOr<Response>>, derived: &[Code], is_public: bool) {
    for code in derived {
        let status = code.status();
        let is_alone = derived.iter().filter(|other| other.status() == status).count() == 1;
        let response = || match is_alone {
            true => RefOr::Ref(Ref::from_response_name(code.as_str())),
            // Completed below, with all codes of the status.
            false => RefOr::T(Response::new("")),
        };
        responses.entry(status.as_str().to_owned()).or_insert_with(response);
    }
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with(['4', '5']) && response.content.is_empty() {
            let (description, codes) = describe(status, &response.description, derived);
            *response = problem(&description, &codes, is_public);
        }
    }
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

/// The problem responses that operations refer to: those of a kind of route, where the status has one code only.
pub(super) fn shared() -> impl Iterator<Item = (&'static str, Response)> {
    let codes = ROUTE_KINDS.iter().flat_map(|kind| {
        let of_status = |status: StatusCode| kind.problems.iter().filter(move |it| it.status() == status);
        kind.problems.iter().filter(move |code| of_status(code.status()).count() == 1)
    });
    codes.map(|code| {
        let description = format!("`{}`: {}", code.as_str(), code.when());
        (code.as_str(), problem(&description, &[*code], false))
    })
}

fn problem(description: &str, codes: &[Code], is_public: bool) -> Response {
    let content = |name: &str| ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
    // First, because some generators take the first type only.
    let mut response =
        ResponseBuilder::new().description(description).content(PROBLEM_JSON, content(&Problem::name()));
    let has = |status: StatusCode| codes.iter().any(|code| code.status() == status);
    if !is_public && (has(StatusCode::UNAUTHORIZED) || has(StatusCode::FORBIDDEN)) {
        response = response.content("application/json", content(GATEWAY_MESSAGE));
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
        let errors = ArrayBuilder::new().items(Ref::from_schema_name(PROBLEM_ERROR)).description(Some(
            "The places of the request that are wrong; every problem with the status 400 or 422 has one or more.",
        ));
        let mut object = ObjectBuilder::new()
            .description(Some("Why something was not done, and what to do about it (RFC 9457)."))
            .property("type", text().description(Some("`urn:devotionalai:problem:{code}`.")))
            .property(
                "title",
                text().description(Some("The cause in a few words, the same for every `code`.")),
            )
            .property(
                "status",
                ObjectBuilder::new().schema_type(Type::Integer).description(Some("The HTTP status.")),
            )
            .property("code", text().enum_values(Some(codes)).description(Some("What clients match on.")))
            .property(
                "detail",
                text().description(Some("What happened and what to do about it, for people.")),
            )
            .property("errors", errors)
            .additional_properties(Some(AdditionalProperties::FreeForm(true)));
        for name in ["type", "title", "status", "code", "detail"] {
            object = object.required(name);
        }
        RefOr::T(object.build().into())
    }
}

impl ToSchema for Problem {}

/// The other schemas that problem responses refer to.
pub(super) fn schemas() -> [(&'static str, Schema); 2] {
    [(PROBLEM_ERROR, problem_error()), (GATEWAY_MESSAGE, gateway_message())]
}

/// One of a problem's `errors`.
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

/// What API Gateway itself answers where the authorizer lets nobody pass. An HTTP API cannot change its form.
fn gateway_message() -> Schema {
    let object = ObjectBuilder::new()
        .description(Some("The gateway's own refusal, without a credential (401) or with a bad one (403)."))
        .property("message", ObjectBuilder::new().schema_type(Type::String).description(Some("For people.")))
        .required("message");
    object.build().into()
}

#[cfg(test)]
mod tests {
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
}
