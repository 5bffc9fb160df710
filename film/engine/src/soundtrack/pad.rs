//! Generated music: slow chords, soft bells, and the reverberation of a large room.
//!
//! Nothing is sampled and nothing is licensed, and a seed gives the same music for ever. Chords are banks of
//! sine waves, each turned on by one complex multiplication a sample; sixteen waves are turned at once.

use std::f64::consts::TAU;

use film_narrator::SAMPLE_RATE;

use crate::error::FilmError;
use crate::rng::SeededRng;
use crate::soundtrack::levels::MUSIC_LUFS;
use crate::soundtrack::loudness::{Meter, decibels_to_gain};
use crate::soundtrack::mood::Mood;
use crate::soundtrack::reverb::Reverb;
use crate::soundtrack::stereo::StereoFrame;

const RATE: f64 = SAMPLE_RATE as f64;

/// Samples generated at once. Chords and bells begin on multiples of it.
const BLOCK: usize = 480;

/// Seconds of a chord, and of the time in which one grows into the next.
const CHORD_SECONDS: std::ops::Range<f64> = 7.0..9.0;
const BLEND_SECONDS: f64 = 3.0;

/// Oscillators of a bank: four notes of four partials each.
const WAVES: usize = 16;

/// Loudness of partials 1 to 4: a voice humming rather than a string.
const PARTIALS: [f64; 4] = [1.0, 0.32, 0.11, 0.04];

/// Seconds that are generated beforehand to measure a pad's loudness. Waves of one pitch add up or cancel in the
/// reverberation, which makes up to 6 dB of difference between seeds.
const LEVELLING_SECONDS: usize = 24;

/// A pad: generated music without an end.
pub(super) struct Pad {
    mood: Mood,
    seed: SeededRng,
    tonic: f64,
    now: Chord,
    before: Option<Chord>,
    bells: Vec<Bell>,
    until_bell: f64,
    reverb: Reverb,
    level: f32,
    block: [StereoFrame; BLOCK],
    taken: usize,
}

impl Pad {
    /// A pad at [`MUSIC_LUFS`]. Costs a quarter of a CPU second.
    pub(super) fn new(mood: Mood, seed: u64) -> Result<Self, FilmError> {
        let mut probe = Self::unlevelled(mood, seed);
        let mut meter = Meter::new()?;
        for _ in 0..LEVELLING_SECONDS * SAMPLE_RATE as usize / BLOCK {
            probe.render_block();
            meter.add(&probe.block)?;
        }
        let gain = meter.integrated()?.map_or(0.0, |lufs| MUSIC_LUFS - lufs);
        Ok(Self { level: decibels_to_gain(gain) as f32, ..Self::unlevelled(mood, seed) })
    }

    fn unlevelled(mood: Mood, seed: u64) -> Self {
        let mut seed = SeededRng::new(seed ^ 0x6d75_7369_6321);
        // From A2 to E3: where the lowest chord note is warm and still heard on a telephone.
        let tonic = 110.0 * (seed.pick(8) as f64 / 12.0).exp2();
        let now = Chord::new(&mut seed, mood, tonic, 0);
        let until_bell = seed.between(3.0, 6.0);
        Self {
            mood,
            seed,
            tonic,
            now,
            before: None,
            bells: Vec::new(),
            until_bell,
            reverb: Reverb::new(),
            level: 1.0,
            block: [[0.0; 2]; BLOCK],
            taken: BLOCK,
        }
    }

    /// Fills `out` with the next samples.
    pub(super) fn fill(&mut self, out: &mut [StereoFrame]) {
        for frame in out {
            if self.taken == BLOCK {
                self.render_block();
                self.taken = 0;
            }
            *frame = self.block[self.taken];
            self.taken += 1;
        }
    }

    fn render_block(&mut self) {
        if self.now.left == 0 {
            let next = Chord::new(&mut self.seed, self.mood, self.tonic, self.now.index + 1);
            self.before = Some(std::mem::replace(&mut self.now, next));
        }
        let mut dry = [[0f32; 2]; BLOCK];
        self.now.add_to(&mut dry);
        if let Some(before) = &mut self.before {
            before.add_to(&mut dry);
        }
        self.before.take_if(|before| before.is_silent());

        self.until_bell -= BLOCK as f64 / RATE;
        if self.mood.has_bells() && self.until_bell <= 0.0 {
            self.bells.push(Bell::new(&mut self.seed, self.tonic, &self.now.notes));
            self.until_bell = self.seed.between(2.5, 7.0);
        }
        for bell in &mut self.bells {
            bell.add_to(&mut dry);
        }
        self.bells.retain(|bell| !bell.is_silent());
        self.reverb.process(&dry, &mut self.block);
        for frame in &mut self.block {
            *frame = frame.map(|s| s * self.level);
        }
    }
}

