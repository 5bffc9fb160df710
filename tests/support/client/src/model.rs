//! Projects, jobs and films, as the API sends and takes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Page<T> {
    /// The entries, newest first.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last.
    pub next: Option<String>,
}

/// A project to be created from a text, or from a template and its values. The API chooses what is absent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewProject {
    /// The text to narrate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The template's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The template's values, by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The language, a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The aspect ratio: `16:9`, `9:16` or `1:1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<String>,
    /// The voice, by name, by provider, or by both: `hibari:heart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// The id of a project in another language whose pictures it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures_of: Option<String>,
}

/// A project: a text, its storyboard and the settings of its film.
#[derive(Clone, Debug, Deserialize)]
pub struct Project {
    /// The project's id: `proj_…`.
    pub id: String,
    /// The title.
    pub title: String,
    /// The language, a BCP 47 tag.
    pub language: String,
    /// The aspect ratio: `16:9`.
    pub aspect: String,
    /// The number of scenes in the storyboard.
    pub scenes: usize,
    /// How pictures move: `still`, `living`; absent in projects of before there was a choice.
    pub motion: Option<String>,
    /// The revision, which every edit raises. An edit of an older revision is a conflict.
    pub revision: u64,
}

/// A text divided into scenes.
#[derive(Clone, Debug, Deserialize)]
pub struct Storyboard {
    /// The project's revision.
    pub revision: u64,
    /// The verses of the text, whose words no edit may change.
    pub verses: Vec<Verse>,
    /// The scenes, in order.
    pub scenes: Vec<Scene>,
}

/// A line or sentence of the text, with its hash.
#[derive(Clone, Debug, Deserialize)]
pub struct Verse {
    /// The verse's text.
    pub text: String,
    /// The SHA-256 of the text, hexadecimal.
    pub sha256: String,
}

/// One picture and the words spoken over it.
#[derive(Clone, Debug, Deserialize)]
pub struct Scene {
    /// The position in the film, counted from zero.
    pub index: usize,
    /// The text that is spoken.
    pub text: String,
    /// The prompt for the picture.
    pub prompt: String,
    /// The prompt's keywords.
    pub keywords: Vec<String>,
    /// The seed of the picture: another seed gives another composition.
    pub seed: u32,
    /// The pause after the last word, milliseconds.
    pub pause_ms: u32,
    /// The id of an uploaded picture, shown instead of a generated one.
    pub image: Option<String>,
    /// The point of the uploaded picture that stays in view.
    pub focus: Option<Focus>,
    /// The estimated duration, milliseconds.
    pub estimate_ms: u64,
}

/// A presigned upload.
#[derive(Clone, Debug, Deserialize)]
pub struct Upload {
    /// The id that a scene's `image` may name.
    pub id: String,
    /// The URL to PUT the file to.
    pub upload_url: String,
    /// The headers to send with the file.
    pub headers: Vec<(String, String)>,
}

/// An uploaded file.
#[derive(Clone, Debug, Deserialize)]
pub struct Asset {
    /// The id that a scene's `image` may name.
    pub id: String,
    /// The media type.
    pub content_type: String,
    /// The length in bytes.
    pub bytes: u64,
    /// `pending` or `stored`.
    pub state: String,
}

/// A scene as a client sets it; what is absent is derived from the text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SceneEdit {
    /// The text that is spoken.
    pub text: String,
    /// The prompt for the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The prompt's keywords.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<Vec<String>>,
    /// The seed of the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// The pause after the last word, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_ms: Option<u32>,
    /// The id of an uploaded picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The point of the uploaded picture that must stay in view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focus: Option<Focus>,
}

/// A point of a picture, as fractions of its width and height.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Focus {
    /// From the left edge.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

impl From<Scene> for SceneEdit {
    fn from(scene: Scene) -> Self {
        Self {
            text: scene.text,
            prompt: Some(scene.prompt),
            keywords: Some(scene.keywords),
            seed: Some(scene.seed),
            pause_ms: Some(scene.pause_ms),
            image: scene.image,
            focus: scene.focus,
        }
    }
}

/// What a render would use and cost.
#[derive(Clone, Debug, Deserialize)]
pub struct Quote {
    /// The resolution: `480p` …
    pub resolution: String,
    /// The number of pictures to generate.
    pub images: u64,
    /// The speech to synthesise, seconds.
    pub narration_seconds: f64,
    /// The film to render, minutes.
    pub render_minutes: f64,
    /// The cost, millionths of a US dollar.
    pub cost_micro_usd: u64,
    /// The number of steps of the job.
    pub steps: u64,
    /// The number of steps whose artefact exists already.
    pub reused_steps: u64,
    /// The film's estimated duration, seconds.
    pub film_seconds: f64,
    /// Whether the rest of this month's quotas suffices.
    pub fits: bool,
    /// Whether a render would be accepted now.
    pub allowed: bool,
    /// The smallest plan that includes the resolution, where the account's plan lacks it.
    pub plan_required: Option<String>,
}

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Some steps are waiting or running.
    Running,
    /// The film is finished.
    Done,
    /// A step has failed in its last attempt.
    Failed,
    /// A user has cancelled it.
    Cancelled,
}

/// The kind of artefact that a step makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A scene's picture.
    Image,
    /// A scene's narration.
    Narration,
    /// A scene's video without sound.
    Clip,
    /// The film's audio track.
    Soundtrack,
    /// The finished film.
    Stitch,
}

impl StepKind {
    /// All kinds, in the order of the pipeline.
    pub const ALL: [Self; 5] = [Self::Image, Self::Narration, Self::Clip, Self::Soundtrack, Self::Stitch];

