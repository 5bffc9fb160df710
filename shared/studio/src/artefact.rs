use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ArtefactVersion, AttemptId, ContentHash};

use crate::step_kind::StepKind;
use crate::video::FilmFacts;

/// What an artefact is: the record of its objects, written after them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artefact {
    /// What it is.
    pub kind: StepKind,
    /// What it was made from.
    pub made_from: ContentHash,
    /// Whose objects count.
    pub attempt: AttemptId,
    /// How much its objects take, bytes.
    pub bytes: u64,
    /// How many steps of jobs that are kept use it.
    pub uses: u64,
    /// Who made it, for the receipts of those who reuse it.
    pub made_by: String,
    /// Whether a better provider was tried and failed.
    pub degraded: bool,
    /// A finished film's facts.
    pub film: Option<FilmFacts>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Artefact {
    /// Where its objects lie.
    #[must_use]
    pub const fn version(&self) -> ArtefactVersion {
        ArtefactVersion { made_from: self.made_from, attempt: self.attempt }
    }
}
