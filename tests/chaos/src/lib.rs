//! What the tests of failures share: a stack whose every AWS call passes a [fault proxy](fault_proxy), a
//! sweeper that runs every second, processes that are watched call by call and killed between two of them,
//! and a check of what a job has left behind and charged.
//!
//! It reads tables and queues in AWS's own notation and must not depend on the product's libraries: what a test
//! compares must not come from the code under test. (The tests themselves use `cloud` and `tenancy` to prepare data.)
//!
//! # Example
//!
//! ```no_run
//! use chaos::{ChaosStack, KillPoint, TwoSceneProject, WorkerKiller};
//!
//! # async fn test() -> anyhow::Result<()> {
//! let chaos = ChaosStack::start("example", &[]).await?;
//! let killer = WorkerKiller::of(&chaos);
//! let project = TwoSceneProject::create(&chaos.stack).await?;
//! let after_claim = KillPoint::After { call: "UpdateItem STEP".to_owned(), nth: 1 };
//! killer.plan(&project.person.signed_in.tenant, "clip-0000", [after_claim]);
//! project.film(&chaos).await?;
//! chaos.verify_charges().await
//! # }
//! ```

mod aws;
mod caller_lookup;
mod film;
mod ledger;
mod leftovers;
mod process_cleanup;
mod snapshot;
mod stack;
mod worker_killer;
mod worker_position;

pub use aws::{messages_in, send_message, set_visibility_timeout};
pub use caller_lookup::CallerLookup;
pub use film::{FilmOutcome, TwoSceneProject, wait_for_cleanup};
pub use process_cleanup::ProcessKiller;
pub use snapshot::Snapshot;
pub use stack::ChaosStack;
pub use worker_killer::{Kill, KillPoint, WorkerKiller};
pub use worker_position::{StepName, WorkerEvent, WorkerPosition, WorkerTracker};