/// Sine oscillators that are computed together, each as a rotating complex number.
struct OscillatorBank {
    re: [f32; WAVES],
    im: [f32; WAVES],
    step_re: [f32; WAVES],
    step_im: [f32; WAVES],
    gain: [f32; WAVES],
}

impl OscillatorBank {
    /// Waves as frequency in hertz, amplitude and phase in turns.
    fn new(waves: [(f64, f64, f64); WAVES]) -> Self {
        let of = |f: &dyn Fn((f64, f64, f64)) -> f64| waves.map(|wave| f(wave) as f32);
        Self {
            re: of(&|(_, _, phase)| (phase * TAU).cos()),
            im: of(&|(_, _, phase)| (phase * TAU).sin()),
            step_re: of(&|(hertz, ..)| (hertz / RATE * TAU).cos()),
            step_im: of(&|(hertz, ..)| (hertz / RATE * TAU).sin()),
            gain: of(&|(_, gain, _)| gain),
        }
    }

    fn next(&mut self) -> f32 {
        let mut sums = [0f32; 4];
        for wave in 0..WAVES {
            let (re, im) = (self.re[wave], self.im[wave]);
            self.re[wave] = re * self.step_re[wave] - im * self.step_im[wave];
            self.im[wave] = re * self.step_im[wave] + im * self.step_re[wave];
            sums[wave % 4] += im * self.gain[wave];
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }

    /// Corrects the rounding error of each oscillator's amplitude.
    fn renormalize(&mut self) {
        for wave in 0..WAVES {
            let (re, im) = (self.re[wave], self.im[wave]);
            let correction = 1.5 - 0.5 * (re * re + im * im);
            self.re[wave] = re * correction;
            self.im[wave] = im * correction;
        }
    }
}

/// One chord, swelling and fading.
struct Chord {
    index: usize,
    notes: [i8; 4],
    sides: [OscillatorBank; 2],
    age: usize,
    /// Samples until the next chord begins.
    left: usize,
    blend: usize,
}

impl Chord {
    fn new(seed: &mut SeededRng, mood: Mood, tonic: f64, index: usize) -> Self {
        let chords = mood.chords();
        // A film begins at home, comes home every fourth chord, and wanders between.
        let notes = if index.is_multiple_of(4) { chords[0] } else { chords[1 + seed.pick(chords.len() - 1)] };
        let mut bank = |cents: f64| {
            let phases: [f64; WAVES] = std::array::from_fn(|_| seed.unit());
            OscillatorBank::new(std::array::from_fn(|wave| {
                let (note, partial) = (wave / 4, wave % 4);
                let drift = cents * if note % 2 == 0 { 1.0 } else { -1.0 };
                let pitch = tonic * (f64::from(notes[note]) / 12.0 + drift / 1200.0).exp2();
                // Higher notes softer, as in a choir.
                let softer = (tonic / pitch).sqrt();
                (pitch * (partial + 1) as f64, PARTIALS[partial] * softer, phases[wave])
            }))
        };
        // Three cents apart left and right: wide, and beating once in several seconds.
        let sides = [bank(1.5), bank(-1.5)];
        let whole = |seconds: f64| (seconds * RATE) as usize / BLOCK * BLOCK;
        let left = whole(seed.between(CHORD_SECONDS.start, CHORD_SECONDS.end));
        Self { index, notes, sides, age: 0, left, blend: whole(BLEND_SECONDS) }
    }

    fn is_silent(&self) -> bool {
        self.left == 0 && self.blend == 0
    }

