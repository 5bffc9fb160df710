//! What each kind of step does: inputs from the bucket, work, artefact to the bucket.

mod clip;
mod image;
mod narration;
mod soundtrack;
mod stitch;

use cloud::bucket::Content;
use studio::{LeasedStep, StepInput};
use tenancy::{ArtefactVersion, ContentHash, ObjectKey};

use crate::error::StepError;
use crate::kit::Kit;
use crate::made::Made;

/// Makes a step's artefact and stores it under its name.
pub async fn run(kit: &Kit, leased: &LeasedStep) -> Result<Made, StepError> {
    let folder = kit.scratch.empty()?;
    let scratch = folder.path();
    match &leased.step.input {
        StepInput::Image(input) => image::run(kit, leased, input).await,
        StepInput::Narration(input) => narration::run(kit, leased, input).await,
        StepInput::Clip(input) => clip::run(kit, leased, input, scratch).await,
        StepInput::Soundtrack(input) => soundtrack::run(kit, leased, input, scratch).await,
        StepInput::Stitch(input) => stitch::run(kit, leased, input, scratch).await,
    }
}

/// Stores the last object of an artefact, and with it what was made: whoever takes the step over need not make
/// it again.
async fn keep(
    kit: &Kit,
    key: &ObjectKey,
    content: Content<'_>,
    content_type: &str,
    mut made: Made,
) -> Result<Made, StepError> {
    made.used.stored_bytes += match &content {
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::File(file) => std::fs::metadata(file)?.len(),
    };
    let note = serde_json::to_value(&made).map_err(|error| StepError::Artefact(error.to_string()))?;
    kit.bucket.put_noted(key, content, content_type, &note).await?;
    Ok(made)
}

/// Where an artefact lies that the step is made from.
fn source(leased: &LeasedStep, hash: &ContentHash) -> Result<ArtefactVersion, StepError> {
    leased.sources.get(hash).copied().ok_or_else(|| StepError::Artefact(format!("{hash} is missing")))
}

/// Runs computation where it does not hold up the lease's renewal.
async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StepError> + Send + 'static,
) -> Result<T, StepError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StepError::Panic))
}
