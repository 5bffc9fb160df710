//! Runs one step of a render job: the only place where the studio's steps and the film engine meet.
//!
//! [`Worker`] is the orchestration: claim, lease, commit, retry. What a step makes is a [`Maker`]'s affair:
//! [`Kit`] is the one that makes films.

mod artefacts;
mod error;
mod kit;
mod made;
mod painter;
mod scenes;
mod scratch;
mod steps;
mod worker;

pub use error::StepError;
pub use kit::Kit;
pub use made::Made;
pub use worker::{Maker, Worker, WorkerError};