    fn add_to(&mut self, out: &mut [StereoFrame; BLOCK]) {
        let blend = BLEND_SECONDS * RATE;
        let rise = |samples: f64| {
            let share = (samples / blend).clamp(0.0, 1.0);
            (share * std::f64::consts::FRAC_PI_2).sin()
        };
        // Once a block, and straight between: three seconds have three hundred blocks.
        let gain_at = |age: usize, fading: usize| (rise(age as f64) * rise(fading as f64)) as f32;
        let fading = if self.left > 0 { self.blend } else { self.blend.saturating_sub(BLOCK) };
        let (from, to) = (gain_at(self.age, self.blend), gain_at(self.age + BLOCK, fading));
        for (index, frame) in out.iter_mut().enumerate() {
            let gain = from + (to - from) * (index as f32 / BLOCK as f32);
            frame[0] += self.sides[0].next() * gain;
            frame[1] += self.sides[1].next() * gain;
        }
        self.sides.iter_mut().for_each(OscillatorBank::renormalize);
        self.age += BLOCK;
        self.blend = fading;
        self.left = self.left.saturating_sub(BLOCK);
    }
}

/// One stroke of a small bell.
struct Bell {
    bank: OscillatorBank,
    gain: f32,
    decay: f32,
    sides: StereoFrame,
}

impl Bell {
    fn new(seed: &mut SeededRng, tonic: f64, notes: &[i8; 4]) -> Self {
        let note = notes[seed.pick(notes.len())];
        let pitch = tonic * (f64::from(note) / 12.0 + 2.0).exp2();
        // Hum, prime, tierce, quint and nominal of a tuned bell, softened; the other waves are silent.
        let partials = [(1.0, 1.0), (2.0, 0.45), (2.4, 0.12), (3.0, 0.12), (4.0, 0.10)];
        let bank = OscillatorBank::new(std::array::from_fn(|wave| {
            partials.get(wave).map_or((0.0, 0.0, 0.0), |(ratio, gain)| (pitch * ratio, *gain, 0.0))
        }));
        let pan = seed.between(0.25, 0.75) * std::f64::consts::FRAC_PI_2;
        let seconds = seed.between(1.2, 2.0);
        Self {
            bank,
            gain: seed.between(0.10, 0.22) as f32,
            decay: (-1.0 / (seconds * RATE)).exp() as f32,
            sides: [pan.cos() as f32, pan.sin() as f32],
        }
    }

    fn is_silent(&self) -> bool {
        self.gain < 1e-4
    }

    fn add_to(&mut self, out: &mut [StereoFrame; BLOCK]) {
        for frame in out.iter_mut() {
            let sample = self.bank.next() * self.gain;
            self.gain *= self.decay;
            frame[0] += sample * self.sides[0];
            frame[1] += sample * self.sides[1];
        }
        self.bank.renormalize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOODS: [Mood; 5] = [Mood::Serene, Mood::Contemplative, Mood::Solemn, Mood::Drone, Mood::Longing];

    fn play(mood: Mood, seed: u64, seconds: usize) -> Vec<StereoFrame> {
        let mut sound = vec![[0.0; 2]; seconds * SAMPLE_RATE as usize];
        Pad::new(mood, seed).unwrap().fill(&mut sound);
        sound
    }

    #[test]
    fn every_mood_is_as_loud_as_it_should_be() {
        for mood in MOODS {
            for seed in 0..2 {
                let sound = play(mood, seed, 24);
                let mut meter = Meter::new().unwrap();
                meter.add(&sound).unwrap();
                let lufs = meter.integrated().unwrap().unwrap();
                assert!((lufs + 20.0).abs() < 1.5, "{mood:?} {seed}: {lufs} LUFS");
                let peak = sound.as_flattened().iter().fold(0f32, |p, s| p.max(s.abs()));
                assert!(peak < 0.9, "{mood:?} {seed}: peak {peak}");
            }
        }
    }

    #[test]
    fn the_same_seed_plays_the_same_whatever_the_chunks() {
        let whole = play(Mood::Serene, 9, 12);
        let mut pieces = vec![[0.0; 2]; whole.len()];
        let mut pad = Pad::new(Mood::Serene, 9).unwrap();
        pieces.chunks_mut(1234).for_each(|chunk| pad.fill(chunk));
        assert_eq!(whole, pieces);
        assert_ne!(whole, play(Mood::Serene, 10, 12));
    }

    #[test]
    fn it_never_clicks() {
        let sound = play(Mood::Contemplative, 4, 30);
        let steepest = sound.windows(2).map(|w| (w[1][0] - w[0][0]).abs()).fold(0f32, f32::max);
        assert!(steepest < 0.05, "{steepest} in one sample");
    }
}
