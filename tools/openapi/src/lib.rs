//! The API's description, put together from the functions that serve it, and the two files that are made
//! from it: `openapi.json` for programs, `docs/api.md` for people.

mod page;

use std::path::PathBuf;

use anyhow::Result;
use utoipa::openapi::OpenApi;

/// What each function that serves routes says of them, by its name in the template.
#[must_use]
pub fn parts() -> Vec<(&'static str, OpenApi)> {
    vec![
        ("auth", auth::routes().into_openapi()),
        ("account", account::routes().into_openapi()),
        ("billing", billing_routes::routes().into_openapi()),
        ("projects", projects::routes().into_openapi()),
        ("templates", templates::routes().into_openapi()),
        ("health", health::routes().into_openapi()),
        ("openapi", openapi::routes().into_openapi()),
    ]
}

/// The whole description.
#[must_use]
pub fn document() -> OpenApi {
    edge::openapi::document(parts().into_iter().map(|(_, part)| part))
}

/// The files, and what should stand in them.
///
/// # Errors
/// When the description cannot be written as JSON.
pub fn files() -> Result<[(PathBuf, String); 2]> {
    let document = document();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    Ok([
        (root.join("openapi.json"), document.to_pretty_json()? + "\n"),
        (root.join("docs/api.md"), page::of(&serde_json::to_value(&document)?)?),
    ])
}
