//! Turns hibari's predicted spectrum into a waveform.
//!
//! The network predicts, for every 12.5 ms, a spectrum in three parts: the voice's harmonics as a filter on a train of
//! pulses at the pitch, noise, and a part with a phase of its own. Added up,
//! `S = e^harmonic · e^(iπ·tanh(phase)) · STFT(pulses) + e^noise · Z + e^free · e^(i·phase)`, they go through one
//! inverse short-time Fourier transform. The constants are those of hibari-tts (`dsp.py`, Apache-2.0).

use std::f32::consts::{PI, TAU};
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Sample rate of the waveform, in Hz.
pub(crate) const SAMPLE_RATE: u32 = 24_000;
/// Samples from one frame to the next: 12.5 ms.
pub(crate) const HOP: usize = 300;
const WINDOW: usize = 4 * HOP;
const BINS: usize = WINDOW / 2 + 1;
/// A frame with a lower pitch than this, in Hz, is unvoiced.
const MIN_VOICED_HZ: f32 = 40.0;
/// Harmonics above this frequency, in Hz, are left to the noise part.
const MAX_HARMONIC_HZ: f32 = 11_000.0;
/// Limit of log-magnitudes, so that a wrong prediction cannot make the sound arbitrarily loud.
const MAX_EXPONENT: f32 = 7.0;
/// Seed of the noise. It is fixed, so that a script always gives the same samples: they are cached under a hash of
/// their inputs.
const NOISE_SEED: u64 = 0x6869_6261_7269;

/// The network's output: planes of [`BINS`] rows with one column for each frame; pitch has one row, in Hz.
pub(crate) struct Frames<'a> {
    pub(crate) harmonic: &'a [f32],
    pub(crate) harmonic_phase: &'a [f32],
    pub(crate) noise: &'a [f32],
    pub(crate) free: &'a [f32],
    pub(crate) free_phase: &'a [f32],
    pub(crate) pitch: &'a [f32],
}

pub(crate) struct Vocoder {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    /// A periodic Hann window of [`WINDOW`] samples.
    window: Vec<f32>,
}

impl Vocoder {
    pub(crate) fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        Self {
            forward: planner.plan_fft_forward(WINDOW),
            inverse: planner.plan_fft_inverse(WINDOW),
            window: (0..WINDOW).map(|n| 0.5 - 0.5 * (TAU * n as f32 / WINDOW as f32).cos()).collect(),
        }
    }

    /// The waveform: frames × [`HOP`] samples.
    pub(crate) fn synthesise(&self, frames: &Frames<'_>) -> Vec<f32> {
        let count = frames.pitch.len();
        let pulses = with_reflected_ends(&pulses(frames.pitch));
        let mut noise = StdRng::seed_from_u64(NOISE_SEED);
        let mut slice = vec![0.0_f32; WINDOW];
        let mut spectrum = vec![Complex32::default(); BINS];
        let mut sum = vec![0.0_f32; (count + 3) * HOP];
        let mut weight = vec![0.0_f32; sum.len()];
        for frame in 0..count {
            let from = frame * HOP;
            // A unit cosine peaks at half the window's sum, so e^harmonic is the harmonic's own magnitude.
            for ((out, sample), window) in slice.iter_mut().zip(&pulses[from..]).zip(&self.window) {
                *out = sample * window / (WINDOW as f32 / 4.0);
            }
            // Both transforms fail only on buffers of the wrong length, or on the two bins that are set real below.
            let _ = self.forward.process(&mut slice, &mut spectrum);
            for (bin, value) in spectrum.iter_mut().enumerate() {
                let at = bin * count + frame;
                let level = |plane: &[f32]| plane[at].min(MAX_EXPONENT).exp();
                let filter =
                    Complex32::from_polar(level(frames.harmonic), PI * frames.harmonic_phase[at].tanh());
                let free = Complex32::from_polar(level(frames.free), frames.free_phase[at]);
                *value = *value * filter + gaussian(&mut noise) * level(frames.noise) + free;
            }
            spectrum[0].im = 0.0;
            spectrum[BINS - 1].im = 0.0;
            let _ = self.inverse.process(&mut spectrum, &mut slice);
            for (offset, window) in self.window.iter().enumerate() {
                sum[from + offset] += slice[offset] * window / WINDOW as f32;
                weight[from + offset] += window * window;
            }
        }
        let centre = WINDOW / 2;
        sum.iter()
            .zip(&weight)
            .skip(centre)
            .take(count * HOP)
            .map(|(sum, weight)| sum / weight.max(1e-11))
            .collect()
    }
}

