use film_vocabulary::{Aspect, Resolution, Tradition};
use serde::{Deserialize, Serialize};
use storyboard::UploadId;
use tenancy::ContentHash;

use crate::project::Music;
use crate::step_kind::StepKind;

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
