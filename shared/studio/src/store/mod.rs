//! The `studio` table.
//!
//! | sort key | item |
//! |---|---|
//! | `PROJECT#{project}` | [`Project`](crate::Project) |
//! | `MANUSCRIPT#{project}` | [`Manuscript`](crate::Manuscript) |
//! | `JOB#{job}` | [`Job`](crate::Job) |
//! | `STEP#{job}#{step}` | [`Step`](crate::Step) |
//! | `LINE#{job}#{position}` | a step that may run and has no message yet |
//! | `LANE` | how many steps are queued or running, how many in line, how long they take |
//! | `ARTEFACT#{hash}` | [`Artefact`](crate::Artefact) |
//! | `VIDEO#{video}` | [`Video`](crate::Video) |
//! | `IDEMPOTENCY#{hash of key}` | which job an idempotency key stands for |
//!
//! All in the partition of their tenant. The sparse index `due` holds what somebody must look at: see
//! [`overdue`](Studio::overdue).
//!
//! # The life of a step
//!
//! ```text
//! waiting ─► ready ─► queued ─► running ─► done
//!                       ▲          │  ├──► failed, and the job with it
//!                       └──────────┘  └──► cancelled, when its job has ended
//! ```
//!
//! | function | from → to | in the same transaction |
//! |---|---|---|
//! | `create_steps` | → waiting, ready | the line |
//! | `fill_slots` | ready → queued | a place of the lane is taken, the line is shorter |
//! | `claim` | queued → running | |
//! | `finish` | running → done | artefact, counters, usage, those that waited, the place; with the last one the film and the settlement |
//! | `nack` | running → queued | |
//! | `fail_job` | running → failed | the job's end, the settlement, the place |
//! | `cancel_step` | running → cancelled | the place |
//!
//! Whatever must be done after a write (a message to be sent, a lease to be kept) stands in the index
//! `due` by that same write, so that a process may die after any call.

mod artefacts;
mod claim;
mod create_steps;
mod due_index;
mod duration_estimates;
mod end_job;
mod finish;
pub(crate) mod jobs;
mod keys;
mod leased_step;
mod nack;
mod projects;
mod settings;
pub(crate) mod studio;
mod tenant_slots;
mod videos;

pub use claim::Claim;
pub use due_index::{Overdue, OverdueEntry};
pub use finish::FinishOutcome;
pub use jobs::AcceptOutcome;
pub use leased_step::LeasedStep;
pub use nack::NackOutcome;
pub use settings::StudioSettings;
pub use studio::Studio;
