use cloud::bucket::Content;
use metering::Amounts;
use providers::{NarrationRequest, SAMPLE_RATE};
use studio::{LeasedStep, NarrationInput};
use tenancy::{Extension, ObjectKey};

use super::compute::compute;
use super::store::store_last;
use crate::artefacts::{SpeechRecord, encode_speech};
use crate::error::StepError;
use crate::output::StepOutput;
use crate::runner::StepRunner;

/// Speech for a scene, as two objects: the WAV file, and the record that clips and captions are made from. The record is
/// stored last, because its presence means that both are there. Cost with Kokoro: 0.6 CPU s for a second of speech.
pub async fn run(
    runner: &StepRunner,
    leased: &LeasedStep,
    input: &NarrationInput,
) -> Result<StepOutput, StepError> {
    let request = NarrationRequest {
        text: input.text.clone(),
        language: input.language.clone(),
        voice: input.voice.clone(),
        pace: input.pace,
    };
    let outcome = runner.providers.narrate(&request).await?;
    let (speech, mut output) = StepOutput::by_provider(outcome, Amounts::default());
    let record = SpeechRecord::of(&speech);
    let wav = compute(move || encode_speech(&speech)).await?;
    let json = serde_json::to_vec(&record).map_err(|error| StepError::Artefact(error.to_string()))?;
    let speech_ms = record.samples * 1000 / u64::from(SAMPLE_RATE);
    output.used = Amounts { speech_ms, stored_bytes: wav.len() as u64, ..Amounts::default() };
    let object = |extension| ObjectKey::audio(&leased.tenant, &leased.artefact_version(), extension);
    runner.bucket.put(&object(Extension::WAV), wav, "audio/wav").await?;
    store_last(runner, &object(Extension::JSON), Content::Bytes(json), "application/json", output).await
}
