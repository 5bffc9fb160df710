//! Samples: what a voice said, trimmed, joined with pauses, and resampled to the one rate of all speech.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use crate::phrase::Phrase;
use crate::speech::SAMPLE_RATE;

/// The sound of one phrase, and when each of its [`WordAlignment`](crate::words::WordAlignment)s is heard.
#[derive(Debug)]
pub(crate) struct Utterance {
    pub(crate) samples: Vec<f32>,
    pub(crate) sample_rate: u32,
    /// For each alignment its index, its first sample and the first sample after it; in order.
    pub(crate) timings: Vec<(usize, usize, usize)>,
}

impl Utterance {
    /// Places the words by the durations that a neural voice gave its tokens (padding included), in units of `unit`
    /// samples.
    ///
    /// # Errors
    /// A message, if the durations do not match the tokens or the samples in number.
    pub(crate) fn from_durations(
        samples: Vec<f32>,
        sample_rate: u32,
        phrase: &Phrase,
        durations: &[f32],
        unit: usize,
    ) -> Result<Self, String> {
        if durations.len() != phrase.tokens.len() + 2 {
            return Err(format!("{} durations for {} tokens", durations.len(), phrase.tokens.len()));
        }
        let total = durations.iter().sum::<f32>() as usize * unit;
        if total != samples.len() {
            return Err(format!("durations of {total} samples for {} samples", samples.len()));
        }
        let mut timings: Vec<(usize, usize, usize)> = Vec::new();
        let mut at = 0;
        let lead = LEAD_UNITS * unit;
        // The padding at both ends belongs to no word.
        for (duration, owner) in durations.iter().zip(std::iter::once(&None).chain(&phrase.owners)) {
            let next = at + *duration as usize * unit;
            let (start, end) = (at.saturating_sub(lead), next.saturating_sub(lead));
            match (owner, timings.last_mut()) {
                (Some(owner), Some(last)) if last.0 == *owner => last.2 = end,
                (Some(owner), _) => timings.push((*owner, start, end)),
                (None, _) => {}
            }
            at = next;
        }
        Ok(Self { samples, sample_rate, timings })
    }

    /// Cuts the silence at both ends, leaving [`TRIM_MARGIN_MS`].
    pub(crate) fn trimmed(mut self) -> Self {
        let peak = self.samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let threshold = peak * SILENCE_THRESHOLD;
        let margin = (self.sample_rate * TRIM_MARGIN_MS / 1000) as usize;
        let loud = |sample: &f32| sample.abs() > threshold;
        let (Some(first), Some(last)) =
            (self.samples.iter().position(loud), self.samples.iter().rposition(loud))
        else {
            return self;
        };
        let start = first.saturating_sub(margin);
        let end = (last + 1 + margin).min(self.samples.len());
        self.samples.truncate(end);
        self.samples.drain(..start);
        let length = self.samples.len();
        for (_, from, to) in &mut self.timings {
            *from = from.saturating_sub(start).min(length);
            *to = to.saturating_sub(start).min(length);
        }
        // A cut in the middle of breath noise would click.
        let ramp = margin.min(length / 2);
        for step in 0..ramp {
            let gain = step as f32 / ramp as f32;
            self.samples[step] *= gain;
            self.samples[length - 1 - step] *= gain;
        }
        self
    }
}

/// By how many units of duration (25 ms each) the neural voices sound earlier than their durations say. Kokoro's
/// authors subtract the same 75 ms. Against a recogniser's word times this lowers the median error from 108 ms to
/// 44 ms; espeak-ng, whose times are exact, measures 24 ms.
const LEAD_UNITS: usize = 3;
/// Silence kept before the first and after the last sound of a sentence, in milliseconds;
/// [`Speech::samples`](crate::Speech::samples) promises at most 50.
const TRIM_MARGIN_MS: u32 = 20;
/// Samples below this fraction of the loudest one (−40 dB) count as silence.
const SILENCE_THRESHOLD: f32 = 0.01;
/// The highest amplitude of finished speech: −1 dBFS, so that nothing clips between samples when it is resampled again.
const MAX_PEAK: f32 = 0.891;

/// Sentences one after the other, at the rate of the voice.
#[derive(Debug, Default)]
pub(crate) struct SpeechTrack {
    samples: Vec<f32>,
    sample_rate: u32,
}

