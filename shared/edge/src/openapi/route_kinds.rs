//! The kinds of route, by what they take, and the problems that every route of a kind can answer.

use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::security::SecurityRequirement;

use crate::idempotency;
use crate::problem::Code;

/// The name of the security scheme of all routes but the public ones: an access token or an API key.
pub const BEARER: &str = "bearer";

/// The name of the security scheme of the routes that continue or end a session: its refresh token.
pub const REFRESH_COOKIE: &str = "refresh_cookie";

/// A kind of route, and the problems that every route of this kind can answer.
pub struct RouteKind {
    /// Which routes these are, in words, for `docs/api.md`.
    pub routes: &'static str,
    pub(super) applies: fn(&Operation) -> bool,
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
pub(super) fn is_public(operation: &Operation) -> bool {
    let bearer = SecurityRequirement::new(BEARER, Vec::<String>::new());
    let with_cookie = bearer.clone().add(REFRESH_COOKIE, Vec::<String>::new());
    operation
        .security
        .as_ref()
        .is_some_and(|all| !all.iter().any(|one| *one == bearer || *one == with_cookie))
}

pub(super) fn takes_idempotency_key(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| matches!(parameter, RefOr::T(one) if one.name == idempotency::NAME))
}

fn takes(operation: &Operation, place: &ParameterIn) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| matches!(parameter, RefOr::T(one) if one.parameter_in == *place))
}
