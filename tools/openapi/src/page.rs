//! The description as a page for people, `docs/api.md`.

use std::fmt::{self, Write};

use anyhow::{Context as _, Result};
use edge::Code;
use edge::openapi::{BEARER, REFRESH_COOKIE, ROUTE_KINDS};
use serde_json::Value;

use crate::codes::codes_of;

const INTRODUCTION: &str = "\
# The API

Made by `make openapi` from the code; [`openapi.json`](../openapi.json) says the same to programs, with every
field, and is served as `/openapi.json`.

A credential is an access token, from sign-in or refresh, or an API key. Send it as `Authorization: Bearer …`.
Bodies are JSON in UTF-8, not compressed, and answers are JSON, unless a route says otherwise. What a body, or the
query of a route that has one, has no name for is refused; a member that is `null` is as absent, and no body at all is
as `{}`. Lists are newest first; `next` of a page is `after` of the following one, and null on the last. HEAD is
answered wherever GET is.

Every POST that makes or changes something takes an `Idempotency-Key`, such as a new UUID. Sent again with the same key,
body and path by the same caller, it is done once: for 24 hours (the URL of an upload: five minutes; a checkout page: an
hour; a page of the portal: two minutes) it is answered as the first time, with `Idempotent-Replayed: true`. A new API
key is shown in the first answer only. Another body under the key is `idempotency_mismatch`; while the first request is
at work, the second is a `conflict` with `Retry-After`. A request that is refused does not use up its key. Cancelling
what is cancelled is answered as the first time.
";

const PROBLEMS: &str = "
## Problems

What could not be done is answered with a problem (RFC 9457, `application/problem+json`): `type`, `title`,
`status`, `code` and `detail`, and whatever a program can compute with. Match on `code`; it never changes. With 400
and 422, `errors` lists the places that are wrong, each with a `code` and a `detail`: a `pointer` into the body (a JSON
Pointer as a fragment, `#/scenes/3/image`), or the name of a `parameter` or a `header`.
Another tenant's id is a 404, like one that does not exist. A credential that has expired or was revoked is a 401
with `WWW-Authenticate: Bearer error=\"invalid_token\"`: refresh the access token, or sign in again. Where the
authorizer lets nobody pass, API Gateway answers itself: 401 without a credential, 403 with one that never was
good, both with a `message` only.

";

/// The page in Markdown, from the OpenAPI document as JSON.
pub fn of(document: &Value) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    let mut group = "";
    for route in &routes(document)? {
        if route.group != group {
            group = route.group;
            write!(page, "\n## {}\n\n", capitalised(group))?;
            page.push_str("| Route | What it does | Credential | Problems of its own |\n|---|---|---|---|\n");
        }
        writeln!(page, "{route}")?;
    }
    page.push_str(PROBLEMS);
    page.push_str("| Which routes | What any of them can answer |\n|---|---|\n");
    for kind in &ROUTE_KINDS {
        writeln!(page, "| {} | {} |", kind.routes, listed(kind.problems.iter().map(|code| code.as_str())))?;
    }
    page.push_str("\n| Code | Status | Title | When |\n|---|---|---|---|\n");
    for code in Code::ALL {
        let status = code.status().as_u16();
        writeln!(page, "| `{}` | {status} | {} | {} |", code.as_str(), code.title(), code.when())?;
    }
    Ok(page)
}

struct Route<'a> {
    group: &'a str,
    method: String,
    path: &'a str,
    summary: &'a str,
    credential: &'static str,
    problems: Vec<&'static str>,
}

impl fmt::Display for Route<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, path, summary, credential, problems, .. } = self;
        write!(f, "| `{method} {path}` | {summary} | {credential} | {} |", listed(problems.iter().copied()))
    }
}

/// Every route, grouped by tag; the groups are in the order of their first paths.
fn routes(document: &Value) -> Result<Vec<Route<'_>>> {
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().context("no paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let text = |pointer: &str| operation.pointer(pointer).and_then(Value::as_str);
            routes.push(Route {
                group: text("/tags/0").with_context(|| format!("{method} {path} has no tag"))?,
                method: method.to_uppercase(),
                path,
                summary: text("/summary").with_context(|| format!("{method} {path} has no summary"))?,
                credential: credential(operation),
                problems: problems(operation),
            });
        }
    }
    let mut groups: Vec<&str> = routes.iter().map(|route| route.group).collect();
    groups.dedup();
    routes.sort_by_key(|route| groups.iter().position(|group| *group == route.group));
    Ok(routes)
}

/// What the route takes: the whole API's bearer, unless the operation says otherwise.
fn credential(operation: &Value) -> &'static str {
    let takes = |scheme: &str| match operation["security"].as_array() {
        None => scheme == BEARER,
        Some(choices) => choices.iter().any(|choice| choice.get(scheme).is_some()),
    };
    match (takes(BEARER), takes(REFRESH_COOKIE)) {
        (true, true) => "bearer and cookie",
        (true, false) => "bearer",
        (false, true) => "cookie",
        (false, false) => "none",
    }
}

/// The problem codes that an operation names itself. The codes of all routes of a kind are references, and not listed.
fn problems(operation: &Value) -> Vec<&'static str> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let codes = responses.flat_map(|(status, response)| codes_of(status, response));
    codes.map(Code::as_str).filter(|code| !is_of_every_route(code)).collect()
}

fn is_of_every_route(code: &str) -> bool {
    ROUTE_KINDS[0].problems.iter().any(|common| common.as_str() == code)
}

fn listed<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
