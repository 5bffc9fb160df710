//! Ducking: the music is turned down under the voice.
//!
//! A side-chain compressor reacts only when a word has begun, and pumps with every pause. Here the times of speech are
//! known beforehand: the music fades down before the first word, stays down over short pauses, and rises slowly after
//! the last word.

use std::ops::Range;

use film_narrator::SAMPLE_RATE;

use crate::soundtrack::loudness::decibels_to_gain;

/// How far the music is turned down, in dB. With the voice at −16 LUFS and music at −20 it is then 16 LU under the voice;
/// BBC listening tests found speech clear over music from about 10 LU on, and more is kinder to old ears.
pub(super) const DEPTH_DB: f64 = 12.0;

/// Length of the fade before the first word, in samples: 0.8 s, at most 22.5 dB a second, so that it is not heard as a
/// switch.
const FADE_DOWN: u64 = SAMPLE_RATE as u64 * 4 / 5;

/// How long the music stays down after the last word, in samples.
const HOLD: u64 = SAMPLE_RATE as u64 / 2;

/// Length of the fade after that, in samples.
const FADE_UP: u64 = SAMPLE_RATE as u64 * 2;

/// Pauses shorter than this, in samples, leave the music down: a fade up and down does not fit into them.
const MIN_GAP: u64 = FADE_DOWN + HOLD + FADE_UP;

/// The music's gain over the film.
pub(super) struct Ducking {
    spoken: Vec<Range<u64>>,
}

impl Ducking {
    /// Under speech at these times, which are in order.
    pub(super) fn under(intervals: impl IntoIterator<Item = Range<u64>>) -> Self {
        let mut spoken: Vec<Range<u64>> = Vec::new();
        for interval in intervals {
            match spoken.last_mut() {
                Some(last) if interval.start < last.end + MIN_GAP => last.end = interval.end,
                _ => spoken.push(interval),
            }
        }
        Self { spoken }
    }

    /// The gain on one sample of the film.
    pub(super) fn gain(&self, sample: u64) -> f32 {
        let next = self.spoken.partition_point(|range| range.end + HOLD + FADE_UP <= sample);
        let Some(range) = self.spoken.get(next) else { return 1.0 };
        let down = if sample < range.start {
            1.0 - (range.start - sample) as f64 / FADE_DOWN as f64
        } else if sample < range.end + HOLD {
            return decibels_to_gain(-DEPTH_DB) as f32;
        } else {
            1.0 - (sample - range.end - HOLD) as f64 / FADE_UP as f64
        };
        if down <= 0.0 {
            return 1.0;
        }
        // Even in decibels, and without a corner at either end.
        let eased = down * down * (3.0 - 2.0 * down);
        decibels_to_gain(-DEPTH_DB * eased) as f32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const S: u64 = SAMPLE_RATE as u64;

    fn decibels(gain: f32) -> f64 {
        20.0 * f64::from(gain).log10()
    }

    #[test]
    fn music_is_down_before_the_first_word_and_up_after_the_last() {
        let ducking = Ducking::under(std::iter::once(10 * S..20 * S));
        assert_eq!(ducking.gain(0), 1.0);
        assert!((decibels(ducking.gain(10 * S)) + DEPTH_DB).abs() < 0.01);
        assert!((decibels(ducking.gain(20 * S)) + DEPTH_DB).abs() < 0.01);
        assert_eq!(ducking.gain(23 * S), 1.0);
    }

    #[test]
    fn short_pauses_do_not_pump() {
        let ducking = Ducking::under([10 * S..12 * S, 14 * S..16 * S]);
        for sample in (10 * S..16 * S).step_by(1000) {
            assert!((decibels(ducking.gain(sample)) + DEPTH_DB).abs() < 0.01);
        }
        let apart = Ducking::under([10 * S..12 * S, 16 * S..18 * S]);
        assert_eq!(apart.gain(15 * S), 1.0);
    }

    #[test]
    fn it_never_jumps() {
        let ducking = Ducking::under([0..2 * S, 6 * S..7 * S, 20 * S..21 * S]);
        let mut before = ducking.gain(0);
        for sample in 1..25 * S {
            let gain = ducking.gain(sample);
            assert!((gain - before).abs() < 1e-3, "at {sample}");
            before = gain;
        }
    }

    /// Faster than this, music is heard to be turned down (its own swells reach 10 to 15 dB a second).
    const STEEPEST_DB_A_SECOND: f64 = 24.0;

    proptest! {
        #[test]
        fn however_people_speak_the_music_neither_jumps_nor_breathes(
            spoken in prop::collection::vec((0.02..9.0_f64, 0.1..12.0_f64), 1..20),
        ) {
            let mut at = 0.0;
            let samples = |seconds: f64| (seconds * S as f64) as u64;
            let intervals: Vec<Range<u64>> = spoken
                .iter()
                .map(|(pause, length)| {
                    let start = at + pause;
                    at = start + length;
                    samples(start)..samples(at)
                })
                .collect();
            let ducking = Ducking::under(intervals.clone());
            for interval in intervals {
                prop_assert!((decibels(ducking.gain(interval.start)) + DEPTH_DB).abs() < 0.01);
            }
            const STEP: u64 = S / 200;
            let levels: Vec<f64> =
                (0..samples(at + 4.0)).step_by(STEP as usize).map(|n| decibels(ducking.gain(n))).collect();
            let mut risen_to = None;
            for pair in levels.windows(2) {
                let slope = (pair[1] - pair[0]) * (S / STEP) as f64;
                prop_assert!(slope.abs() <= STEEPEST_DB_A_SECOND, "{slope} dB a second");
                if slope > 1e-6 {
                    risen_to = Some(pair[1]);
                }
                // Pumping is a rise cut short: what sinks again has been all the way up.
                if let Some(level) = risen_to.filter(|_| slope < -1e-6) {
                    prop_assert!(level > -0.01, "sinks again from {level} dB");
                }
            }
        }
    }
}