    /// The name in the API's JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Narration => "narration",
            Self::Clip => "clip",
            Self::Soundtrack => "soundtrack",
            Self::Stitch => "stitch",
        }
    }
}

/// The rendering of one revision of a project.
#[derive(Clone, Debug, Deserialize)]
pub struct Job {
    /// The job's id: `job_…`.
    pub id: String,
    /// The id of the project.
    pub project: String,
    /// The project's title when the job was started.
    pub title: String,
    /// The resolution: `480p` …
    pub resolution: String,
    /// The state.
    pub status: JobStatus,
    /// The version, which every change raises; a long poll waits for a newer one.
    pub version: u64,
    /// The id of the film, once the job is done.
    pub video: Option<String>,
    /// Why it failed, if it did.
    pub failure: Option<JobFailure>,
    /// The progress.
    pub progress: Progress,
}

impl Job {
    /// Whether the job is done, failed or cancelled.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.status != JobStatus::Running
    }
}

/// Why a job failed.
#[derive(Clone, Debug, Deserialize)]
pub struct JobFailure {
    /// A stable code: `disk_full`.
    pub code: String,
    /// The failure as an HTTP status.
    pub status: u16,
    /// The failure in plain words.
    pub message: String,
    /// The id of the step that failed, if it was one.
    pub step: Option<String>,
}

/// The progress of a job.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Progress {
    /// The work that is done, percent.
    pub percent: u64,
    /// The estimated time left, seconds; absent while no estimate is possible.
    pub left_s: Option<u64>,
    /// The progress by kind of step.
    pub kinds: Vec<KindProgress>,
}

/// The progress of one kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct KindProgress {
    /// The kind of step.
    pub kind: StepKind,
    /// The number of steps.
    pub total: u64,
    /// The number of steps that are done.
    pub done: u64,
}

/// What every step of a job has made, used and cost.
#[derive(Clone, Debug, Deserialize)]
pub struct Receipt {
    /// The job.
    pub job: Job,
    /// What is charged for the job.
    pub totals: Totals,
    /// The steps.
    pub steps: Vec<StepReceipt>,
}

/// What a job is charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Totals {
    /// Pictures generated.
    pub images: u64,
    /// Speech synthesised, milliseconds.
    pub speech_ms: u64,
    /// Film rendered, milliseconds.
    pub render_ms: u64,
    /// The cost, millionths of a US dollar.
    pub cost_micro_usd: u64,
}

/// What one step has made, used and cost.
#[derive(Clone, Debug, Deserialize)]
pub struct StepReceipt {
    /// The step's id: `clip-0001`.
    pub id: String,
    /// The kind of step.
    pub kind: StepKind,
    /// The state: `waiting`, `ready`, `running`, `done` or `failed`.
    pub state: String,
    /// How often a worker has claimed it.
    pub attempts: u32,
    /// The provider that made the artefact; empty before it is done.
    #[serde(default)]
    pub provider: String,
    /// Whether the artefact existed already.
    #[serde(default)]
    pub reused: bool,
    /// Whether a preferred provider failed and a fallback made the artefact.
    #[serde(default)]
    pub degraded: bool,
    /// The duration of the successful attempt, milliseconds.
    #[serde(default)]
    pub ran_ms: u64,
    /// Pictures generated.
    #[serde(default)]
    pub images: u64,
    /// Speech synthesised, milliseconds.
    #[serde(default)]
    pub speech_ms: u64,
    /// Film rendered, milliseconds.
    #[serde(default)]
    pub render_ms: u64,
    /// The cost, failed attempts included, millionths of a US dollar.
    pub cost_micro_usd: u64,
    /// The time from ready to the first claim, milliseconds.
    pub waited_ms: u64,
    /// Remarks for people.
    pub notes: Vec<String>,
    /// The attempts that failed.
    pub failures: Vec<StepFailure>,
    /// The preferred providers that failed.
    pub fallbacks: Vec<Fallback>,
}

/// Why a preferred provider did not make the artefact.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Fallback {
    /// The provider: `bedrock`, `polly`.
    pub provider: String,
    /// The failure as an HTTP status.
    pub status: u16,
    /// The failure in plain words.
    pub message: String,
}

/// Why an attempt at a step failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StepFailure {
    /// A stable code: `disk_full`.
    pub code: String,
    /// The failure as an HTTP status.
    pub status: u16,
    /// The failure in plain words.
    pub message: String,
    /// The duration of the attempt, milliseconds.
    pub ran_ms: u64,
    /// The cost of the attempt, millionths of a US dollar.
    pub cost_micro_usd: u64,
}

/// A finished film.
#[derive(Clone, Debug, Deserialize)]
pub struct Video {
    /// The film's id.
    pub id: String,
    /// The id of the project.
    pub project: String,
    /// The id of the job that rendered it.
    pub job: String,
    /// The title.
    pub title: String,
    /// The aspect ratio: `16:9`.
    pub aspect: String,
    /// The resolution: `480p` …
    pub resolution: String,
    /// The duration, milliseconds.
    pub duration_ms: u64,
    /// The frame's width, pixels.
    pub width: u32,
    /// The frame's height, pixels.
    pub height: u32,
    /// The size of the MP4, bytes.
    pub bytes: u64,
    /// The integrated loudness, LUFS.
    pub loudness_lufs: f64,
    /// The true peak, dBTP.
    pub true_peak_dbtp: f64,
}

/// A presigned URL of a file: whoever has it can fetch the file until it expires.
#[derive(Clone, Debug, Deserialize)]
pub struct Download {
    /// The presigned URL.
    pub url: String,
    /// Seconds until the URL expires.
    pub expires_in_s: u64,
    /// A name for the file.
    pub file_name: String,
}
