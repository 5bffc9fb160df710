//! Projects: a text, the style of its film, and its storyboard.

use film_vocabulary::{Aspect, Tradition};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storyboard::Storyboard;
use storyboard::templates::TemplateId;
use tenancy::id;
use utoipa::ToSchema;

use crate::deflated_json;

id!(
    /// Identifies a project.
    ProjectId,
    "proj_"
);

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
}

impl Manuscript {
    /// Whether text and storyboard fit one table item when deflated.
    #[must_use]
    pub fn fits(&self) -> bool {
        let size = |packed: std::io::Result<Vec<u8>>| packed.map_or(usize::MAX, |bytes| bytes.len());
        size(deflated_json::encode(&self.text)).saturating_add(size(deflated_json::encode(&self.storyboard)))
            <= deflated_json::LARGEST
    }
}
