use film_narrator::{SAMPLE_RATE, Script};
use studio::NarrationInput;
use tenancy::{ContentHash, Extension, ObjectKey, TenantId};

use super::{Made, compute};
use crate::artefacts::{SpeechRecord, encode_speech};
use crate::error::StepError;
use crate::kit::Kit;

/// Speech for a scene. Two objects: the sound, and the record that clips and captions need of it; the record
/// last, because it is what others look for. Cost with Kokoro: 0.6 CPU s a second of speech.
pub async fn run(
    kit: &Kit,
    tenant: &TenantId,
    artefact: &ContentHash,
    input: &NarrationInput,
) -> Result<Made, StepError> {
    let script = Script {
        text: input.text.clone(),
        language: input.language.clone(),
        voice: input.voice.clone(),
        pace: input.pace,
    };
    let answer = kit.providers.narrate(&script).await?;
    let record = SpeechRecord::of(&answer.value);
    let samples = record.samples;
    let wav = compute(move || encode_speech(&answer.value)).await?;
    let json = serde_json::to_vec(&record).map_err(|error| StepError::Artefact(error.to_string()))?;
    kit.bucket.put(&ObjectKey::audio(tenant, artefact, Extension::WAV), wav, "audio/wav").await?;
    kit.bucket.put(&ObjectKey::audio(tenant, artefact, Extension::JSON), json, "application/json").await?;
    Ok(Made {
        provider: answer.provider,
        degraded: answer.degraded,
        notes: answer.notes,
        speech_ms: samples * 1000 / u64::from(SAMPLE_RATE),
        ..Made::default()
    })
}
