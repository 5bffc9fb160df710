//! Steps: one unit of work of a job, run by one worker at a time, as often as it takes to succeed once.

use std::fmt;

use film_vocabulary::Tradition;
use metering::Amounts;
use serde::{Deserialize, Serialize};
use tenancy::{AttemptId, ContentHash};
use utoipa::ToSchema;

use crate::{Fallback, JobId, Music, StepFailure, UploadId};
use film_vocabulary::{Aspect, Resolution};

/// What a step makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A picture for a scene.
    Image,
    /// Speech for a scene, with the time of every word.
    Narration,
    /// A scene's frames, encoded, without sound.
    Clip,
    /// All speech and the music, mixed and encoded once.
    Soundtrack,
    /// The film, its captions and its thumbnail, inspected.
    Stitch,
}

impl StepKind {
    /// All of them, in the order in which a film passes through them.
    pub const ALL: [Self; 5] = [Self::Image, Self::Narration, Self::Clip, Self::Soundtrack, Self::Stitch];

    /// The name as it stands in tables and JSON.
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

    /// Seconds that one usually takes on one core, for the first estimate of what is left. Measured at
    /// 1080p with the embedded providers; after the first steps the job's own figures are used.
    #[must_use]
    pub const fn usual_s(self) -> u32 {
        match self {
            Self::Image => 2,
            Self::Narration => 7,
            Self::Clip => 7,
            Self::Soundtrack => 3,
            Self::Stitch => 6,
        }
    }
}

/// Names a step within its job: `clip-0007`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(pattern = "^(image|narration|clip|soundtrack|stitch)-[0-9]{4,6}$")]
pub struct StepId(String);

/// The text names no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a kind of step and a number, such as clip-0007")]
pub struct InvalidStepId;

impl TryFrom<String> for StepId {
    type Error = InvalidStepId;

    fn try_from(text: String) -> Result<Self, InvalidStepId> {
        let (kind, number) = text.split_once('-').ok_or(InvalidStepId)?;
        let known = StepKind::ALL.iter().any(|k| k.as_str() == kind);
        let numbered = (4..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        if known && numbered { Ok(Self(text)) } else { Err(InvalidStepId) }
    }
}

impl From<StepId> for String {
    fn from(id: StepId) -> Self {
        id.0
    }
}

impl StepId {
    /// The step of this kind with this number.
    #[must_use]
    pub fn new(kind: StepKind, index: usize) -> Self {
        Self(format!("{}-{index:04}", kind.as_str()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything that a step's artefact is made from. Its hash is the artefact's name, so an input that
/// does not change the artefact must not stand here, and one that does must.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepInput {
    /// See [`StepKind::Image`].
    Image(ImageInput),
    /// See [`StepKind::Narration`].
    Narration(NarrationInput),
    /// See [`StepKind::Clip`].
    Clip(ClipInput),
    /// See [`StepKind::Soundtrack`].
    Soundtrack(SoundtrackInput),
    /// See [`StepKind::Stitch`].
    Stitch(StitchInput),
}

/// What a picture is made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageInput {
    /// For an image model.
    pub prompt: String,
    /// For the painter.
    pub keywords: Vec<String>,
    /// Which pictures suit the text.
    pub tradition: Tradition,
    /// One for all pictures of the film.
    pub film_seed: u32,
    /// Chooses the composition.
    pub scene_seed: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The person's own picture instead.
    pub upload: Option<UploadId>,
}

/// What speech is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NarrationInput {
    /// The words.
    pub text: String,
    /// BCP 47.
    pub language: String,
    /// A voice by name, or none for the language's own.
    pub voice: Option<String>,
    /// 1.0 is the voice's own pace.
    pub pace: f32,
}

/// A scene as clips, soundtrack and captions see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SceneInput {
    /// The picture.
    pub image: ContentHash,
    /// The speech.
    pub narration: ContentHash,
    /// The words, for captions.
    pub text: String,
    /// Silence after the last word, milliseconds.
    pub pause_ms: u32,
    /// Chooses the camera's movement.
    pub seed: u32,
}

/// What a clip is made from: its scene, and the next one, whose first frames are blended into its tail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipInput {
    /// The scene shown.
    pub scene: SceneInput,
    /// The scene faded to; none at the end of the film.
    pub next: Option<SceneInput>,
    /// Whether the film begins here.
    pub opens: bool,
    /// BCP 47, for captions.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The frame's size.
    pub resolution: Resolution,
}

/// What the soundtrack is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoundtrackInput {
    /// Speech and pause of each scene in order.
    pub scenes: Vec<SpokenScene>,
    /// What sounds under the voice.
    pub music: Music,
    /// Which music suits the text.
    pub tradition: Tradition,
    /// Chooses the music.
    pub seed: u32,
}

/// A scene as the soundtrack hears it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenScene {
    /// The speech.
    pub narration: ContentHash,
    /// Silence after the last word, milliseconds.
    pub pause_ms: u32,
}

/// What the film is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StitchInput {
    /// The clips in order.
    pub clips: Vec<ContentHash>,
    /// The soundtrack.
    pub soundtrack: ContentHash,
    /// For captions and the thumbnail.
    pub scenes: Vec<SceneInput>,
    /// Written into the file.
    pub title: String,
    /// BCP 47, written into the file.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The frame's size.
    pub resolution: Resolution,
}

