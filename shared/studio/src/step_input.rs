use std::ops::Range;

use film_reading::{Segment, Sung};
use film_vocabulary::{Aspect, Resolution, Tradition};
use serde::{Deserialize, Serialize};
use storyboard::{Fit, UploadId};
use tenancy::ContentHash;

use crate::project::{Motion, Music};
use crate::step_kind::StepKind;

/// Everything that a step's artefact is made from. Its hash is the artefact's name: a value that changes the artefact
/// must be a field here, and one that does not must not.
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

/// Raised when the same upload becomes another picture. 2: cropped before it is scaled, colours converted to sRGB, EXIF
/// orientation applied, transparency over white.
pub(crate) const UPLOAD_DECODING: u32 = 2;

/// What a picture is made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageInput {
    /// The description for an image model.
    pub prompt: String,
    /// Concepts of the scene, for the painter.
    pub keywords: Vec<String>,
    /// The tradition that the picture is chosen for.
    pub tradition: Tradition,
    /// Seed that all pictures of the film share.
    pub film_seed: u32,
    /// Seed of the composition.
    pub scene_seed: u32,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// An uploaded picture that is used instead of making one.
    pub upload: Option<UploadId>,
    /// How an uploaded picture is decoded, cropped and converted: `UPLOAD_DECODING`. None for a picture that is made,
    /// and for an uploaded one in plans of before there was a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoding: Option<u32>,
    /// How an uploaded picture comes into the frame; none for one that was chosen before there was a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
}

/// What speech is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NarrationInput {
    /// The text as it is written.
    pub text: String,
    /// What is said for it, in order, nothing where all of it is silent. None where it is said as it is written, and in
    /// plans of before there was a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoken: Option<Vec<Segment>>,
    /// The number of the rules by which words of Arabic and Hebrew get the vowels that are not written,
    /// [`film_reading::VOWELS_VERSION`]. None where there are no such words, and in plans of before there were rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vowels: Option<u32>,
    /// BCP 47 language of the text.
    pub language: String,
    /// The voice's name; none for the language's default.
    pub voice: Option<String>,
    /// Pace of the voice; 1.0 is its own.
    pub pace: f32,
}

impl NarrationInput {
    /// True if nobody is to speak, or if nothing of the text is said: the speech is silence, as long as people need to
    /// read the text, and costs nothing.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.voice.as_deref() == Some(film_voices::NO_VOICE)
            || self.spoken.as_ref().is_some_and(Vec::is_empty)
    }
}

/// A scene as clips, soundtrack and captions see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SceneInput {
    /// Hash of the picture.
    pub image: ContentHash,
    /// Hash of the speech.
    pub narration: ContentHash,
    /// The text as it is written, for captions.
    pub text: String,
    /// What captions leave out of it: byte ranges, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<Range<usize>>,
    /// The words that captions show again, because they are sung again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sung: Vec<Sung>,
    /// Silence after the last word, milliseconds.
    pub pause_ms: u32,
    /// Seed of the camera's movement.
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
    /// BCP 47 language of the text, for captions.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The frame's size.
    pub resolution: Resolution,
    /// How pictures move; none in projects of before there was a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<Motion>,
}

/// What the soundtrack is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoundtrackInput {
    /// Speech and pause of each scene in order.
    pub scenes: Vec<SpokenScene>,
    /// What sounds under the voice.
    pub music: Music,
    /// The tradition that the music is chosen for.
    pub tradition: Tradition,
    /// Seed of the music.
    pub seed: u32,
}

/// What the soundtrack is made from of one scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenScene {
    /// Hash of the speech.
    pub narration: ContentHash,
    /// Silence after the last word, milliseconds.
    pub pause_ms: u32,
    /// True if the speech is silence, under which the music is not turned down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
}

/// What the film is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StitchInput {
    /// Hashes of the clips, in order.
    pub clips: Vec<ContentHash>,
    /// Hash of the soundtrack.
    pub soundtrack: ContentHash,
    /// The scenes, for captions and the thumbnail.
    pub scenes: Vec<SceneInput>,
    /// True for a film in which nothing is to be heard, neither a voice nor music.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// The title, written into the file.
    pub title: String,
    /// BCP 47 language of the text, written into the file.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The frame's size.
    pub resolution: Resolution,
}

impl StepInput {
    /// The kind of step that takes this input.
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

    /// Hashes of the artefacts that it is made from, some perhaps twice.
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

