//! The API's description, assembled from the functions that serve it, and the two files that are generated from it:
//! `openapi.json` for programs, `docs/api.md` for people.
//!
//! Each function describes its own routes; this crate only joins the parts and must not describe a route itself. It
//! depends on every function that serves routes, and nothing in the product depends on it. `make openapi` writes the
//! files; `tests/description.rs` checks that the committed files are current and complete.
//!
//! # Example
//!
//! ```
//! let document = api_description::document();
//! assert!(document.paths.paths.contains_key("/api/v1/projects"));
//! ```

mod page;

use std::path::PathBuf;

use anyhow::Result;
use utoipa::openapi::OpenApi;

/// The description of each function's routes, by the function's name in the template.
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

/// The description of the whole API.
#[must_use]
pub fn document() -> OpenApi {
    edge::openapi::document(parts().into_iter().map(|(_, part)| part))
}

/// The generated files: their paths and contents.
///
/// # Errors
/// When the description cannot be serialised, or an operation lacks a tag or a summary.
pub fn files() -> Result<[(PathBuf, String); 2]> {
    let document = document();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    Ok([
        (root.join("openapi.json"), document.to_pretty_json()? + "\n"),
        (root.join("docs/api.md"), page::of(&serde_json::to_value(&document)?)?),
    ])
}