impl StepInput {
    /// What it makes.
    #[must_use]
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::Image(_) => StepKind::Image,
            Self::Narration(_) => StepKind::Narration,
            Self::Clip(_) => StepKind::Clip,
            Self::Soundtrack(_) => StepKind::Soundtrack,
            Self::Stitch(_) => StepKind::Stitch,
        }
    }

    /// The artefacts that it is made from, some perhaps twice.
    #[must_use]
    pub fn sources(&self) -> Vec<ContentHash> {
        fn scene(scene: &SceneInput) -> [ContentHash; 2] {
            [scene.image, scene.narration]
        }
        match self {
            Self::Image(_) | Self::Narration(_) => Vec::new(),
            Self::Clip(clip) => {
                [Some(&clip.scene), clip.next.as_ref()].into_iter().flatten().flat_map(scene).collect()
            }
            Self::Soundtrack(sound) => sound.scenes.iter().map(|scene| scene.narration).collect(),
            Self::Stitch(film) => {
                let parts = film.clips.iter().copied().chain([film.soundtrack]);
                parts.chain(film.scenes.iter().flat_map(scene)).collect()
            }
        }
    }

    /// The artefact's name.
    #[must_use]
    pub fn artefact(&self) -> ContentHash {
        /// Raised when the same inputs make another artefact: a new engine, new encoder settings.
        const ENGINE: u32 = 5;
        // Serialising plain structs to a JSON value cannot fail, and its maps are sorted.
        let value = serde_json::to_value(self).unwrap_or_default();
        ContentHash::of(format!("{ENGINE}:{value}").as_bytes())
    }
}

/// Where a step is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Other steps must end first.
    Waiting,
    /// May be run, and stands in its tenant's line.
    Ready,
    /// A message for a worker is under way.
    Queued,
    /// A worker holds the lease.
    Running,
    /// Its artefact is there.
    Done,
    /// Tried often enough.
    Failed,
    /// Its job had ended when a worker came to it.
    Cancelled,
}

/// A step as the table has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its job.
    pub job: JobId,
    /// Its name within the job.
    pub id: StepId,
    /// Its place in the plan, and so in the line.
    pub position: usize,
    /// Where it is in its life.
    pub state: StepState,
    /// How many steps must end before it may run.
    pub waits: usize,
    /// Steps that wait for this one.
    pub dependents: Vec<StepId>,
    /// What it is made from. The stitch of an hour's film names every scene: packed, it fits an item.
    #[serde(with = "crate::packed")]
    pub input: StepInput,
    /// The artefact's name.
    pub artefact: ContentHash,
    /// Milliseconds of speech or film that it works on, estimated from the text; a picture has none.
    pub estimate_ms: u64,
    /// Its share of the job's hold: the most that it may be charged.
    pub allowance: Amounts,
    /// How often a worker has begun.
    pub attempts: u32,
    /// Raised by every worker that takes it: an older one can no longer write.
    pub fence: u64,
    /// The fence of the worker that was slow, while another one tries to be faster: both may write, and the
    /// first one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rival: Option<u64>,
    /// All attempts, the present or last one last. Any of them may have stored all of its objects and died
    /// before it could say so.
    #[serde(default)]
    pub tries: Vec<AttemptId>,
    /// The attempt whose objects are to be deleted: its artefact's record is gone, because no film uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletes: Option<AttemptId>,
    /// Since when it may be run, milliseconds since 1970.
    pub ready_at: i64,
    /// When the present or last attempt began, milliseconds since 1970.
    pub started_at: i64,
    /// What the sweeper looks for: set while somebody must do something about this step.
    #[serde(flatten)]
    pub due: Option<Due>,
    /// The attempts that failed.
    #[serde(default)]
    pub failures: Vec<StepFailure>,
    /// What was done, once it is done.
    pub report: Option<StepReport>,
}

/// An entry in the sweeper's index. It stands in the item's own attributes, so that state and entry are one
/// write; it is removed when there is nothing left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Spreads the index over partitions.
    pub due_shard: String,
    /// When to look, milliseconds since 1970: a message lost, a worker dead.
    pub due_at: i64,
}

/// What a step did, as the receipt shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepReport {
    /// Who did it: `painter`, `kokoro`, `bedrock` …
    pub provider: String,
    /// Whether the artefact was there already.
    pub reused: bool,
    /// Whether a better provider was tried and failed.
    pub degraded: bool,
    /// Milliseconds between ready and begun, of the attempt that succeeded.
    pub waited_ms: i64,
    /// Milliseconds that the successful attempt took.
    pub ran_ms: i64,
    /// What is charged: of pictures, speech and film what was made, of objects what was stored.
    #[serde(flatten)]
    pub used: Amounts,
    /// What it cost to run, millionths of a dollar: the time on Lambda, and the provider's price for what it
    /// made. Nothing where the artefact was there before.
    #[serde(default)]
    pub cost_micro_usd: u64,
    /// The better providers that were tried and failed.
    #[serde(default)]
    pub fallbacks: Vec<Fallback>,
    /// Anything else a person should know, in words.
    pub notes: Vec<String>,
}
