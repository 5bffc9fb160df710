//! A true-peak limiter: the waveform between the samples stays below the ceiling too.
//!
//! The wave between samples is looked at four times as finely (ITU-R BS.1770-5, annex 2), the gain that each
//! moment needs is held for the length of the lookahead and then averaged over as long. The average of what is
//! held is never above what is needed, and it has no corner that could be heard.

use std::collections::VecDeque;

use crate::soundtrack::stereo::StereoFrame;

/// Five milliseconds: shorter, and low voices distort; longer, and a peak's shadow is heard before it.
const LOOKAHEAD: usize = 240;

/// Samples of margin around a peak: six for the interpolating filter on either side, doubled for rounding.
const FILTER_MARGIN: usize = 12;

/// Taps of each phase of the interpolating filter.
const TAPS: usize = 12;

/// Release: the gain recovers with a time constant of 150 ms, slower than a syllable and faster than a sentence.
const RELEASE: f64 = 1.0 / (0.150 * 48_000.0);

pub(super) struct Limiter {
    ceiling: f64,
    phases: [[f32; TAPS]; 3],
    /// The last samples of the chunk before, for the interpolating filter.
    past: [StereoFrame; TAPS - 1],
    /// Wanted gains of the last [`LOOKAHEAD`] + [`FILTER_MARGIN`] samples that may still be the smallest.
    required_gains: VecDeque<(u64, f64)>,
    released: f64,
    recent: VecDeque<f64>,
    sum: f64,
    delayed: VecDeque<StereoFrame>,
    at: u64,
}

impl Limiter {
    /// `ceiling` is an amplitude.
    pub(super) fn new(ceiling: f64) -> Self {
        Self {
            ceiling,
            phases: [0.25, 0.5, 0.75].map(interpolator),
            past: [[0.0; 2]; TAPS - 1],
            required_gains: VecDeque::new(),
            released: 1.0,
            recent: VecDeque::from(vec![1.0; LOOKAHEAD]),
            sum: LOOKAHEAD as f64,
            delayed: VecDeque::from(vec![[0.0; 2]; LOOKAHEAD + FILTER_MARGIN]),
            at: 0,
        }
    }

    /// The limiter's delay, in samples.
    pub(super) fn delay(&self) -> usize {
        LOOKAHEAD + FILTER_MARGIN
    }

    /// Limits a chunk in place.
    pub(super) fn process(&mut self, chunk: &mut [StereoFrame]) {
        let peaks = self.peaks(chunk);
        for (frame, peak) in chunk.iter_mut().zip(peaks) {
            let required_gain = (self.ceiling / f64::from(peak).max(1e-9)).min(1.0);
            while self.required_gains.back().is_some_and(|(_, gain)| *gain >= required_gain) {
                self.required_gains.pop_back();
            }
            self.required_gains.push_back((self.at, required_gain));
            while self
                .required_gains
                .front()
                .is_some_and(|(at, _)| at + (LOOKAHEAD + FILTER_MARGIN) as u64 <= self.at)
            {
                self.required_gains.pop_front();
            }
            let held = self.required_gains.front().map_or(1.0, |(_, gain)| *gain);
            self.released = held.min(self.released + (1.0 - self.released) * RELEASE);
            self.sum += self.released - self.recent.pop_front().unwrap_or(1.0);
            self.recent.push_back(self.released);
            let gain = (self.sum / LOOKAHEAD as f64).min(1.0) as f32;
            self.delayed.push_back(*frame);
            *frame = self.delayed.pop_front().unwrap_or_default().map(|s| s * gain);
            self.at += 1;
        }
    }

    /// For each sample the highest that the wave reaches at it or between it and its neighbours, late by half
    /// the interpolating filter.
    fn peaks(&mut self, chunk: &[StereoFrame]) -> Vec<f32> {
        let window: Vec<StereoFrame> = self.past.iter().chain(chunk.iter()).copied().collect();
        self.past.copy_from_slice(&window[chunk.len()..]);
        let mut peaks = vec![0f32; chunk.len()];
        let mut wave = vec![0f32; chunk.len()];
        for side in 0..2 {
            let samples: Vec<f32> = window.iter().map(|frame| frame[side]).collect();
            for (peak, sample) in peaks.iter_mut().zip(&samples[TAPS / 2 - 1..]) {
                *peak = peak.max(sample.abs());
            }
            for phase in &self.phases {
                wave.fill(0.0);
                for (tap, weight) in phase.iter().enumerate() {
                    for (sum, sample) in wave.iter_mut().zip(&samples[tap..]) {
                        *sum += sample * weight;
                    }
                }
                for (peak, value) in peaks.iter_mut().zip(&wave) {
                    *peak = peak.max(value.abs());
                }
            }
        }
        peaks
    }
}

/// A windowed sinc that reads a wave `phase` of a sample behind the sixth of its twelve samples.
fn interpolator(phase: f64) -> [f32; TAPS] {
    let weights: [f64; TAPS] = std::array::from_fn(|tap| {
        let x = tap as f64 - (TAPS / 2 - 1) as f64 - phase;
        let turn = std::f64::consts::PI * x;
        let window = 0.5 + 0.5 * (turn / (TAPS as f64 / 2.0 + 0.5)).cos();
        turn.sin() / turn * window
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|w| (w / sum) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SeededRng;

    fn limited(mut sound: Vec<StereoFrame>, ceiling: f64, chunk: usize) -> Vec<StereoFrame> {
        let mut limiter = Limiter::new(ceiling);
        let delay = limiter.delay();
        sound.resize(sound.len() + delay, [0.0; 2]);
        for frames in sound.chunks_mut(chunk) {
            limiter.process(frames);
        }
        sound.split_off(delay)
    }

    fn true_peak(sound: &[StereoFrame]) -> f64 {
        let mut meter = ebur128::EbuR128::new(2, 48_000, ebur128::Mode::TRUE_PEAK).unwrap();
        meter.add_frames_f32(sound.as_flattened()).unwrap();
        meter.true_peak(0).unwrap().max(meter.true_peak(1).unwrap())
    }

    #[test]
    fn what_is_quiet_passes_untouched() {
        let sound: Vec<StereoFrame> = (0..5000).map(|n| [(n as f32 * 0.05).sin() * 0.5, 0.1]).collect();
        let out = limited(sound.clone(), 0.84, 480);
        assert!(
            sound.iter().zip(&out).all(|(a, b)| (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6)
        );
    }

    /// A sine of a quarter of the sample rate, sampled half way up, peaks 3 dB above every sample.
    #[test]
    fn peaks_between_samples_are_seen() {
        let sound: Vec<StereoFrame> =
            (0..9600).map(|n| [((n as f32 + 0.5) * std::f32::consts::FRAC_PI_2).sin(); 2]).collect();
        assert!(true_peak(&sound) > 0.95);
        assert!(true_peak(&limited(sound, 0.5, 480)) < 0.52);
    }

    #[test]
    fn bursts_of_noise_never_pass() {
        let mut seed = SeededRng::new(5);
        let sound: Vec<StereoFrame> = (0..96_000)
            .map(|n| {
                let loud = if (n / 3000) % 3 == 0 { 2.0 } else { 0.2 };
                [(seed.between(-1.0, 1.0) * loud) as f32, (seed.between(-1.0, 1.0) * loud) as f32]
            })
            .collect();
        for chunk in [7, 480, 96_000] {
            let peak = true_peak(&limited(sound.clone(), 0.84, chunk));
            assert!(peak < 0.84 * 1.04, "{peak} in chunks of {chunk}");
        }
    }
}
