use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

    /// The name in tables and JSON.
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

    /// Seconds that a step usually takes on one core, for the first estimate of a job's remaining time. Measured at
    /// 1080p with the embedded providers.
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

/// The text is no [`StepId`].
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
