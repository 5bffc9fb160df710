//! Projects, storyboards, jobs and their steps. Knows no media: to it a step has a kind, inputs and an
//! artefact.

pub mod lexicon;
pub mod prices;
pub mod segment;
pub mod templates;

mod failure;
mod job;
mod packed;
mod plan;
mod project;
mod quote;
mod receipt;
mod render;
mod step;
mod step_queue;
mod store;
mod storyboard;
mod text;
mod video_format;

pub use failure::*;
pub use job::*;
pub use plan::*;
pub use project::*;
pub use quote::*;
pub use receipt::*;
pub use render::{
    DispatchError, RenderError, RenderExtent, RenderOrder, RenderQuote, RenderStarter, StepDispatcher,
};
pub use step::*;
pub use step_queue::StepQueue;
pub use store::*;
pub use storyboard::*;
pub use text::*;
pub use video_format::is_premium;
