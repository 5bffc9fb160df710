//! What the suites stand on: a local stack, signed-in users, films to inspect, and AWS behind the API.
//!
//! A suite needs a machine on which `make build` has run: the stack runs the functions that were built with
//! the tests. Each test signs up a user of its own, and with it a tenant of its own, so that tests share a stack
//! and know nothing of each other. What must not be shared (other settings, faults, killed processes) gets a
//! stack of its own.
//!
//! | Module | What it gives a suite |
//! |---|---|
//! | `stack` | [`shared`], the stack of the test run, and [`OwnStack`], one for a single test |
//! | `test_user` | [`new_user`]: somebody who has signed in for the first time |
//! | `tenant_fixture` | [`TenantFixture`]: a tenant with one of everything that has an id |
//! | `render` | [`render_film`], [`wait_for_job`]: films as quickly as they can be made |
//! | `mp4`, `srt` | [`Film`], [`words_of_srt`]: what is in the delivered files, read by other parsers than ours |
//! | `aws` | [`Aws`]: tables, queues, buckets, functions and the operator's command, past the API |
//! | `authorizer` | [`authorize`]: the authorizer's decision without API Gateway's cache before it |
//! | `mock_stripe` | [`MockStripe`]: the control interface of `tests/support/stripe` |
//! | `processes` | the functions' processes, to be watched, paused and killed |
//! | `function_logs` | [`log_lines`]: what the functions have logged |
//! | `api_description`, `template` | [`operations`], [`routes`], [`functions`]: all that is described and deployed |
//!
//! It knows the product by its API, its deployment and the libraries below the functions (`cloud`), and must not
//! depend on a function or on a domain library: what a test compares must not come from the code under test.
//!
//! # Example
//!
//! A journey, as it stands in `tests/journeys`:
//!
//! ```no_run
//! use harness::{DRAFT, minutes, new_user, shared, text, wait_for_job};
//!
//! # async fn journey() -> anyhow::Result<()> {
//! let user = new_user(&shared()?).await?;
//! let project = user.api.create_project(&text("The LORD is my light.")).await?;
//! let job = user.api.render(&project.id, Some(DRAFT), None).await?;
//! let job = wait_for_job(&user.api, &job, minutes(4)).await?;
//! assert!(job.video.is_some());
//! assert_eq!(user.held().await?, 0.0, "what was reserved is charged or released");
//! # Ok(())
//! # }
//! ```

mod api_description;
mod authorizer;
mod aws;
mod function_logs;
mod mock_stripe;
mod mp4;
mod processes;
mod render;
mod srt;
mod stack;
mod template;
mod tenant_fixture;
mod test_user;

pub use api_description::{Operation, Parameter, operations};
pub use authorizer::{authorize, is_authorized};
pub use aws::Aws;
pub use function_logs::log_lines;
pub use mock_stripe::MockStripe;
pub use mp4::Film;
pub use processes::{
    Caller, Process, busy_process, child_of, find_caller, function_processes, is_alive, kill, pause,
    process_count, resume,
};
pub use render::{DRAFT, VOICE, minutes, render_film, text, wait_for_job};
pub use srt::words_of_srt;
pub use stack::{OwnStack, StackOption, UNLIMITED, repository_root, shared, target_folder};
pub use template::{Route, all_routes, functions, routes, throttled_routes};
pub use tenant_fixture::TenantFixture;
pub use test_user::{TestUser, new_user, unused_email};
