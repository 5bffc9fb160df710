//! The shots of a scene: a long scene shows its picture in several framings, one after the other.
//!
//! ```text
//! scene     |---------------------------------------------------------|
//! shot 0    |· whole ······ · ·|
//! shot 1                   |· · ······ nearer ······· · ·|
//! shot 2                                             |· · ··· a third |
//!                           dissolve                  dissolve
//! ```
//!
//! Which frames a shot is seen on follows from the scene's length alone, and what it shows from that, the scene's seed and
//! the picture's focus. So a clip's length and its crossfades are what they are with one shot.

use std::ops::Range;

use crate::framing::Framing;
use crate::rng::SeededRng;
use crate::timeline::FrameRate;

/// The longest time that one shot is seen, in seconds. A film that people made rarely holds a still picture longer.
pub const LONGEST_SHOT_S: u32 = 8;

/// How a scene's time is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shots {
    /// One camera move over the whole scene, however long it is.
    #[default]
    One,
    /// A new framing at least every [`LONGEST_SHOT_S`] seconds, dissolved into.
    Several,
}

/// The shots of one scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShotPlan {
    /// Scene frame on which each shot begins, in the middle of the dissolve into it, and behind them the scene's end.
    cuts: Vec<u32>,
    /// Frames of a dissolve, an even number.
    dissolve: u32,
}

/// What is seen on one frame of a scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The shot's number, from 0.
    pub shot: usize,
    /// While the next shot is dissolved into: its weight, 0.0 ..= 1.0.
    pub next: Option<f64>,
}

impl ShotPlan {
    /// The shots of a scene of so many frames: as few as there can be when none may last longer than
    /// [`LONGEST_SHOT_S`], and all of the same length, to a frame. They last from 6 to 8 seconds where the scene's
    /// length can be divided so (12 to 16 seconds, 18 and above), and never less than 4.
    pub fn new(shots: Shots, frames: u32, rate: FrameRate) -> Self {
        let longest = LONGEST_SHOT_S * rate.fps();
        let count = match shots {
            Shots::One => 1,
            Shots::Several => frames.div_ceil(longest).max(1),
        };
        let cut = |shot: u32| {
            let frame = u64::from(frames) * u64::from(shot) / u64::from(count);
            u32::try_from(frame).unwrap_or(frames)
        };
        // Two thirds of a second: longer than a cut that could be taken for a fault, shorter than a crossfade of scenes
        // would need to be noticed as a change of picture.
        let dissolve = rate.fps() / 3 * 2;
        Self { cuts: (0..=count).map(cut).collect(), dissolve }
    }

    /// How many shots there are.
    pub fn count(&self) -> usize {
        self.cuts.len() - 1
    }

    /// The frames between the middles of a shot's dissolves. Those of all shots make up the scene.
    pub fn part(&self, shot: usize) -> Range<u32> {
        self.cuts[shot]..self.cuts[shot + 1]
    }

    /// The frames on which a shot is seen, dissolves included.
    pub fn seen(&self, shot: usize) -> Range<u32> {
        let (half, last) = (self.dissolve / 2, self.count() - 1);
        let part = self.part(shot);
        let from = if shot == 0 { part.start } else { part.start - half };
        let to = if shot == last { part.end } else { part.end + half };
        from..to
    }

    /// What is seen on a frame of the scene.
    pub fn at(&self, frame: u32) -> Seen {
        let half = self.dissolve / 2;
        let last = self.count() - 1;
        let shot = self.cuts[1..].partition_point(|&end| end.saturating_add(half) <= frame).min(last);
        let begins = self.cuts[shot + 1].saturating_sub(half);
        let next = (shot < last && frame >= begins).then(|| {
            let time = (f64::from(frame - begins) + 0.5) / f64::from(self.dissolve);
            // Eased, so that neither its beginning nor its end is seen.
            (1.0 - (time * std::f64::consts::PI).cos()) / 2.0
        });
        Seen { shot, next }
    }

    /// The framing of each shot. Two that follow one another always differ.
    pub fn framings(&self, seed: u64) -> Vec<Framing> {
        use Framing::{Near, Third, Whole};
        let mut seed = SeededRng::new(seed ^ 0x0053_686f_7473);
        let orders = [[Whole, Near, Third], [Whole, Third, Near], [Near, Whole, Third]];
        let order = orders[seed.pick(orders.len())];
        order.into_iter().cycle().take(self.count()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate() -> impl Strategy<Value = FrameRate> {
        prop_oneof![Just(FrameRate::F24), Just(FrameRate::F25), Just(FrameRate::F30)]
    }

    proptest! {
        #[test]
        fn shots_fill_their_scene_and_none_is_seen_for_longer_than_eight_seconds(
            frames in 1u32..40_000, rate in rate(),
        ) {
            let plan = ShotPlan::new(Shots::Several, frames, rate);
            let parts: Vec<Range<u32>> = (0..plan.count()).map(|shot| plan.part(shot)).collect();
            prop_assert_eq!((parts[0].start, parts[plan.count() - 1].end), (0, frames));
            prop_assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
            let lengths: Vec<u32> = parts.iter().map(|part| part.end - part.start).collect();
            prop_assert_eq!(lengths.iter().sum::<u32>(), frames);
            let (shortest, longest) = (*lengths.iter().min().unwrap(), *lengths.iter().max().unwrap());
            prop_assert!(longest - shortest <= 1 && longest <= 8 * rate.fps());
            prop_assert_eq!(plan.count() == 1, frames <= 8 * rate.fps());
            if plan.count() > 1 {
                prop_assert!(shortest >= 4 * rate.fps());
            }
            let seconds = f64::from(frames) / f64::from(rate.fps());
            if (12.0..=16.0).contains(&seconds) || seconds >= 18.0 {
                prop_assert!(shortest >= 6 * rate.fps() - 1, "{seconds} s in shots of {shortest} frames");
            }
        }

        #[test]
        fn every_frame_shows_a_shot_that_is_seen_then_and_dissolves_only_rise(
            frames in 1u32..3_000, rate in rate(),
        ) {
            let plan = ShotPlan::new(Shots::Several, frames, rate);
            let mut before = 0.0;
            for frame in 0..frames {
                let Seen { shot, next } = plan.at(frame);
                prop_assert!(plan.seen(shot).contains(&frame));
                prop_assert_eq!(plan.seen(shot).end == frame + 1, plan.at(frame + 1).shot == shot + 1 || frame + 1 == frames);
                let share = next.unwrap_or(0.0);
                if next.is_some() {
                    prop_assert!(plan.seen(shot + 1).contains(&frame));
                }
                // A share of one frame continues at the next, or the next shot stands alone.
                let now = shot as f64 + share;
                prop_assert!(now >= before - 1e-9 && now - before < 0.12, "{before} then {now} at {frame}");
                before = now;
            }
        }

        #[test]
        fn neighbours_are_framed_differently(seed: u64, frames in 1u32..10_000) {
            let framings = ShotPlan::new(Shots::Several, frames, FrameRate::F30).framings(seed);
            prop_assert!(framings.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }

    #[test]
    fn a_scene_of_twenty_one_seconds_has_three_shots_and_one_of_eight_has_one() {
        let count = |shots, seconds: u32| ShotPlan::new(shots, seconds * 30, FrameRate::F30).count();
        assert_eq!([3, 8, 9, 16, 17, 21].map(|s| count(Shots::Several, s)), [1, 1, 2, 2, 3, 3]);
        assert_eq!(count(Shots::One, 600), 1);
    }
}
