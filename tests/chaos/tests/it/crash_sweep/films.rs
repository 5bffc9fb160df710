//! Which workers are killed over which film.

use std::collections::BTreeMap;

use chaos::KillPoint;
use client::StepKind;

/// Workers of one kind of step, and the points at which its attempts are killed one after the other.
pub type StepKills = (StepKind, Vec<KillPoint>);

/// How many workers are killed over one step at most. The fourth attempt has to succeed, and one attempt is spare: for a
/// lease that expires while a busy machine stands still.
const KILLS_PER_STEP: usize = 2;

/// The kill point after the call at this index of a sequence of calls.
pub fn point(calls: &[String], at: usize) -> KillPoint {
    let call = calls[at].clone();
    let nth = calls[..=at].iter().filter(|made| **made == call).count();
    KillPoint::After { call, nth }
}

/// Spreads kills over the steps of as few films as possible.
pub fn spread(
    kills: Vec<StepKills>,
    steps: &BTreeMap<StepKind, Vec<String>>,
    calls: &BTreeMap<StepKind, Vec<String>>,
) -> Vec<Vec<StepKills>> {
    let mut of_kind: BTreeMap<StepKind, Vec<Vec<KillPoint>>> = BTreeMap::new();
    for (kind, points) in kills {
        of_kind.entry(kind).or_default().push(points);
    }
    let mut films: Vec<Vec<StepKills>> = Vec::new();
    for (kind, kills) in of_kind {
        let of_film = chained(kills, &calls[&kind]);
        for (film, chains) in of_film.chunks(steps[&kind].len()).enumerate() {
            if films.len() <= film {
                films.push(Vec::new());
            }
            films[film].extend(chains.iter().map(|points| (kind, points.clone())));
        }
    }
    films
}

/// Joins single points into sequences: the first attempt is killed at one, the second at a later one.
fn chained(kills: Vec<Vec<KillPoint>>, calls: &[String]) -> Vec<Vec<KillPoint>> {
    let (single, mut chains): (Vec<_>, Vec<_>) = kills.into_iter().partition(|points| points.len() == 1);
    let committed = calls.iter().position(|call| call == "TransactWriteItems STEP").unwrap_or(calls.len());
    let place = |wanted: &KillPoint| (0..calls.len()).find(|at| point(calls, *at) == *wanted);
    let (late, mut early): (Vec<KillPoint>, Vec<KillPoint>) =
        single.into_iter().flatten().partition(|point| place(point).is_some_and(|at| at > committed));
    // `BeforeClaim` sorts first; a call that no first attempt has made sorts before the other calls.
    early.sort_by_key(|point| if *point == KillPoint::BeforeClaim { None } else { Some(place(point)) });
    chains.extend(early.chunks(KILLS_PER_STEP).map(<[KillPoint]>::to_vec));
    // After the commit come the messages to the steps that waited. For these to be sent the step must finish last, so its
    // first attempt is killed too.
    chains.extend(late.into_iter().map(|point| vec![KillPoint::BeforeClaim, point]));
    chains
}
