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

mod codes;
mod page;

use std::path::PathBuf;

use anyhow::Result;
use utoipa::openapi::OpenApi;
use utoipa::openapi::tag::TagBuilder;

pub use codes::codes_of;

/// The description of each function's routes, by the function's name in the template.
#[must_use]
pub fn parts() -> Vec<(&'static str, OpenApi)> {
    vec![
        ("auth", auth::routes().into_openapi()),
        ("account", account::routes().into_openapi()),
        ("billing", billing_routes::routes().into_openapi()),
        ("projects", projects::routes().into_openapi()),
        ("job-progress", projects::job_progress_routes().into_openapi()),
        ("reading", reading::routes().into_openapi()),
        ("templates", templates::routes().into_openapi()),
        ("health", health::routes().into_openapi()),
        ("openapi", openapi::routes().into_openapi()),
    ]
}

/// The groups of routes, in the order in which a reader meets them.
const TAGS: [(&str, &str); 13] = [
    ("auth", "Signing in by a link in a mail, sessions, and the tenants that a person belongs to."),
    ("account", "The tenant: its members, API keys, usage, audit log, export and deletion."),
    ("billing", "The subscription, and Stripe's pages on which it is begun and changed."),
    ("templates", "The catalogue of texts with fields to fill in."),
    ("reading", "How a text is read: previews of imports, the languages and voices, and words of one's own."),
    ("projects", "Texts that become films, and how these look and sound."),
    ("storyboards", "The scenes of a project: what is shown while which words are spoken."),
    ("assets", "Pictures of one's own, to show instead of painted ones."),
    ("renders", "What a film will use, and orders to make it."),
    ("jobs", "Renders in the making, and their receipts."),
    ("videos", "Finished films, their captions and thumbnails."),
    ("health", "Whether the deployment is alive and ready."),
    ("openapi", "This description."),
];

/// The description of the whole API.
#[must_use]
pub fn document() -> OpenApi {
    let tag = |(name, description)| TagBuilder::new().name(name).description(Some(description)).build();
    let mut whole = edge::openapi::document(parts().into_iter().map(|(_, part)| part));
    whole.tags = Some(TAGS.into_iter().map(tag).collect());
    whole
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