    /// The artefact's name: the hash of this input and of the engine's version.
    #[must_use]
    pub fn artefact(&self) -> ContentHash {
        /// Raised when the same inputs make another artefact: a new engine, new encoder settings.
        const ENGINE: u32 = 5;
        // Serialising plain structs to a JSON value cannot fail, and its maps are sorted.
        let value = serde_json::to_value(self).unwrap_or_default();
        ContentHash::of(format!("{ENGINE}:{value}").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use storyboard::Focus;

    use super::*;

    fn painted() -> ImageInput {
        ImageInput {
            prompt: "Still waters.".to_owned(),
            keywords: vec!["water".to_owned()],
            film_seed: 7,
            scene_seed: 9,
            width: 2208,
            height: 1242,
            ..ImageInput::default()
        }
    }

    #[test]
    fn a_painted_picture_keeps_the_name_that_it_had_before_uploads_had_a_number() {
        // SHA-256 of the text that stood for these inputs then: a hash that changes paints every film anew.
        let name = "da4f1b9ca13fd02680d198b5f38a1208c2b05a6175161ad888a1a0acc8bea6d0";
        assert_eq!(StepInput::Image(painted()).artefact().to_string(), name);
    }

    /// The inputs as their JSON was before a text was read for the voice, and the names that it gave.
    #[test]
    fn what_is_spoken_and_shown_as_written_keeps_the_names_of_before() {
        let narration = "31c61240cc1ec4aa203b9f8e6a150e53ba3052c5d75ae5184b87c9860fb1f33d";
        let clip = "1be010937a053c5ad9e3b30389a52e252caf48a20e16478c62a235aedf329078";
        let soundtrack = "a63b8adef841de29acd84f28dd04de68b443f3192b01cd8619a42c90c01a8147";
        let scene = serde_json::json!({
            "image": "da4f1b9ca13fd02680d198b5f38a1208c2b05a6175161ad888a1a0acc8bea6d0",
            "narration": narration, "text": "The LORD is my shepherd.", "pause_ms": 900, "seed": 9,
        });
        for (stored, name) in [
            (
                serde_json::json!({
                    "kind": "narration", "text": "The LORD is my shepherd.", "language": "en", "voice": null, "pace": 1.0,
                }),
                narration,
            ),
            (
                serde_json::json!({
                    "kind": "clip", "scene": scene, "next": null, "opens": true, "language": "en", "aspect": "16:9",
                    "resolution": "480p",
                }),
                clip,
            ),
            (
                serde_json::json!({
                    "kind": "stitch", "clips": [clip], "soundtrack": soundtrack, "scenes": [scene], "title": "t",
                    "language": "en", "aspect": "16:9", "resolution": "480p",
                }),
                "a15b4e221a0ff7e46d3815fde47aa769c4ace2baffbc27952fcad2036c993dee",
            ),
        ] {
            let input: StepInput = serde_json::from_value(stored).unwrap();
            assert_eq!(input.artefact().to_string(), name, "{:?}", input.kind());
        }
    }

    #[test]
    fn an_uploaded_picture_keeps_the_name_that_it_had_before_there_was_a_choice_of_fit() {
        let upload = "up_0198d0a47c5170008000000000000001".parse().unwrap();
        let (width, height) = (2208, 1242);
        let decoding = Some(UPLOAD_DECODING);
        let before = ImageInput { upload: Some(upload), width, height, decoding, ..ImageInput::default() };
        // SHA-256 of the text that stood for these inputs then.
        let name = "9f7167efc59ccb4046773889658a9b5d08513d5897411936a73b9f2e240ddfb3";
        assert_eq!(StepInput::Image(before.clone()).artefact().to_string(), name);
        let fits = [None, Some(Fit::Whole), Some(Fit::About(Focus::new(0.5, 0.2)))];
        let names = fits.map(|fit| StepInput::Image(ImageInput { fit, ..before.clone() }).artefact());
        assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2]);
    }

    #[test]
    fn an_uploaded_picture_is_named_by_how_it_is_decoded_and_older_plans_are_read() {
        let upload = ImageInput { upload: Some(UploadId::new()), ..ImageInput::default() };
        let now = ImageInput { decoding: Some(UPLOAD_DECODING), ..upload.clone() };
        assert_ne!(StepInput::Image(upload.clone()).artefact(), StepInput::Image(now).artefact());
        let stored = serde_json::to_value(StepInput::Image(upload.clone())).unwrap();
        assert!(stored.get("decoding").is_none() && stored.get("fit").is_none());
        assert_eq!(serde_json::from_value::<StepInput>(stored).unwrap(), StepInput::Image(upload));
    }

    /// A clip of a project from before films had a choice of motion.
    fn clip() -> ClipInput {
        let scene = SceneInput {
            image: ContentHash::of(b"picture"),
            narration: ContentHash::of(b"speech"),
            text: "Still waters.".to_owned(),
            hidden: Vec::new(),
            sung: Vec::new(),
            pause_ms: 600,
            seed: 9,
        };
        ClipInput {
            scene,
            next: None,
            opens: true,
            language: "en".to_owned(),
            aspect: Aspect::Landscape,
            resolution: Resolution::P1080,
            motion: None,
        }
    }

    #[test]
    fn a_clip_keeps_the_name_that_it_had_before_there_was_a_choice_of_motion() {
        let name = "9f3d631b8147a029819c0a9d422ac05a833525f34e7639ef29e0f1328395f1b5";
        assert_eq!(StepInput::Clip(clip()).artefact().to_string(), name);
        let names = [None, Some(Motion::Still), Some(Motion::Living)]
            .map(|motion| StepInput::Clip(ClipInput { motion, ..clip() }).artefact());
        assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2]);
    }
}
