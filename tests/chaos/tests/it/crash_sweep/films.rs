//! Deaths spread over films.

use std::collections::BTreeMap;

use chaos::KillPoint;
use client::StepKind;

use super::Deaths;

/// How many workers die over one step. The fourth attempt has to succeed; one more is for a lease that runs
/// out while a busy machine stands still.
const DEATHS: usize = 2;

/// The point after the call at this place of a sequence.
pub fn point(calls: &[String], at: usize) -> KillPoint {
    let call = calls[at].clone();
    let nth = calls[..=at].iter().filter(|made| **made == call).count();
    KillPoint::After { call, nth }
}

/// Spreads deaths over the steps of as few films as bear them.
pub fn spread(
    deaths: Vec<Deaths>,
    steps: &BTreeMap<StepKind, Vec<String>>,
    calls: &BTreeMap<StepKind, Vec<String>>,
) -> Vec<Vec<Deaths>> {
    let mut of_kind: BTreeMap<StepKind, Vec<Vec<KillPoint>>> = BTreeMap::new();
    for (kind, points) in deaths {
        of_kind.entry(kind).or_default().push(points);
    }
    let mut films: Vec<Vec<Deaths>> = Vec::new();
    for (kind, deaths) in of_kind {
        let of_film = chained(deaths, &calls[&kind]);
        for (film, chains) in of_film.chunks(steps[&kind].len()).enumerate() {
            if films.len() <= film {
                films.push(Vec::new());
            }
            films[film].extend(chains.iter().map(|points| (kind, points.clone())));
        }
    }
    films
}

/// Single points are joined, so that the first attempt dies at one and the second at a later one.
fn chained(deaths: Vec<Vec<KillPoint>>, calls: &[String]) -> Vec<Vec<KillPoint>> {
    let (single, mut chains): (Vec<_>, Vec<_>) = deaths.into_iter().partition(|points| points.len() == 1);
    let committed = calls.iter().position(|call| call == "TransactWriteItems STEP").unwrap_or(calls.len());
    let place = |wanted: &KillPoint| (0..calls.len()).find(|at| point(calls, *at) == *wanted);
    let (late, mut early): (Vec<KillPoint>, Vec<KillPoint>) =
        single.into_iter().flatten().partition(|point| place(point).is_some_and(|at| at > committed));
    // Before the claim comes before all; what no first attempt has called comes after it.
    early.sort_by_key(|point| if *point == KillPoint::BeforeClaim { None } else { Some(place(point)) });
    chains.extend(early.chunks(DEATHS).map(<[KillPoint]>::to_vec));
    // After the commit come the messages to whoever waited: the step must be the last they waited for.
    chains.extend(late.into_iter().map(|point| vec![KillPoint::BeforeClaim, point]));
    chains
}
