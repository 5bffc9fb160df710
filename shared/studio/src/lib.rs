//! Projects, render jobs and their steps, and the DynamoDB table `studio` behind them.
//!
//! An order becomes a [`Plan`], a graph of steps. [`RenderStarter`] accepts it as a [`Job`] and creates its [`Step`]s;
//! a [`StepMessage`] in the [`StepQueue`] tells a worker to [claim](Studio::claim), run and [finish](Studio::finish)
//! one of them. A step that succeeds leaves an [`Artefact`], named by the hash of what it was made from, which later
//! jobs reuse. How states change, and in which transactions, stands at [`Studio`]'s methods and is checked in
//! `tests/protocol-model`.
//!
//! The crate knows no media: to it a step has a kind, inputs and an artefact. It knows no HTTP either, and must not
//! depend on a function, on `edge` or on the film engine.
//!
//! ```
//! use studio::{RenderExtent, RenderOrder, ProjectId};
//!
//! // The same idempotency key with another order is refused: the hashes of the two orders differ.
//! let film = RenderOrder { project: ProjectId::new(), resolution: Default::default(), extent: RenderExtent::Film };
//! let stitch = RenderOrder { extent: RenderExtent::Stitch, ..film };
//! let key = tenancy::ContentHash::of(b"order-7");
//! let (first, second) = (film.idempotency_key(key, key), stitch.idempotency_key(key, key));
//! assert_eq!(first.key, second.key);
//! assert_ne!(first.request, second.request);
//! ```

pub mod prices;

mod artefact;
mod deflated_json;
mod due;
mod failure;
mod idempotency;
mod ids;
mod job;
mod lexicon;
mod narration;
mod plan;
mod project;
mod quote;
mod reader;
mod reading_choices;
mod receipt;
mod render;
mod step;
mod step_input;
mod step_kind;
mod step_message;
mod step_queue;
mod store;
mod upload;
mod uploaded_picture;
mod uploads;
mod video;
mod video_format;

pub use artefact::Artefact;
pub use due::Due;
pub use failure::{Failure, FailureCode, Fallback, StepFailure};
pub use idempotency::IdempotencyKey;
pub use ids::{JobId, VideoId};
pub use job::{Job, JobStatus, Tally};
pub use lexicon::{LanguageEntry, Lexicon, MOST_ENTRIES, MOST_PROJECT_ENTRIES, SpokenWords, WrittenWords};
pub use narration::{Narration, Notice, NoticeCode, UnreadText};
pub use plan::{Plan, PlannedStep, UnreadWords, speech_ms};
pub use project::{
    Manuscript, Motion, Music, Project, ProjectId, Style, Title, VoiceName, edited, readable_title,
};
pub use quote::{Quote, cost_micro_usd};
pub use reader::Reader;
pub use reading_choices::NewReadingChoices;
pub use receipt::{StepReceipt, Totals};
pub use render::{
    DispatchError, RenderError, RenderExtent, RenderOrder, RenderQuote, RenderStarter, StartedRender,
    StepDispatcher,
};
pub use step::{Step, StepReport, StepState};
pub use step_input::{
    ClipInput, ImageInput, NarrationInput, SceneInput, SoundtrackInput, SpokenScene, StepInput, StitchInput,
};
pub use step_kind::{InvalidStepId, StepId, StepKind};
pub use step_message::StepMessage;
pub use step_queue::StepQueue;
pub use store::{
    Claim, FinishOutcome, HeldUploads, LeasedStep, NackOutcome, Overdue, OverdueEntry, ProjectCreation,
    Studio, StudioSettings, UploadsInUse,
};
pub use upload::{Upload, UploadState};
pub use uploaded_picture::{UploadedPictureError, probe_upload};
pub use uploads::{UploadError, Uploads};
pub use video::{FilmFacts, Video};
pub use video_format::is_premium;
