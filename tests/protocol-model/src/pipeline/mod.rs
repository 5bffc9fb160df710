//! The render pipeline: what `shared/studio/src/store` writes, who calls it, and what can go wrong between
//! any two calls.
//!
//! - `state`: the tables, the queue and the processes at one moment.
//! - `model`: the jobs, steps and limits of a model; `mutation`: the conditions that can be taken out of it.
//! - [`rules`] and, for slots and backlog, `tenant_slots`: one function for each function of the store.
//! - `fault`: what can go wrong; `action`: what can happen; `transitions`: when it can, and what state it leads to.
//! - `properties`: what must be true.
//! - `describe`: actions in words, for counterexamples.
//! - `scenarios`: which jobs, and which faults.

mod action;
mod describe;
mod fault;
mod model;
mod mutation;
mod properties;
pub mod rules;
mod scenarios;
mod state;
mod tenant_slots;
mod transitions;

pub use action::{Action, Entry};
pub use fault::Fault;
pub use model::{Pipeline, PlannedStep};
pub use mutation::Mutation;
pub use state::{Artefact, Due, Job, JobStatus, Process, State, Step, StepState, TenantSlots};