impl SpeechTrack {
    /// Appends a sentence and returns the second at which it begins.
    pub(crate) fn push(&mut self, utterance: &Utterance) -> f64 {
        self.sample_rate = utterance.sample_rate;
        let at = self.samples.len() as f64 / f64::from(self.sample_rate);
        self.samples.extend_from_slice(&utterance.samples);
        at
    }

    /// Appends silence.
    pub(crate) fn push_silence(&mut self, milliseconds: u32) {
        let count = u64::from(milliseconds) * u64::from(self.sample_rate) / 1000;
        self.samples.resize(self.samples.len() + count as usize, 0.0);
    }

    /// All samples, resampled to [`SAMPLE_RATE`] and scaled down to [`MAX_PEAK`] if they are louder.
    pub(crate) fn finish(self) -> Result<Vec<f32>, String> {
        let mut samples = resampled(self.samples, self.sample_rate)?;
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        if peak > MAX_PEAK {
            for sample in &mut samples {
                *sample *= MAX_PEAK / peak;
            }
        }
        Ok(samples)
    }
}

fn resampled(samples: Vec<f32>, from: u32) -> Result<Vec<f32>, String> {
    if from == SAMPLE_RATE || samples.is_empty() {
        return Ok(samples);
    }
    // A chunk of this length keeps the filter's transition band under 100 Hz at negligible cost.
    const CHUNK: usize = 1024;
    let convert = |samples: &[f32]| -> Result<Vec<f32>, Box<dyn std::error::Error>> {
        let mut resampler = Fft::<f32>::new(from as usize, SAMPLE_RATE as usize, CHUNK, 1, FixedSync::Both)?;
        let input = InterleavedSlice::new(samples, 1, samples.len())?;
        Ok(resampler.process_all(&input, samples.len(), None)?.take_data())
    };
    convert(&samples).map_err(|error| format!("{from} Hz to {SAMPLE_RATE} Hz: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, seconds: f32) -> Vec<f32> {
        let step = 440.0 * std::f32::consts::TAU / rate as f32;
        (0..(rate as f32 * seconds) as usize).map(|n| (n as f32 * step).sin()).collect()
    }

    #[test]
    fn resampling_keeps_length_and_level() {
        for rate in [22_050, 24_000] {
            let samples = resampled(tone(rate, 1.0), rate).unwrap();
            assert!(samples.len().abs_diff(SAMPLE_RATE as usize) <= 1, "{}", samples.len());
            let rms = (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).sqrt();
            assert!((rms - std::f32::consts::FRAC_1_SQRT_2).abs() < 0.01, "{rms}");
        }
    }

    #[test]
    fn silence_is_cut_and_words_move_with_it() {
        let mut samples = vec![0.0; 24_000];
        samples.extend(tone(24_000, 0.5));
        samples.extend(vec![0.0; 12_000]);
        let said = Utterance { samples, sample_rate: 24_000, timings: vec![(0, 24_000, 36_000)] }.trimmed();
        assert!(said.samples.len().abs_diff(12_000 + 960) < 10);
        assert!(said.timings[0].1.abs_diff(480) < 10 && said.timings[0].2.abs_diff(12_480) < 10);
    }

    #[test]
    fn a_word_lasts_from_its_first_sound_to_its_last() {
        let phrase =
            Phrase { tokens: vec![5, 6, 16, 7, 4], owners: vec![Some(0), Some(0), None, Some(1), None] };
        let durations = [4.0, 2.0, 3.0, 1.0, 4.0, 2.0, 1.0];
        let said = Utterance::from_durations(vec![0.0; 170], 24_000, &phrase, &durations, 10).unwrap();
        assert_eq!(said.timings, [(0, 10, 60), (1, 70, 110)]);
        assert!(Utterance::from_durations(Vec::new(), 24_000, &phrase, &[1.0], 10).is_err());
    }

    #[test]
    fn loud_sound_is_turned_down_and_quiet_sound_left_alone() {
        let mut track = SpeechTrack::default();
        track.push(&Utterance { samples: vec![1.4; 4_800], sample_rate: SAMPLE_RATE, timings: Vec::new() });
        assert!(track.finish().unwrap().iter().all(|sample| *sample <= MAX_PEAK));
    }
}
