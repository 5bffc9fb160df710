//! Projects: a text, the style of its film, and its storyboard.

use film_reading::{LexiconEntry, ReadingChoices};
use film_vocabulary::{Aspect, Line, Tradition};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storyboard::Storyboard;
use storyboard::templates::TemplateId;
use tenancy::id;
use tenancy::uuid::Uuid;
use utoipa::ToSchema;

use crate::deflated_json;

id!(
    /// Identifies a project.
    ProjectId,
    "proj_"
);

/// A title: at most what players show on one line.
pub type Title = Line<120>;

/// The name of a voice, which may name its provider as well.
pub type VoiceName = Line<64>;

/// What stands for a stored title of which nothing can be seen.
const UNTITLED: &str = "untitled";

/// A project as lists show it. Its text and storyboard are another item ([`Manuscript`]): they can be a hundred times
/// as large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Project {
    /// Identifies it.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// How its film should look and sound.
    #[serde(flatten)]
    pub style: Style,
    /// The template that it was made from, where it was made from one.
    pub template: Option<TemplateId>,
    /// Number of scenes in the storyboard.
    pub scenes: usize,
    /// Counts edits; an edit of an older revision is refused.
    pub revision: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
}

impl Project {
    /// The project as people read it, and as an edit takes it back: a title and a voice that were stored before lines
    /// had rules are made good. What is rendered keeps them as they are stored, because they are a part of artefacts'
    /// names.
    #[must_use]
    pub fn readable(mut self) -> Self {
        self.title = readable_title(&self.title);
        self.style.voice = self.style.voice.as_deref().and_then(VoiceName::of_stored).map(String::from);
        self
    }
}

/// A stored title as people read it, of a project or of what was rendered from it: one that was stored before lines had
/// rules is made good.
#[must_use]
pub fn readable_title(stored: &str) -> String {
    Title::of_stored(stored).map_or_else(|| UNTITLED.to_owned(), String::from)
}

/// What an edit makes of a stored line: one that comes back as it was read stays as it is stored, to the letter.
#[must_use]
pub fn edited<const LONGEST: usize>(stored: String, given: Line<LONGEST>) -> String {
    if Line::of_stored(&stored).as_ref() == Some(&given) { stored } else { given.into() }
}

/// How a project should look and sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Style {
    /// BCP 47 language of the text.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The tradition that the pictures are chosen for.
    pub tradition: Tradition,
    /// The voice's name; none for the language's default.
    pub voice: Option<String>,
    /// Pace of the voice; 1.0 is its own.
    pub pace: f32,
    /// What sounds under the voice.
    pub music: Music,
    /// Seed that all pictures of the film share.
    #[schema(format = "uint32")]
    pub seed: u32,
    /// What is read, shown and left out of the text. Where it is absent, the project is from before there was a choice:
    /// its captions leave nothing out.
    #[serde(default = "ReadingChoices::legacy", skip_serializing_if = "is_legacy")]
    pub reading: ReadingChoices,
    /// How pictures move. Left out in projects of before there was a choice: one camera move over each scene.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<Motion>,
}

/// How pictures move. In both, a scene of more than eight seconds shows its picture in several framings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// The camera moves over a still picture.
    #[default]
    Still,
    /// Painted pictures are taken apart into planes at different distances, and clouds, water and flames move. One's
    /// own pictures and those of image models stay still.
    Living,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_legacy(choices: &ReadingChoices) -> bool {
    *choices == ReadingChoices::legacy()
}

/// What sounds under the voice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Music {
    /// A quiet synthesised pad, made for the film.
    #[default]
    Pad,
    /// No music: the voice alone.
    None,
}

/// The text of a project and its storyboard, kept in an item of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manuscript {
    /// The text exactly as it was sent.
    #[serde(with = "crate::deflated_json")]
    pub text: String,
    /// The scenes and verses of the text.
    #[serde(with = "crate::deflated_json")]
    pub storyboard: Storyboard,
    /// How words of this text are to be read, before what the account's lexicon says.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "crate::deflated_json")]
    pub lexicon: Vec<LexiconEntry>,
    /// The id of the request that wrote it, where a client may repeat that request: so it finds that its work is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_by: Option<Uuid>,
}

impl Manuscript {
    /// Whether text, storyboard and lexicon fit one table item when deflated.
    #[must_use]
    pub fn fits(&self) -> bool {
        let size = |packed: std::io::Result<Vec<u8>>| packed.map_or(usize::MAX, |bytes| bytes.len());
        let parts = [
            deflated_json::encode(&self.text),
            deflated_json::encode(&self.storyboard),
            deflated_json::encode(&self.lexicon),
        ];
        parts.into_iter().map(size).fold(0, usize::saturating_add) <= deflated_json::LARGEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_comes_back_as_it_was_read_stays_as_it_is_stored() {
        let title = |text: &str| Title::parse(text).unwrap();
        assert_eq!(edited("Psalm\0 23".to_owned(), title("Psalm  23")), "Psalm\0 23");
        assert_eq!(edited("Psalm\0 23".to_owned(), title("Psalm 24")), "Psalm 24");
        assert_eq!(edited("\0".to_owned(), title(UNTITLED)), UNTITLED);
    }

    #[test]
    fn a_stored_title_is_made_good_for_reading() {
        assert_eq!(readable_title("Psalm\0 23:\u{202e}1."), "Psalm  23:1.");
        assert_eq!(readable_title("\0\n"), UNTITLED);
        assert_eq!(readable_title("Psalm 23"), "Psalm 23");
    }
}