/// Two independent normal numbers (Box–Muller).
fn gaussian(noise: &mut StdRng) -> Complex32 {
    let radius = (-2.0 * (1.0 - noise.random::<f32>()).ln()).sqrt();
    Complex32::from_polar(radius, TAU * noise.random::<f32>())
}

/// Every harmonic of the pitch up to [`MAX_HARMONIC_HZ`] at unit amplitude: Σ cos(ht) = sin((H+½)t) / (2 sin(t/2)) − ½.
fn pulses(pitch: &[f32]) -> Vec<f32> {
    let mut cycles = 0.0_f64;
    let mut out = Vec::with_capacity(pitch.len() * HOP);
    let last = pitch.len().saturating_sub(1);
    for frame in 0..pitch.len() {
        for sample in 0..HOP {
            // Between the centres of two frames the pitch runs in a straight line.
            let position = (sample as f32 + 0.5) / HOP as f32 - 0.5;
            let (left, share) = if position < 0.0 {
                (frame.checked_sub(1).unwrap_or(frame), position + 1.0)
            } else {
                (frame, position)
            };
            let right = if position < 0.0 { frame } else { (frame + 1).min(last) };
            let hertz = pitch[left] * (1.0 - share) + pitch[right] * share;
            let voiced = hertz > MIN_VOICED_HZ;
            let hertz = hertz.max(MIN_VOICED_HZ);
            cycles = (cycles + f64::from(hertz) / f64::from(SAMPLE_RATE)).fract();
            let angle = (cycles * std::f64::consts::TAU) as f32;
            let harmonics = (MAX_HARMONIC_HZ / hertz).floor() + 0.5;
            let below = 2.0 * (angle * 0.5).sin();
            // Near a pulse's centre the fraction tends to H+½.
            let pulse = if below.abs() <= 2e-3 { harmonics } else { (harmonics * angle).sin() / below };
            out.push(if voiced { pulse - 0.5 } else { 0.0 });
        }
    }
    out
}

/// Half a window of reflection at both ends, so that the first frame is centred on the first sample.
fn with_reflected_ends(samples: &[f32]) -> Vec<f32> {
    let half = WINDOW / 2;
    let last = samples.len().saturating_sub(1);
    let at = |index: usize| samples.get(index).copied().unwrap_or(0.0);
    let before = (1..=half).rev().map(at);
    let after = (1..=half).map(|back| last.checked_sub(back).map_or(0.0, at));
    before.chain(samples.iter().copied()).chain(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_pitch_gives_that_many_pulses() {
        let frames = 80;
        let train = pulses(&vec![100.0; frames]);
        let peaks = train.windows(3).filter(|w| w[1] > 60.0 && w[1] >= w[0] && w[1] > w[2]).count();
        assert!(peaks.abs_diff(100) <= 1, "{peaks} pulses in a second of 100 Hz");
        assert!(pulses(&[0.0; 10]).iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn a_flat_filter_gives_back_the_pulses() {
        let frames = 40;
        let (flat, silent, zero) =
            (vec![0.0; BINS * frames], vec![-40.0; BINS * frames], vec![0.0; BINS * frames]);
        let pitch = vec![200.0; frames];
        let wave = Vocoder::new().synthesise(&Frames {
            harmonic: &flat,
            harmonic_phase: &zero,
            noise: &silent,
            free: &silent,
            free_phase: &zero,
            pitch: &pitch,
        });
        let expected = pulses(&pitch);
        assert_eq!(wave.len(), expected.len());
        let scale = WINDOW as f32 / 4.0;
        for (heard, wanted) in wave.iter().zip(&expected).skip(WINDOW).take(frames * HOP - 2 * WINDOW) {
            assert!((heard * scale - wanted).abs() < 0.05, "{heard} × {scale} is not {wanted}");
        }
    }
}
