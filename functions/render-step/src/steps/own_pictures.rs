//! Films that do not pass inspection because of a picture of one's own: its scene is named.

use std::collections::BTreeSet;

use film_engine::inspect::Problem;
use film_engine::timeline::Timeline;
use studio::{LeasedStep, StitchInput};
use tenancy::ObjectKey;

use super::image;
use super::sources::source;
use crate::error::StepError;
use crate::output::StepOutput;
use crate::runner::StepRunner;
use crate::scenes::CROSSFADE;

/// Why a film did not pass: the pictures of one's own that are black, or in which nothing can be seen to move, if they
/// explain all that was found; else the problems themselves.
///
/// # Errors
/// When the bucket does not answer.
pub async fn blame(
    runner: &StepRunner,
    leased: &LeasedStep,
    input: &StitchInput,
    timeline: &Timeline,
    problems: &[Problem],
) -> Result<StepError, StepError> {
    let mut own = BTreeSet::new();
    for shown in shown_in(problems, timeline).unwrap_or_default() {
        let mut explained = false;
        for scene in shown {
            let Some(input) = input.scenes.get(scene) else { continue };
            let key = ObjectKey::image(&leased.tenant, &source(leased, &input.image)?);
            let note = runner.bucket.head(&key).await?.and_then(|object| object.note);
            let made = note.and_then(|note| serde_json::from_value::<StepOutput>(note).ok());
            if made.is_some_and(|made| made.provider == image::UPLOADED) {
                own.insert(scene);
                explained = true;
            }
        }
        if !explained {
            return Ok(inspection(problems));
        }
    }
    Ok(if own.is_empty() { inspection(problems) } else { StepError::Upload(named(&own)) })
}

fn inspection(problems: &[Problem]) -> StepError {
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    StepError::Inspection(problems.join("; "))
}

/// For each problem the scenes that were seen alone in its time; none if one is not of the picture. Scenes count from 0.
fn shown_in(problems: &[Problem], timeline: &Timeline) -> Option<Vec<Vec<usize>>> {
    let crossfade_ms = timeline.rate().ms(u64::from(CROSSFADE));
    let scenes = timeline.scenes().len();
    let end =
        |scene: usize| if scene + 1 < scenes { timeline.scene_start_ms(scene + 1) } else { timeline.ms() };
    let seen = |problem: &Problem| match problem {
        Problem::Black { stretch } | Problem::Frozen { stretch } => {
            let is_seen = |scene: &usize| {
                stretch.start_ms < end(*scene)
                    && timeline.scene_start_ms(*scene) + crossfade_ms < stretch.end_ms
            };
            Some((0..scenes).filter(is_seen).collect())
        }
        _ => None,
    };
    problems.iter().map(seen).collect()
}

/// What to say of the scenes, which people count from 1.
fn named(scenes: &BTreeSet<usize>) -> String {
    let numbers: Vec<String> = scenes.iter().map(|scene| (scene + 1).to_string()).collect();
    let which = match numbers.as_slice() {
        [one] => format!("The picture of scene {one}"),
        _ => format!("Each of the pictures of scenes {}", numbers.join(", ")),
    };
    format!("{which} is black or of one colour all over, so that nothing is seen. Show another.")
}

#[cfg(test)]
mod tests {
    use film_engine::inspect::TimeRange;

    use super::*;
    use crate::scenes;

    #[test]
    fn the_scene_of_a_black_stretch_is_found_and_other_problems_have_none() {
        // Each lasts 0.5 s of crossfade, 0.2 s of lead-in, 4 s of speech and 1 s of pause.
        let lengths = vec![scenes::length(4 * 48_000, 1_000); 3];
        let timeline = Timeline::new(scenes::RATE, CROSSFADE, lengths).unwrap();
        let starts: Vec<u64> = (0..3).map(|scene| timeline.scene_start_ms(scene)).collect();
        let black = |start_ms, end_ms| Problem::Black { stretch: TimeRange { start_ms, end_ms } };
        let second = black(starts[1] + 500, starts[2]);
        assert_eq!(shown_in(std::slice::from_ref(&second), &timeline), Some(vec![vec![1]]));
        let last =
            Problem::Frozen { stretch: TimeRange { start_ms: starts[2] + 900, end_ms: timeline.ms() } };
        assert_eq!(shown_in(&[second, last], &timeline), Some(vec![vec![1], vec![2]]));
        assert_eq!(shown_in(&[Problem::NoSoundTrack], &timeline), None);
    }

    #[test]
    fn scenes_are_named_as_people_count_them() {
        assert!(named(&BTreeSet::from([2])).starts_with("The picture of scene 3 is black"));
        assert!(named(&BTreeSet::from([0, 4])).starts_with("Each of the pictures of scenes 1, 5 is black"));
    }
}
