use proptest::prelude::*;

use super::*;

fn rates() -> impl Strategy<Value = FrameRate> {
    prop_oneof![Just(FrameRate::F24), Just(FrameRate::F25), Just(FrameRate::F30)]
}

prop_compose! {
    fn films()(rate in rates())(
        rate in Just(rate),
        crossfade in 0..=rate.fps(),
        scenes in prop::collection::vec((0u32..3000, 0u64..2_000_000, 0u32..5000), 1..40),
    ) -> Timeline {
        let scenes = scenes
            .into_iter()
            .map(|(lead, speech, pause)| SceneLength::new(rate, crossfade, lead, speech, pause))
            .collect();
        Timeline::new(rate, crossfade, scenes).expect("every SceneLength::new is long enough")
    }
}

proptest! {
    #[test]
    fn clips_add_up_to_the_film(film in films()) {
        let clips: u64 = (0..film.scenes().len()).map(|i| u64::from(film.clip(i).frames())).sum();
        prop_assert_eq!(clips, film.frames());
        prop_assert_eq!(film.samples() % film.frames(), 0);
    }

    #[test]
    fn clips_follow_one_another_without_a_gap(film in films()) {
        let mut at = 0;
        for scene in 0..film.scenes().len() {
            let clip = film.clip(scene);
            prop_assert_eq!(film.scene_start(scene) + u64::from(clip.from), at);
            at += u64::from(clip.frames());
        }
        prop_assert_eq!(at, film.frames());
    }

    #[test]
    fn speech_stands_alone_and_inside_its_scene(film in films()) {
        let per_frame = u64::from(film.rate().samples_per_frame());
        let mut silent_since = 0;
        for (scene, length) in film.scenes().iter().enumerate() {
            let start = film.speech_start(scene);
            let end = start + u64::from(length.speech) * per_frame;
            let solo_from = (film.scene_start(scene) + u64::from(film.crossfade())) * per_frame;
            let solo_to = (film.scene_start(scene) + u64::from(length.frames(film.crossfade()))
                - u64::from(film.crossfade())) * per_frame;
            prop_assert!(start >= solo_from && end <= solo_to && start >= silent_since);
            silent_since = end;
        }
        prop_assert!(silent_since <= film.samples());
    }

    #[test]
    fn an_edit_changes_only_two_clips(film in films(), more in 1u32..500, pick in any::<prop::sample::Index>()) {
        let edited = pick.index(film.scenes().len());
        let mut scenes = film.scenes().to_vec();
        scenes[edited].speech += more;
        let after = Timeline::new(film.rate(), film.crossfade(), scenes).expect("only longer");
        for scene in 0..film.scenes().len() {
            prop_assert_eq!(film.clip(scene) == after.clip(scene), scene != edited);
        }
    }

    #[test]
    fn every_scene_frame_is_shown_once(film in films()) {
        for scene in 0..film.scenes().len() {
            let clip = film.clip(scene);
            let next: Vec<u32> = (clip.from..clip.to)
                .filter_map(|f| match clip.mix(f) { Mix::Next { frame, .. } => Some(frame), _ => None })
                .collect();
            let expected: Vec<u32> =
                if clip.fades_out { vec![] } else { (0..film.crossfade()).collect() };
            prop_assert_eq!(next, expected);
        }
    }
}

#[test]
fn rates_share_a_grid_with_sound() {
    for rate in [FrameRate::F24, FrameRate::F25, FrameRate::F30] {
        assert_eq!(rate.samples_per_frame() * rate.fps(), SAMPLE_RATE);
    }
    assert_eq!(FrameRate::try_from(29), Err(UnsupportedRate(29)));
}

#[test]
fn an_odd_crossfade_has_an_even_middle() {
    let clip = ClipSpan::new(100, 15, false, false);
    assert_eq!(clip.mix(85 + 7), Mix::Next { frame: 7, share: 0.5 });
    assert_eq!(clip.mix(84), Mix::Alone);
}

#[test]
fn a_short_scene_is_refused() {
    let scene = SceneLength { lead_in: 0, speech: 3, pause: 5 };
    let error = Timeline::new(FrameRate::F30, 15, vec![scene]).expect_err("15 + 3 + 5 < 31");
    assert_eq!(error, TimelineError::TooShort { scene: 0, frames: 23, crossfade: 15, needed: 31 });
    assert_eq!(Timeline::new(FrameRate::F30, 15, vec![]), Err(TimelineError::NoScenes));
}

#[test]
fn times_fall_on_the_nearest_frame() {
    assert_eq!([0, 16, 17, 33, 1000].map(|ms| FrameRate::F30.frame_near_ms(ms)), [0, 0, 1, 1, 30]);
    assert!((0..5000).all(|frame| FrameRate::F24.frame_near_ms(FrameRate::F24.ms(frame)) == frame));
}
