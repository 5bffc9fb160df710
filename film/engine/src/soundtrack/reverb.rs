//! A large room: a feedback delay network of eight lines (Jot and Chaigne, 1991).

use crate::soundtrack::stereo::StereoFrame;

/// Delays in samples: primes between 30 and 90 ms, so that echoes never fall together.
const DELAYS: [usize; 8] = [1499, 1741, 2027, 2383, 2731, 3137, 3631, 4243];

/// Seconds until an echo is 60 dB down.
const DECAY_SECONDS: f32 = 3.5;

/// How much of each echo's treble the air swallows on every round.
const DAMPING: f32 = 0.35;

/// Share of the room in what is heard.
const WET: f32 = 0.45;

pub(super) struct Reverb {
    lines: [Vec<f32>; 8],
    places: [usize; 8],
    gains: [f32; 8],
    damped: [f32; 8],
}

impl Reverb {
    pub(super) fn new() -> Self {
        Self {
            lines: DELAYS.map(|delay| vec![0.0; delay]),
            places: [0; 8],
            gains: DELAYS.map(|delay| 10f32.powf(-3.0 * delay as f32 / 48_000.0 / DECAY_SECONDS)),
            damped: [0.0; 8],
        }
    }

    pub(super) fn process(&mut self, dry: &[StereoFrame], out: &mut [StereoFrame]) {
        for (dry, out) in dry.iter().zip(out) {
            for line in 0..8 {
                let echo = self.lines[line][self.places[line]] * self.gains[line];
                self.damped[line] += (echo - self.damped[line]) * (1.0 - DAMPING);
            }
            let mut echoes = self.damped;
            // Even lines lean left and odd ones right.
            let left = echoes[0] + echoes[2] + echoes[4] + echoes[6];
            let right = echoes[1] + echoes[3] + echoes[5] + echoes[7];
            hadamard(&mut echoes);
            for line in 0..8 {
                self.lines[line][self.places[line]] = echoes[line] + dry[line % 2] * 0.5;
                self.places[line] = (self.places[line] + 1) % DELAYS[line];
            }
            *out = [dry[0] * (1.0 - WET) + left * WET, dry[1] * (1.0 - WET) + right * WET];
        }
    }
}

/// Mixes every line into every other without adding or losing energy.
fn hadamard(values: &mut [f32; 8]) {
    for stride in [1, 2, 4] {
        for index in 0..8 {
            if index & stride == 0 {
                let (a, b) = (values[index], values[index | stride]);
                values[index] = a + b;
                values[index | stride] = a - b;
            }
        }
    }
    const SCALE: f32 = 0.353_553_4;
    *values = values.map(|v| v * SCALE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_dies_away_in_the_stated_time() {
        let mut reverb = Reverb::new();
        let mut sound = vec![[0f32; 2]; 48_000 * 5];
        sound[0] = [1.0, 1.0];
        let mut out = sound.clone();
        reverb.process(&sound, &mut out);
        let energy =
            |from: usize| out[from..from + 9600].as_flattened().iter().map(|s| f64::from(s * s)).sum::<f64>();
        let fall = 10.0 * (energy(9600) / energy(9600 + 96_000)).log10();
        assert!((20.0..90.0).contains(&fall), "{fall} dB in two seconds");
        assert!(out.as_flattened().iter().all(|s| s.is_finite() && s.abs() < 1.5));
    }
}
