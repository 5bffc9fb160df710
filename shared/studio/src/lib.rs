//! Projects, storyboards, jobs and their steps. Knows no media: to it a step has a kind, inputs and an
//! artefact.

pub mod prices;

mod artefact;
mod deflated_json;
mod due;
mod failure;
mod idempotency;
mod ids;
mod job;
mod plan;
mod project;
mod quote;
mod receipt;
mod render;
mod step;
mod step_input;
mod step_kind;
mod step_message;
mod step_queue;
mod store;
mod video;
mod video_format;

pub use artefact::Artefact;
pub use due::Due;
pub use failure::{Failure, FailureCode, Fallback, StepFailure};
pub use idempotency::IdempotencyKey;
pub use ids::{JobId, VideoId};
pub use job::{Job, JobStatus, Tally};
pub use plan::{Plan, PlannedStep};
pub use project::{Manuscript, Music, Project, ProjectId, Style};
pub use quote::{Quote, cost_micro_usd};
pub use receipt::{StepReceipt, Totals};
pub use render::{
    DispatchError, RenderError, RenderExtent, RenderOrder, RenderQuote, RenderStarter, StepDispatcher,
};
pub use step::{Step, StepReport, StepState};
pub use step_input::{
    ClipInput, ImageInput, NarrationInput, SceneInput, SoundtrackInput, SpokenScene, StepInput, StitchInput,
};
pub use step_kind::{InvalidStepId, StepId, StepKind};
pub use step_message::StepMessage;
pub use step_queue::StepQueue;
pub use store::{
    AcceptOutcome, Claim, FinishOutcome, LeasedStep, NackOutcome, Overdue, OverdueEntry, Studio,
    StudioSettings,
};
pub use video::{FilmFacts, Video};
pub use video_format::is_premium;
