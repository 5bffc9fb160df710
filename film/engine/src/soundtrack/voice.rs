//! Places narrations on the film's timeline, at equal loudness.

use std::ops::Range;
use std::path::Path;

use film_narrator::SAMPLE_RATE;

use crate::error::FilmError;
use crate::soundtrack::job::{SpeechSource, Voice};
use crate::soundtrack::levels::TARGET_LUFS;
use crate::soundtrack::loudness::decibels_to_gain;
use crate::soundtrack::stereo::StereoFrame;

/// What every narration is brought to before the mix, so that a scene spoken by another provider is not
/// louder than its neighbours. The same sound from both sides of a stereo pair measures 3 dB more.
const SPEECH_LUFS: f64 = TARGET_LUFS - 3.0;

/// Largest correction in either direction, in dB: speech that is further off is a whisper, or noise.
const MAX_CORRECTION_DB: f64 = 15.0;

/// Length of the fade at both ends, in samples (5 ms), so that speech that was cut within a wave does not click.
const EDGE: usize = SAMPLE_RATE as usize / 200;

/// Narrations in order, of which one at a time is in memory.
pub(super) struct Voices<'a> {
    voices: Vec<(Range<u64>, &'a SpeechSource)>,
    current: Option<(usize, Vec<f32>)>,
}

impl<'a> Voices<'a> {
    pub(super) fn new(voices: &'a [Voice], film: u64) -> Result<Self, FilmError> {
        let mut placed = Vec::with_capacity(voices.len());
        let mut free = 0;
        for (scene, voice) in voices.iter().enumerate() {
            let length = match &voice.speech {
                SpeechSource::Samples(samples) => samples.len() as u64,
                SpeechSource::Wav(path) => u64::from(open(path)?.duration()),
            };
            let range = voice.start..voice.start.saturating_add(length);
            if range.start < free {
                return Err(FilmError::Invalid(format!(
                    "narration {scene} begins before the last has ended"
                )));
            }
            if range.end > film {
                return Err(FilmError::Invalid(format!("narration {scene} is longer than the film")));
            }
            free = range.end;
            placed.push((range, &voice.speech));
        }
        Ok(Self { voices: placed, current: None })
    }

    /// When somebody speaks, in samples of the film.
    pub(super) fn intervals(&self) -> Vec<Range<u64>> {
        self.voices.iter().map(|(range, _)| range.clone()).filter(|range| !range.is_empty()).collect()
    }

