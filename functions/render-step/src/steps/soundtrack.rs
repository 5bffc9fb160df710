use std::path::Path;

use cloud::bucket::Content;
use film_engine::FilmError;
use film_engine::soundtrack::{Music, SoundtrackJob, SpeechSource, Voice, make_soundtrack};
use film_engine::timeline::Timeline;
use metering::Amounts;
use studio::{LeasedStep, SoundtrackInput};
use tenancy::{Extension, ObjectKey};

use super::compute::compute;
use super::sources::source;
use super::store::store_last;
use crate::error::StepError;
use crate::output::StepOutput;
use crate::runner::StepRunner;
use crate::scenes::{self, CROSSFADE, RATE};

/// Mixes, masters and encodes the speech of all scenes and the music. Cost: 0.07 CPU s for a second of film.
pub async fn run(
    runner: &StepRunner,
    leased: &LeasedStep,
    input: &SoundtrackInput,
    scratch: &Path,
) -> Result<StepOutput, StepError> {
    let mut spoken = Vec::with_capacity(input.scenes.len());
    for (i, scene) in input.scenes.iter().enumerate() {
        let wav = scratch.join(format!("{i}.wav"));
        let speech = source(leased, &scene.narration)?;
        runner.bucket.get_file(&ObjectKey::audio(&leased.tenant, &speech, Extension::WAV), &wav).await?;
        let reader = hound::WavReader::open(&wav).map_err(|error| StepError::Artefact(error.to_string()))?;
        spoken.push((wav, scenes::length(u64::from(reader.duration()), scene.pause_ms)));
    }
    let lengths = spoken.iter().map(|(_, length)| *length).collect();
    let timeline = Timeline::new(RATE, CROSSFADE, lengths).map_err(FilmError::from)?;
    let voices = spoken
        .into_iter()
        .enumerate()
        // Music is turned down under a voice, but not under the silence of a text that is only shown.
        .filter(|(i, _)| !input.scenes[*i].silent)
        .map(|(i, (wav, _))| Voice { start: timeline.speech_start(i), speech: SpeechSource::Wav(wav) });
    let music = match input.music {
        studio::Music::Pad => Music::pad(input.tradition, u64::from(input.seed)),
        studio::Music::None => Music::None,
    };
    let job = SoundtrackJob { samples: timeline.samples(), voices: voices.collect(), music };
    let file = scratch.join("soundtrack.m4a");
    let (ffmpeg, out) = (runner.ffmpeg.clone(), file.clone());
    compute(move || Ok(make_soundtrack(&job, &ffmpeg, &out)?)).await?;
    let key = ObjectKey::audio(&leased.tenant, &leased.artefact_version(), Extension::M4A);
    store_last(runner, &key, Content::File(&file), "audio/mp4", StepOutput::by_engine(Amounts::default()))
        .await
}
