//! Projects, jobs and films: what the API sends and takes of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Page<T> {
    /// What the list holds.
    pub items: Vec<T>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

/// A project to be made from a text, or from a template and its values. What is none is the API's to choose.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewProject {
    /// What to speak and show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The template's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What goes into the template, by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// What people will call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `16:9`, `9:16` or `1:1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<String>,
    /// A voice by name, by provider, or both: `hibari:heart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// A project of another language whose pictures it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures_of: Option<String>,
}

/// A project.
#[derive(Clone, Debug, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// The frame's shape.
    pub aspect: String,
    /// Scenes in the storyboard.
    pub scenes: usize,
    /// Counts edits; an edit of an older revision is refused.
    pub revision: u64,
}

/// A text divided into scenes.
#[derive(Clone, Debug, Deserialize)]
pub struct Storyboard {
    /// The project's revision that it belongs to.
    pub revision: u64,
    /// The lock on the text.
    pub verses: Vec<Verse>,
    /// What is shown and spoken, in order.
    pub scenes: Vec<Scene>,
}

/// One line or sentence of the text, and its hash.
#[derive(Clone, Debug, Deserialize)]
pub struct Verse {
    /// Its words.
    pub text: String,
    /// SHA-256 of its words, hexadecimal.
    pub sha256: String,
}

/// One picture and the words spoken over it.
#[derive(Clone, Debug, Deserialize)]
pub struct Scene {
    /// Counted from zero.
    pub index: usize,
    /// The words.
    pub text: String,
    /// What the picture should show.
    pub prompt: String,
    /// The same in keywords.
    pub keywords: Vec<String>,
    /// Chooses the composition.
    pub seed: u32,
    /// Silence after the last word, milliseconds.
    pub pause_ms: u32,
    /// The person's own picture.
    pub image: Option<String>,
    /// How long it will be, milliseconds.
    pub estimate_ms: u64,
}

/// What a person says of a scene; what is none is derived from the text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SceneEdit {
    /// The words.
    pub text: String,
    /// What the picture should show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The same in keywords.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<Vec<String>>,
    /// Chooses the composition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// Silence after the last word, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_ms: Option<u32>,
    /// The person's own picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
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
        }
    }
}

/// What a render would take.
#[derive(Clone, Debug, Deserialize)]
pub struct Quote {
    /// The frame's size: `480p` …
    pub resolution: String,
    /// Pictures to make.
    pub images: u64,
    /// Speech to make, seconds.
    pub narration_seconds: f64,
    /// Film to render, minutes.
    pub render_minutes: f64,
    /// Millionths of a US dollar.
    pub cost_micro_usd: u64,
    /// Steps of the job.
    pub steps: u64,
    /// Steps whose work is there already.
    pub reused_steps: u64,
    /// How long the film will be, seconds.
    pub film_seconds: f64,
    /// Whether this month's quota suffices.
    pub fits: bool,
}

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Steps wait or run.
    Running,
    /// The film is delivered.
    Done,
    /// A step failed for good.
    Failed,
    /// Stopped by a person.
    Cancelled,
}

/// What a step makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A scene's picture.
    Image,
    /// A scene's speech.
    Narration,
    /// A scene's frames.
    Clip,
    /// All sound of the film.
    Soundtrack,
    /// The film.
    Stitch,
}

impl StepKind {
    /// All of them, in the order in which a film passes through them.
    pub const ALL: [Self; 5] = [Self::Image, Self::Narration, Self::Clip, Self::Soundtrack, Self::Stitch];

    /// The name as the API has it.
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
    /// Its id.
    pub id: String,
    /// What it renders.
    pub project: String,
    /// The project's title at the time.
    pub title: String,
    /// The frame's size.
    pub resolution: String,
    /// Where it is in its life.
    pub status: JobStatus,
    /// Counts changes; a long poll waits for it to rise.
    pub version: u64,
    /// The film, once there is one.
    pub video: Option<String>,
    /// Why it failed.
    pub failure: Option<JobFailure>,
    /// How far it is.
    pub progress: Progress,
}

impl Job {
    /// Whether nothing will change any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.status != JobStatus::Running
    }
}

