use cloud::bucket::Content;
use film_narrator::{SAMPLE_RATE, Script};
use metering::Amounts;
use studio::{LeasedStep, NarrationInput};
use tenancy::{Extension, ObjectKey};

use super::{compute, keep};
use crate::artefacts::{SpeechRecord, encode_speech};
use crate::error::StepError;
use crate::kit::Kit;
use crate::made::Made;

/// Speech for a scene. Two objects: the sound, and the record that clips and captions need of it; the record
/// last, because it is what others look for. Cost with Kokoro: 0.6 CPU s a second of speech.
pub async fn run(kit: &Kit, leased: &LeasedStep, input: &NarrationInput) -> Result<Made, StepError> {
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
    let speech_ms = samples * 1000 / u64::from(SAMPLE_RATE);
    let made = Made {
        provider: answer.provider,
        degraded: answer.degraded,
        cost_micro_usd: answer.cost_micro_usd,
        fallbacks: answer.fallbacks,
        notes: answer.notes,
        used: Amounts { speech_ms, stored_bytes: wav.len() as u64, ..Amounts::default() },
        film: None,
    };
    let object = |extension| ObjectKey::audio(&leased.tenant, &leased.artefact_version(), extension);
    kit.bucket.put(&object(Extension::WAV), wav, "audio/wav").await?;
    keep(kit, &object(Extension::JSON), Content::Bytes(json), "application/json", made).await
}
