//! The API's description (OpenAPI 3.1), composed of the handlers' own descriptions and of what the edge adds to them.
//!
//! A handler describes its own responses, in `#[utoipa::path]`. The description of a problem names its codes in
//! backquotes: ``(status = 409, description = "The key came with another order: `idempotency_mismatch`.")``.
//! The problems that every route of a kind can answer are added here: a route with an id in its path can answer 404,
//! one with a body 413.

mod problems;
mod request_bodies;
mod route_kinds;

use std::collections::HashSet;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::server::{ServerBuilder, ServerVariableBuilder};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, RefOr, Server,
};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::{Code, Problem};
pub use route_kinds::{BEARER, REFRESH_COOKIE, ROUTE_KINDS, RouteKind};
use route_kinds::{is_public, takes_idempotency_key};

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
