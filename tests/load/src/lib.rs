//! Load: many users at once against a stack of their own. Each signs in by mail, creates a project, asks for its quote,
//! starts the render and polls its status.
//!
//! What is measured is the API, beside workers that render as fast as the machine lets them. The suite knows the API by
//! its routes alone and must not depend on a crate of the product; Goose makes the requests and the reports. `make load`
//! (`src/main.rs`) is the example of its use, `tests/it` a short run for every test run.

mod person;
mod scenario;

pub use scenario::{LoadProfile, REQUESTS, failed, run_load};
