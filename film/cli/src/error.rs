//! Errors of the command, with hints for the user.

use std::path::PathBuf;

use film_captions::CaptionError;
use film_engine::FilmError;
use film_narrator::NarratorError;

/// Why the command made no film. Each message is shown to the user.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    #[error("cannot read {}: {source}", .path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("cannot write {}: {source}", .path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{} is not a storyboard: {source}", .path.display())]
    Storyboard { path: PathBuf, source: serde_json::Error },
    #[error("the storyboard has no scenes")]
    NoScenes,
    #[error("scene {scene}: {} is not a picture: {source}", .path.display())]
    Picture { scene: usize, path: PathBuf, source: image::ImageError },
    #[error("scene {scene}: {source}")]
    Speech { scene: usize, source: NarratorError },
    #[error("scene {scene}: no voice reads {words}")]
    Unread { scene: usize, words: String },
    #[error("no voice: {0}")]
    Narrator(NarratorError),
    #[error("scene {scene}: {source}")]
    Caption { scene: usize, source: CaptionError },
    #[error(transparent)]
    Fonts(CaptionError),
    #[error(transparent)]
    Film(#[from] FilmError),
    #[error("the film was made but is not right: {0}")]
    Inspection(String),
    #[error("a scene could not be worked on to its end")]
    Interrupted,
}

impl RenderError {
    /// What the user can do about it, if there is anything to suggest.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Storyboard { .. } | Self::NoScenes => {
                r#"the least one is {"title": "Amen", "language": "en", "scenes": [{"text": "Amen."}]}"#
            }
            Self::Picture { .. } => "PNG and JPEG are read; a path counts from the storyboard's folder",
            Self::Narrator(_) | Self::Fonts(_) => {
                "`make setup` fetches voices and fonts and `make build` makes the reader; --assets and --espeak \
                 name others"
            }
            Self::Caption { source: CaptionError::MissingGlyphs(_), .. } => {
                "replace these characters in the scene's text"
            }
            Self::Caption { .. } => "cut the scene in two, or choose a larger resolution",
            Self::Speech { source: NarratorError::Unsupported { .. }, .. } => {
                "give the language of the text as a BCP 47 tag, for example \"hi\" or \"pt-BR\""
            }
            Self::Unread { .. } => {
                "write these words in letters that a voice reads (kana, for example), or say in the storyboard's \
                 lexicon how they are read"
            }
            Self::Film(FilmError::Ffmpeg { .. }) => {
                "`make setup` finds or fetches one; --ffmpeg names another"
            }
            Self::Film(FilmError::DiskFull(_)) => {
                "the film needs about twice its own size: free some space, or choose another folder with -o"
            }
            _ => return None,
        })
    }
}
