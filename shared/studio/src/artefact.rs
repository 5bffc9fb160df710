use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ArtefactVersion, AttemptId, ContentHash};

use crate::step_kind::StepKind;
use crate::video::FilmFacts;

/// The record of an artefact, written after its objects. Artefacts are named by the hash of what they are made from, so
/// that all jobs of a tenant share them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artefact {
    /// The kind of step that makes it.
    pub kind: StepKind,
    /// Hash of what it is made from: its name.
    pub made_from: ContentHash,
    /// The attempt whose objects are the artefact's; those of other attempts are orphans.
    pub attempt: AttemptId,
    /// Size of its objects together, bytes.
    pub bytes: u64,
    /// How many finished steps use it whose jobs have not released their artefacts. At zero it is deleted.
    pub uses: u64,
    /// The provider that made it, for the receipts of steps that reuse it.
    pub made_by: String,
    /// Whether a better provider was tried and failed.
    pub degraded: bool,
    /// What the inspection measured; none unless it is a film.
    pub film: Option<FilmFacts>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Artefact {
    /// The version that its objects are stored under.
    #[must_use]
    pub const fn version(&self) -> ArtefactVersion {
        ArtefactVersion { made_from: self.made_from, attempt: self.attempt }
    }
}
