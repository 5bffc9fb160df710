//! The API's description (OpenAPI 3.1), composed of the handlers' own descriptions and of what the edge adds to them.
//!
//! A handler describes its own responses, in `#[utoipa::path]`. The description of a problem names its codes in
//! backquotes: ``(status = 409, description = "The key came with another order: `idempotency_mismatch`.")``.
//! The problems that every route of a kind can answer are added here: a route with an id in its path can answer 404,
//! one with a body 413.

mod problems;
mod request_bodies;

use std::collections::HashSet;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::server::{ServerBuilder, ServerVariableBuilder};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, RefOr, Server,
};
use utoipa::{PartialSchema, ToSchema};

use crate::idempotency;
use crate::problem::{Code, Problem};

/// The name of the security scheme of all routes but the public ones: an access token or an API key.
pub const BEARER: &str = "bearer";

/// The name of the security scheme of the routes that continue or end a session: its refresh token.
pub const REFRESH_COOKIE: &str = "refresh_cookie";

/// The bytes of a file, as a body: `body = inline(File), content_type = "image/jpeg"`.
pub struct File;

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        // OpenAPI 3.1 needs no schema here, but generators of clients know bytes by this format of OpenAPI 3.0.
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        RefOr::T(ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build().into())
    }
}

impl ToSchema for File {}

/// Merges the parts into one description and adds what the edge can answer.
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
    request_bodies::allow_null_for_absent(&mut whole);
    let components = whole.components.take().unwrap_or_default();
    let components = ComponentsBuilder::from(components)
        .schema_from::<Problem>()
        .schemas_from_iter(problems::schemas())
        .responses_from_iter(problems::shared())
        .security_scheme(BEARER, bearer())
        .security_scheme(REFRESH_COOKIE, refresh_cookie())
        .build();
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("DevotionalAI")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Devotional text to narrated video. Problems are RFC 9457; lists go on after `next`. Bodies are JSON in \
             UTF-8, not compressed; a member that is null is as absent. HEAD is answered wherever GET is.",
        ))
        .contact(Some(ContactBuilder::new().name(Some("The operator of the deployment")).build()))
        .license(Some(license));
    OpenApiBuilder::from(whole)
        .info(info.build())
        .servers(Some(servers()))
        .components(Some(components))
        .security(Some([SecurityRequirement::new(BEARER, Vec::<String>::new())]))
        .build()
}

/// Where the API is: every operator deploys it at an address of their own.
fn servers() -> [Server; 2] {
    let origin = ServerVariableBuilder::new()
        .default_value("https://api.devotionalai.example")
        .description(Some("Scheme and host of the deployment."));
    [
        ServerBuilder::new()
            .url("/")
            .description(Some("The deployment that serves this description."))
            .build(),
        ServerBuilder::new()
            .url("{origin}")
            .description(Some("Any deployment."))
            .parameter("origin", origin)
            .build(),
    ]
}

fn bearer() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token (a JWT, from sign-in or refresh) or an API key (`dvai_live_…`)."));
    SecurityScheme::Http(scheme.build())
}

fn refresh_cookie() -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "__Host-refresh",
        "The session's refresh token. Sign-in and refresh set it; a client that keeps cookies sends it by itself. \
         Without TLS, on a developer's machine, it is called `refresh`.",
    )))
}

/// Adds to an operation the problems that every route of its kinds can answer, and the body to those that it describes
/// itself.
fn complete(operation: &mut Operation) {
    // Handlers of different groups have the same names, such as `list`, and operation ids must be unique.
    if let (Some(id), Some(tag)) = (&operation.operation_id, operation.tags.iter().flatten().next()) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
    summarise(operation);
    request_bodies::unwrap_optional(operation);
    describe_replays(operation);
    let is_public = is_public(operation);
    let kinds = ROUTE_KINDS.iter().filter(|kind| (kind.applies)(operation));
    let mut derived: Vec<Code> = kinds.flat_map(|kind| kind.problems).copied().collect();
    let mut seen = HashSet::new();
    derived.retain(|code| seen.insert(*code));
    problems::add_to(&mut operation.responses.responses, &derived, is_public);
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

/// Whether API Gateway lets requests to the route pass without asking the authorizer.
fn is_public(operation: &Operation) -> bool {
    let bearer = SecurityRequirement::new(BEARER, Vec::<String>::new());
    let with_cookie = bearer.clone().add(REFRESH_COOKIE, Vec::<String>::new());
    operation
        .security
        .as_ref()
        .is_some_and(|all| !all.iter().any(|one| *one == bearer || *one == with_cookie))
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

#[cfg(test)]
mod tests {
    use utoipa::openapi::path::OperationBuilder;

    use super::*;

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
