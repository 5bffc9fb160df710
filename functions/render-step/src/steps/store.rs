//! Stores what a step made.

use cloud::bucket::Content;
use tenancy::ObjectKey;

use crate::error::StepError;
use crate::output::StepOutput;
use crate::runner::StepRunner;

/// Stores the last object of an artefact, with the step's output as its metadata: a worker that takes over the step
/// after a crash finds the output there and need not make the artefact again. Adds the object's size to the output.
///
/// # Errors
/// [`StepError::Bucket`] when the object cannot be stored, [`StepError::Scratch`] when its file cannot be read.
pub async fn store_last(
    runner: &StepRunner,
    key: &ObjectKey,
    content: Content<'_>,
    content_type: &str,
    mut output: StepOutput,
) -> Result<StepOutput, StepError> {
    output.used.stored_bytes += match &content {
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::File(file) => std::fs::metadata(file)?.len(),
    };
    let note = serde_json::to_value(&output).map_err(|error| StepError::Artefact(error.to_string()))?;
    runner.bucket.put_noted(key, content, content_type, &note).await?;
    Ok(output)
}
