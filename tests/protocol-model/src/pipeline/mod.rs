//! The render pipeline: what `shared/studio/src/store` writes, who calls it, and what can go wrong between
//! any two calls.
//!
//! - `state`: the tables, the queue and the processes at one moment.
//! - [`rules`] and, for places and lines, `lane`: one function for each function of the store.
//! - `actions`: what may happen next, and what a fault costs.
//! - `properties`: what must be true.
//! - `scenarios`: which jobs, and which faults.

mod action;
mod describe;
mod model;
mod mutation;
mod properties;
pub mod rules;
mod scenarios;
mod state;
mod tenant_slots;
mod transitions;

pub use action::{Action, Entry, Fault};
pub use model::{Pipeline, PlannedStep};
pub use mutation::Mutation;
pub use state::{Artefact, Due, Job, JobStatus, Process, State, Step, StepState, TenantSlots};
