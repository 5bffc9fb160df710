use cloud::bucket::Content;
use metering::Amounts;
use providers::{NarrationRequest, SAMPLE_RATE, Speech, SpokenWord};
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
        spoken: input.spoken.clone(),
        language: input.language.clone(),
        voice: input.voice.clone(),
        pace: input.pace,
    };
    // A film without a voice, or a scene of which nothing is said, is shown for as long as it takes to read.
    let is_silent = input.is_silent();
    let (speech, mut output) = if is_silent {
        silence(&input.text, input.pace)
    } else {
        StepOutput::by_provider(runner.providers.narrate(&request).await?, Amounts::default())
    };
    let record = SpeechRecord::of(&speech);
    let wav = compute(move || encode_speech(&speech)).await?;
    let json = serde_json::to_vec(&record).map_err(|error| StepError::Artefact(error.to_string()))?;
    // Nobody is charged for silence.
    let speech_ms = if is_silent { 0 } else { record.samples * 1000 / u64::from(SAMPLE_RATE) };
    output.used = Amounts { speech_ms, stored_bytes: wav.len() as u64, ..Amounts::default() };
    let object = |extension| ObjectKey::audio(&leased.tenant, &leased.artefact_version(), extension);
    runner.bucket.put(&object(Extension::WAV), wav, "audio/wav").await?;
    store_last(runner, &object(Extension::JSON), Content::Bytes(json), "application/json", output).await
}

/// The silence in which a scene is read by the eye.
fn silence(text: &str, pace: f32) -> (Speech, StepOutput) {
    let film_narrator::Speech { samples, words, provider, degraded } = film_narrator::silence(text, pace);
    let words = words.into_iter().map(|film_narrator::SpokenWord { span, start_ms, end_ms }| SpokenWord {
        span,
        start_ms,
        end_ms,
    });
    let output = StepOutput { provider: provider.clone(), ..StepOutput::default() };
    (Speech { samples, words: words.collect(), provider, degraded }, output)
}
