//! Scenes of several shots: as long as with one, without a jump, and with pictures that really change.
#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use film_engine::VideoFormat;
use film_engine::clip::{ClipJob, SceneArt, draw_clip};
use film_engine::shots::{ShotPlan, Shots};
use film_engine::timeline::{ClipSpan, FrameRate};
use film_vocabulary::Resolution;
use support::{SMALL, picture};

const CROSSFADE: u32 = 15;

/// The luma of every frame of a film's middle clip of so many frames.
fn frames(shots: Shots, frames: u32) -> Vec<Vec<u8>> {
    let (shown, after) = (picture(SMALL, 0.1), picture(SMALL, 0.6));
    let format = VideoFormat { size: SMALL, rate: FrameRate::F30, resolution: Resolution::P480 };
    let art = |picture, seed| SceneArt { picture, layers: None, seed, frames, shots, overlays: &[] };
    let span = ClipSpan::new(frames, CROSSFADE, false, false);
    let job = ClipJob { format, span, scene: art(&shown, 4), next: Some(art(&after, 5)) };
    let mut drawn = Vec::new();
    draw_clip(&job, &mut |frame| {
        drawn.push(frame[..(SMALL.width * SMALL.height) as usize].to_vec());
        Ok(())
    })
    .unwrap();
    drawn
}

/// The mean difference of two frames, in code values.
fn difference(some: &[u8], others: &[u8]) -> f64 {
    some.iter().zip(others).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / some.len() as f64
}

#[test]
fn a_long_scene_changes_its_framing_softly_and_its_clip_stays_as_long() {
    let length = 21 * 30;
    let (one, several) = (frames(Shots::One, length), frames(Shots::Several, length));
    assert_eq!((one.len(), several.len()), ((length - CROSSFADE) as usize, one.len()));
    // No cut: over a dissolve of two thirds of a second, frames change little by little.
    let steps = several.windows(2).map(|pair| difference(&pair[0], &pair[1]));
    let worst = steps.fold(0.0, f64::max);
    assert!(worst < 6.0, "{worst}");
    let plan = ShotPlan::new(Shots::Several, length, FrameRate::F30);
    assert_eq!(plan.count(), 3);
    let middles: Vec<usize> = (0..3)
        .map(|shot| {
            let part = plan.part(shot);
            ((part.start + part.end) / 2 - CROSSFADE) as usize
        })
        .collect();
    for pair in middles.windows(2) {
        let changed = difference(&several[pair[0]], &several[pair[1]]);
        assert!(changed > 12.0, "{changed}");
    }
}

#[test]
fn a_short_scene_is_the_same_to_the_byte_with_one_shot_and_with_several() {
    assert!(frames(Shots::One, 240) == frames(Shots::Several, 240));
}