    /// Adds what is spoken from sample `at` on to both sides. Must be called in the film's order.
    pub(super) fn add_to(&mut self, chunk: &mut [StereoFrame], at: u64) -> Result<(), FilmError> {
        let end = at + chunk.len() as u64;
        let first = self.voices.partition_point(|(range, _)| range.end <= at);
        for index in first..self.voices.len() {
            let (range, source) = self.voices[index].clone();
            if range.start >= end {
                break;
            }
            let samples = match &mut self.current {
                Some((loaded, samples)) if *loaded == index => samples,
                current => &mut current.insert((index, load(source)?)).1,
            };
            let from = range.start.max(at);
            let (skip, into) = ((from - range.start) as usize, (from - at) as usize);
            for (frame, sample) in chunk[into..].iter_mut().zip(&samples[skip.min(samples.len())..]) {
                frame[0] += sample;
                frame[1] += sample;
            }
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<hound::WavReader<std::io::BufReader<std::fs::File>>, FilmError> {
    let reader = hound::WavReader::open(path).map_err(|e| FilmError::wav(path, e))?;
    let spec = reader.spec();
    if spec.channels != 1 || spec.sample_rate != SAMPLE_RATE {
        return Err(FilmError::malformed(
            path,
            format!(
                "{} channels at {} Hz instead of one at {SAMPLE_RATE} Hz",
                spec.channels, spec.sample_rate
            ),
        ));
    }
    Ok(reader)
}

fn load(source: &SpeechSource) -> Result<Vec<f32>, FilmError> {
    let mut samples = match source {
        SpeechSource::Samples(samples) => samples.clone(),
        SpeechSource::Wav(path) => {
            let reader = open(path)?;
            let spec = reader.spec();
            match spec.sample_format {
                hound::SampleFormat::Float => reader.into_samples::<f32>().collect::<Result<Vec<_>, _>>(),
                hound::SampleFormat::Int => {
                    let full = (1u64 << (spec.bits_per_sample - 1)) as f32;
                    reader.into_samples::<i32>().map(|s| s.map(|s| s as f32 / full)).collect()
                }
            }
            .map_err(|e| FilmError::wav(path, e))?
        }
    };
    let gain = decibels_to_gain(correction(&samples)?) as f32;
    let length = samples.len();
    for (index, sample) in samples.iter_mut().enumerate() {
        let edge = (index.min(length - 1 - index) as f32 / EDGE as f32).min(1.0);
        *sample *= gain * edge;
    }
    Ok(samples)
}

/// The gain, in decibels, that brings speech to [`SPEECH_LUFS`].
fn correction(samples: &[f32]) -> Result<f64, FilmError> {
    let meter_error = |e: ebur128::Error| FilmError::Invalid(format!("loudness cannot be measured: {e}"));
    let mut meter = ebur128::EbuR128::new(1, SAMPLE_RATE, ebur128::Mode::I).map_err(meter_error)?;
    meter.add_frames_f32(samples).map_err(meter_error)?;
    let lufs = meter.loudness_global().map_err(meter_error)?;
    // A word shorter than the meter's window, or silence, is left as it is.
    if !lufs.is_finite() {
        return Ok(0.0);
    }
    Ok((SPEECH_LUFS - lufs).clamp(-MAX_CORRECTION_DB, MAX_CORRECTION_DB))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(start: u64, samples: Vec<f32>) -> Voice {
        Voice { start, speech: SpeechSource::Samples(samples) }
    }

    fn tone(amplitude: f32) -> Vec<f32> {
        (0..SAMPLE_RATE).map(|n| amplitude * (n as f32 * 0.1).sin()).collect()
    }

    #[test]
    fn overlaps_and_overruns_are_refused() {
        let overlap = [voice(0, tone(0.1)), voice(47_999, tone(0.1))];
        assert!(Voices::new(&overlap, 1_000_000).is_err());
        assert!(Voices::new(&[voice(1, tone(0.1))], 48_000).is_err());
        assert!(Voices::new(&[voice(0, tone(0.1))], 48_000).is_ok());
    }

    #[test]
    fn every_sample_lands_where_it_belongs_whatever_the_chunks() {
        let voices = [voice(100, tone(0.1)), voice(48_100, tone(0.2)), voice(150_000, tone(0.3))];
        let render = |chunk: usize| {
            let mut track = Voices::new(&voices, 200_000).unwrap();
            let mut sound = vec![[0f32; 2]; 200_000];
            for (index, frames) in sound.chunks_mut(chunk).enumerate() {
                track.add_to(frames, (index * chunk) as u64).unwrap();
            }
            sound
        };
        let (small, large) = (render(777), render(200_000));
        assert_eq!(small, large);
        assert!(large[..100].iter().chain(&large[96_100..150_000]).all(|f| f == &[0.0, 0.0]));
        assert!(large[400][0] != 0.0 && large[150_400][0] != 0.0);
    }

    #[test]
    fn quiet_and_loud_speakers_come_out_alike() {
        let peak = |amplitude| {
            load(&SpeechSource::Samples(tone(amplitude))).unwrap().into_iter().fold(0f32, f32::max)
        };
        let ratio = peak(0.05) / peak(0.4);
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
        assert!(load(&SpeechSource::Samples(vec![0.0; 48_000])).unwrap().iter().all(|s| *s == 0.0));
    }
}
