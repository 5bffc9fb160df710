//! The artefacts of earlier steps that a step is made from.

use studio::{LeasedStep, SceneInput};
use tenancy::{ArtefactVersion, ContentHash, Extension, ObjectKey};

use crate::artefacts::SpeechRecord;
use crate::error::StepError;
use crate::runner::StepRunner;

/// The version of the artefact with this hash that the step reads.
///
/// # Errors
/// [`StepError::Artefact`] when no attempt has made the artefact.
pub fn source(leased: &LeasedStep, hash: &ContentHash) -> Result<ArtefactVersion, StepError> {
    leased.sources.get(hash).copied().ok_or_else(|| StepError::Artefact(format!("{hash} is missing")))
}

/// The record of a scene's speech. Cost: one request to the bucket.
///
/// # Errors
/// [`StepError::Artefact`] when it is missing or cannot be parsed, [`StepError::Bucket`] when it cannot be read.
pub async fn speech(
    runner: &StepRunner,
    leased: &LeasedStep,
    scene: &SceneInput,
) -> Result<SpeechRecord, StepError> {
    let key = ObjectKey::audio(&leased.tenant, &source(leased, &scene.narration)?, Extension::JSON);
    serde_json::from_slice(&runner.bucket.get(&key).await?)
        .map_err(|error| StepError::Artefact(error.to_string()))
}