/// Why a job failed.
#[derive(Clone, Debug, Deserialize)]
pub struct JobFailure {
    /// A name that stays: `disk_full`.
    pub code: String,
    /// A status as HTTP has it.
    pub status: u16,
    /// In plain words.
    pub message: String,
    /// Which step, where it was one.
    pub step: Option<String>,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Progress {
    /// Of everything, 0 ..= 100.
    pub percent: u64,
    /// Estimated seconds left.
    pub left_s: Option<u64>,
    /// Each kind of step.
    pub kinds: Vec<KindProgress>,
}

/// How far the steps of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct KindProgress {
    /// What they make.
    pub kind: StepKind,
    /// All of them.
    pub total: u64,
    /// Those that are done.
    pub done: u64,
}

/// What every step of a job did.
#[derive(Clone, Debug, Deserialize)]
pub struct Receipt {
    /// The job.
    pub job: Job,
    /// What is charged.
    pub totals: Totals,
    /// Each step.
    pub steps: Vec<StepReceipt>,
}

/// What a job is charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Totals {
    /// Pictures.
    pub images: u64,
    /// Milliseconds of speech.
    pub speech_ms: u64,
    /// Milliseconds of film.
    pub render_ms: u64,
    /// Millionths of a US dollar.
    pub cost_micro_usd: u64,
}

/// What one step did.
#[derive(Clone, Debug, Deserialize)]
pub struct StepReceipt {
    /// Its name: `clip-0001`.
    pub id: String,
    /// What it made.
    pub kind: StepKind,
    /// `waiting`, `ready`, `running`, `done` or `failed`.
    pub state: String,
    /// How often a worker began.
    pub attempts: u32,
    /// Who did it; empty before it is done.
    #[serde(default)]
    pub provider: String,
    /// Whether the work was there already.
    #[serde(default)]
    pub reused: bool,
    /// Whether a better provider was tried and failed.
    #[serde(default)]
    pub degraded: bool,
    /// Milliseconds that the successful attempt took.
    #[serde(default)]
    pub ran_ms: u64,
    /// Pictures made.
    #[serde(default)]
    pub images: u64,
    /// Milliseconds of speech made.
    #[serde(default)]
    pub speech_ms: u64,
    /// Milliseconds of film rendered.
    #[serde(default)]
    pub render_ms: u64,
    /// Millionths of a US dollar, failed attempts among them.
    pub cost_micro_usd: u64,
    /// Milliseconds between ready and begun.
    pub waited_ms: u64,
    /// Anything else a person should know, in words.
    pub notes: Vec<String>,
    /// The attempts that failed.
    pub failures: Vec<StepFailure>,
    /// The better providers that were tried and failed.
    pub fallbacks: Vec<Fallback>,
}

/// Why a better provider did not do it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Fallback {
    /// Which: `bedrock`, `polly`.
    pub provider: String,
    /// A status as HTTP has it.
    pub status: u16,
    /// In plain words.
    pub message: String,
}

/// Why an attempt of a step did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StepFailure {
    /// A name that stays: `disk_full`.
    pub code: String,
    /// A status as HTTP has it.
    pub status: u16,
    /// In plain words.
    pub message: String,
    /// Milliseconds that the attempt took.
    pub ran_ms: u64,
    /// Millionths of a US dollar.
    pub cost_micro_usd: u64,
}

/// A finished film.
#[derive(Clone, Debug, Deserialize)]
pub struct Video {
    /// Its id.
    pub id: String,
    /// What it shows.
    pub project: String,
    /// Which job made it.
    pub job: String,
    /// What people call it.
    pub title: String,
    /// The frame's shape.
    pub aspect: String,
    /// The frame's size by name.
    pub resolution: String,
    /// Milliseconds.
    pub duration_ms: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Size of the file.
    pub bytes: u64,
    /// Integrated loudness, LUFS.
    pub loudness_lufs: f64,
    /// True peak, dBTP.
    pub true_peak_dbtp: f64,
}

/// Where a film can be fetched, for a short while, by whoever has the address.
#[derive(Clone, Debug, Deserialize)]
pub struct Download {
    /// The address.
    pub url: String,
    /// Seconds for which it works.
    pub expires_in_s: u64,
    /// What to call the file.
    pub file_name: String,
}
