//! The storyboard file: what a film is made of, as JSON.

use std::fs;
use std::path::{Path, PathBuf};

use film_reading::{LexiconEntry, Options, ReadingChoices};
use film_vocabulary::Tradition;
use serde::Deserialize;

use crate::error::RenderError;

/// A film, as its author writes it down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Storyboard {
    /// The film's title, as players show it.
    pub(crate) title: String,
    /// BCP 47 language of all texts, for example `en`, `hi`, `pt-BR`.
    pub(crate) language: String,
    /// Decides which pictures and music are suitable.
    #[serde(default)]
    pub(crate) tradition: Tradition,
    /// A voice by its name; the language's best if none is named. `none` for captions and music only.
    #[serde(default)]
    pub(crate) voice: Option<String>,
    /// Speed of speech; 1 is the voice's own.
    #[serde(default = "one")]
    pub(crate) pace: f32,
    /// What is read, shown and left out of the texts: by kind of thing, `read`, `show` or `leave_out`.
    #[serde(default)]
    pub(crate) reading: ReadingChoices,
    /// Words that are read otherwise than the voice would.
    #[serde(default)]
    pub(crate) lexicon: Vec<LexiconEntry>,
    /// Seed of pictures, camera moves and music.
    #[serde(default)]
    pub(crate) seed: u64,
    /// `true` for generated music, `false` for none, or the path of a WAV file.
    #[serde(default)]
    pub(crate) music: MusicChoice,
    /// Whether painted pictures are taken apart into planes that move against one another, with drifting clouds, water
    /// and firelight.
    #[serde(default)]
    pub(crate) layers: bool,
    /// Whether a scene of more than eight seconds shows its picture in several framings; one move else.
    #[serde(default = "yes")]
    pub(crate) shots: bool,
    /// The scenes, in the film's order.
    pub(crate) scenes: Vec<SceneText>,
}

/// A scene, as its author writes it down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SceneText {
    /// The text that is spoken and shown as captions.
    pub(crate) text: String,
    /// Keywords for the painted picture, most telling first.
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    /// Path of a PNG or JPEG picture to use instead of a painted one.
    #[serde(default)]
    pub(crate) picture: Option<PathBuf>,
    /// The part of the picture that must stay in frame, as fractions of its width and height.
    #[serde(default)]
    pub(crate) focus: Option<(f32, f32)>,
    /// The title of a chapter that begins here.
    #[serde(default)]
    pub(crate) chapter: Option<String>,
    /// Milliseconds between the last word and the end of the scene.
    #[serde(default = "pause")]
    pub(crate) pause_ms: u32,
}

/// The music under the voice.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum MusicChoice {
    Pad(bool),
    File(PathBuf),
}

impl Default for MusicChoice {
    fn default() -> Self {
        Self::Pad(true)
    }
}

fn one() -> f32 {
    1.0
}

fn yes() -> bool {
    true
}

fn pause() -> u32 {
    900
}

impl Storyboard {
    /// How the texts are read.
    pub(crate) fn reader(&self) -> Options {
        let language = film_voices::read_in(&self.language, self.voice.as_deref());
        Options::with(language, self.reading, self.lexicon.clone())
    }

    /// Reads a storyboard; the paths in it count from its own folder.
    pub(crate) fn read(path: &Path) -> Result<Self, RenderError> {
        let text = fs::read(path).map_err(|source| RenderError::Read { path: path.to_owned(), source })?;
        let mut storyboard: Self = serde_json::from_slice(&text)
            .map_err(|source| RenderError::Storyboard { path: path.to_owned(), source })?;
        if storyboard.scenes.is_empty() {
            return Err(RenderError::NoScenes);
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        for picture in storyboard.scenes.iter_mut().filter_map(|scene| scene.picture.as_mut()) {
            *picture = folder.join(&*picture);
        }
        if let MusicChoice::File(file) = &mut storyboard.music {
            *file = folder.join(&*file);
        }
        Ok(storyboard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Storyboard, RenderError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("storyboard.json");
        fs::write(&path, text).unwrap();
        Storyboard::read(&path)
    }

    #[test]
    fn the_least_storyboard_of_the_help_is_one() {
        let least = RenderError::NoScenes.hint().unwrap().strip_prefix("the least one is ").unwrap();
        let storyboard = read(least).unwrap();
        assert_eq!((storyboard.scenes.len(), storyboard.scenes[0].text.as_str()), (1, "Amen."));
        assert!(matches!(storyboard.music, MusicChoice::Pad(true)));
        assert!(!storyboard.layers && storyboard.shots);
    }

    #[test]
    fn a_misspelt_field_is_named_with_its_line() {
        let error = read("{\"title\": \"A\",\n\"lang\": \"en\", \"scenes\": []}").unwrap_err();
        let said = error.to_string();
        assert!(said.contains("`lang`") && said.contains("line 2"), "{said}");
        assert!(matches!(
            read(r#"{"title": "A", "language": "en", "scenes": []}"#),
            Err(RenderError::NoScenes)
        ));
    }

    #[test]
    fn choices_and_words_decide_how_a_text_is_read() {
        let storyboard = read(
            r#"{"title": "A", "language": "en", "reading": {"labels": "read"},
                "lexicon": [{"written": "Selah", "spoken": "pause"}],
                "scenes": [{"text": "[Verse 2] Selah (x2)"}]}"#,
        )
        .unwrap();
        let reading = film_reading::read(&storyboard.scenes[0].text, &storyboard.reader());
        assert!(reading.spoken().contains("Verse 2") && reading.spoken().contains("pause"), "{reading:?}");
    }

    #[test]
    fn paths_count_from_the_storyboards_folder() {
        let text = r#"{"title": "A", "language": "en", "music": "organ.wav",
                       "scenes": [{"text": "Amen.", "picture": "hill.jpg"}]}"#;
        let storyboard = read(text).unwrap();
        let picture = storyboard.scenes[0].picture.clone().unwrap();
        assert!(picture.is_absolute() && picture.ends_with("hill.jpg"));
        assert!(matches!(storyboard.music, MusicChoice::File(file) if file.parent() == picture.parent()));
    }
}
