//! The `studio` table.
//!
//! | sort key | item |
//! |---|---|
//! | `PROJECT#{project}` | [`Project`](crate::Project) |
//! | `MANUSCRIPT#{project}` | [`Manuscript`](crate::Manuscript) |
//! | `UPLOAD#{upload}` | [`Upload`](crate::Upload) |
//! | `ASSET#{project}#{upload}` | the upload's entry in the list of its project |
//! | `LEXICON` | [`Lexicon`](crate::Lexicon): how the tenant wants words to be read |
//! | `DELETED#{project}` | a project was deleted, and its uploads are still to be released |
//! | `COUNTS` | how many projects and pending uploads the tenant has |
//! | `JOB#{job}` | [`Job`](crate::Job) |
//! | `PLAN#{job}#{part}` | a part of the plan that the job was accepted with; expires after two days |
//! | `STEP#{job}#{step}` | [`Step`](crate::Step) |
//! | `LINE#{job}#{position}` | a step of the backlog: it may run, but its tenant had no free slot |
//! | `LANE` | the tenant's slots: how many steps are queued or running, how many are in the backlog, their duration |
//! | `ARTEFACT#{hash}` | [`Artefact`](crate::Artefact) |
//! | `VIDEO#{video}` | [`Video`](crate::Video) |
//! | `IDEMPOTENCY#{hash of key}` | the job that a request with this idempotency key started |
//!
//! All are in the partition of their tenant. The sparse index `due` holds the items that something must still be done
//! about: see
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
//! | `create_steps` | → waiting, ready | the backlog |
//! | `fill_slots` | ready → queued | a slot is taken, the backlog is one shorter |
//! | `claim` | queued → running | |
//! | `finish` | running → done | artefact, counters, usage, dependents, the slot; the last step's: film, settlement |
//! | `nack` | running → queued | |
//! | `fail_job` | running → failed | the job's end, the settlement, the slot |
//! | `cancel_step` | running → cancelled | the slot |
//!
//! Whatever must follow a write (a message to be sent, a lease to be kept) gets its entry in the index `due` by that
//! same write (a transactional outbox), so that a process may die after any call.

mod artefacts;
mod claim;
mod counts;
mod create_steps;
mod due_index;
mod duration_estimates;
mod end_job;
mod finish;
mod found_uploads;
pub(crate) mod jobs;
mod keys;
mod leased_step;
mod lexicon;
mod nack;
mod plans;
mod projects;
mod settings;
pub(crate) mod studio;
mod tenant_slots;
mod upload_use;
pub(crate) mod uploads;
mod videos;

pub use claim::Claim;
pub use due_index::{Overdue, OverdueEntry};
pub use finish::FinishOutcome;
pub use found_uploads::HeldUploads;
pub use leased_step::LeasedStep;
pub use nack::NackOutcome;
pub use projects::ProjectCreation;
pub use settings::StudioSettings;
pub use studio::Studio;
pub use upload_use::UploadsInUse;
