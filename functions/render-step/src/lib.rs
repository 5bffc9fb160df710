//! Runs one step of a render job: the place where the studio's steps, the providers and the film engine meet.
//!
//! [`Worker`] is the orchestration: claim a step, renew its lease, commit its result or give it back. What a step makes is
//! behind the trait [`ArtefactMaker`]; [`StepRunner`] is the implementation that makes films.
//!
//! This crate knows nothing of HTTP, plans or payment. Which steps a job has, and which of them is ready, is decided in
//! `studio`; pictures and sound are computed in `film/*`.
//!
//! `main.rs` shows how both are wired to the queue. `events/render-step.json` is a message as the queue delivers it.

mod artefacts;
mod dispatch;
mod error;
mod maker;
mod narrator;
mod output;
mod painter;
mod runner;
mod scenes;
mod scratch;
mod script_fonts;
mod steps;
mod worker;

pub use error::StepError;
pub use maker::ArtefactMaker;
pub use output::StepOutput;
pub use runner::StepRunner;
pub use worker::{Worker, WorkerError};
