//! Runs the checker over a model and says what it found.

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::hash::Hash;
use std::time::{Duration, Instant};

use stateright::{Checker, Expectation, HasDiscoveries, Model, Path};

/// A model that [`prove`] and [`refute`] can search from several threads.
pub trait Checked:
    Model<
        State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
        Action: Clone + Debug + PartialEq + Send + Sync + 'static,
    > + Clone
    + Send
    + Sync
    + 'static
{
}

impl<M> Checked for M
where
    M: Model + Clone + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + Debug + PartialEq + Send + Sync + 'static,
{
}

/// Why a search proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unproved {
    /// The search was ended before it had seen everything.
    #[error("there are more than {0} transitions")]
    TooMany(usize),
    /// A run can go on for ever, so that properties of its end mean nothing.
    #[error("a run comes back to a state in which it was: {0}")]
    Endless(String),
    /// Two searches saw different states, which only a collision of hashes explains.
    #[error("one search saw {0} states, the other {1}")]
    Disagreement(usize, usize),
}

/// What was found of a model when every reachable state was visited.
#[derive(Debug)]
pub struct Proof {
    /// The name of the model.
    pub model: String,
    /// Number of distinct states.
    pub states: usize,
    /// Number of transitions, those to states seen before included.
    pub transitions: usize,
    /// The longest run, in actions.
    pub depth: usize,
    /// How long the search took.
    pub took: Duration,
    /// The properties, in the model's order.
    pub properties: Vec<Verdict>,
}

/// A property, and what the search found of it.
#[derive(Debug)]
pub struct Verdict {
    /// What it says, in words.
    pub name: &'static str,
    /// Whether it must hold in every state or in some state.
    pub expectation: Expectation,
    /// The run that shows it (sometimes) or breaks it (always), action by action.
    pub run: Option<Vec<String>>,
}

impl Verdict {
    /// Whether the model has the property.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.run.is_some() != self.expectation.discovery_is_failure()
    }
}

impl Proof {
    /// The properties that the model lacks.
    pub fn failures(&self) -> impl Iterator<Item = &Verdict> {
        self.properties.iter().filter(|verdict| !verdict.holds())
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, states, transitions, depth, took, .. } = self;
        let seconds = took.as_secs_f32();
        writeln!(f, "{model}: {states} states, {transitions} transitions, depth {depth}, {seconds:.1} s")?;
        for verdict in &self.properties {
            let Verdict { name, expectation, run } = verdict;
            let word = match (verdict.holds(), expectation) {
                (true, Expectation::Sometimes) => "possible",
                (true, _) => "holds",
                (false, Expectation::Sometimes) => "NEVER SEEN",
                (false, _) => "BROKEN",
            };
            writeln!(f, "  {word:10} {name}")?;
            if let Some(run) = run.as_ref().filter(|_| !verdict.holds()) {
                print_run(f, run)?;
            }
        }
        Ok(())
    }
}

/// A run that breaks a property.
#[derive(Debug)]
pub struct Counterexample {
    /// The name of the model.
    pub model: String,
    /// The property that it breaks.
    pub property: &'static str,
    /// What happens, action by action.
    pub run: Vec<String>,
    /// Number of distinct states visited until it was found.
    pub states: usize,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, property, run, states } = self;
        writeln!(f, "{model}: found in {states} states, against \"{property}\"")?;
        print_run(f, run)
    }
}

fn print_run(f: &mut fmt::Formatter<'_>, run: &[String]) -> fmt::Result {
    run.iter().enumerate().try_for_each(|(i, action)| writeln!(f, "    {:2}. {action}", i + 1))
}

/// Visits every reachable state of a model, checks every property in each, and that no run goes on for ever. `most` is
/// the number of transitions after which the search is ended. Takes two processors, and 24 bytes a state.
///
/// # Errors
/// [`Unproved::TooMany`] with more than `most` transitions; [`Unproved::Endless`] when a run comes back to a state;
/// [`Unproved::Disagreement`] when hashes collided.
pub fn prove<M: Checked>(name: &str, model: &M, most: usize) -> Result<Proof, Unproved> {
    let begun = Instant::now();
    // Depth first keeps a state only while its successors are visited, and its fingerprint for ever.
    let checker = model.clone().checker().finish_when(HasDiscoveries::AnyFailures).target_state_count(most);
    let checker = checker.spawn_dfs();
    let states = count_states(model, most);
    let checker = checker.join();
    let discoveries = checker.discoveries();
    let properties: Vec<Verdict> = model
        .properties()
        .into_iter()
        .map(|property| Verdict {
            run: discoveries.get(property.name).map(|path| words(model, path)),
            name: property.name,
            expectation: property.expectation,
        })
        .collect();
    let broken =
        properties.iter().any(|property| property.expectation.discovery_is_failure() && !property.holds());
    // What broke a property ended the search.
    if !broken {
        if checker.state_count() >= most {
            return Err(Unproved::TooMany(most));
        }
        let states = states?;
        if states != checker.unique_state_count() {
            return Err(Unproved::Disagreement(checker.unique_state_count(), states));
        }
    }
    Ok(Proof {
        model: name.to_owned(),
        states: checker.unique_state_count(),
        transitions: checker.state_count(),
        depth: checker.max_depth(),
        took: begun.elapsed(),
        properties,
    })
}

/// Looks for a run that breaks a property, and then for shorter ones, until there is none.
#[must_use]
pub fn refute<M: Checked>(name: &str, model: &M, most: usize) -> Option<Counterexample> {
    let mut found: Option<Counterexample> = None;
    loop {
        let checker =
            model.clone().checker().finish_when(HasDiscoveries::AnyFailures).target_state_count(most);
        // A depth of n has states after fewer than n actions.
        let depth = found.as_ref().map_or(0, |found| found.run.len());
        let checker = checker.target_max_depth(depth).spawn_bfs().join();
        let shortest = model
            .properties()
            .into_iter()
            .filter(|property| property.expectation.discovery_is_failure())
            .filter_map(|property| {
                let path = checker.discovery(property.name)?.into_vec();
                // The checker keeps the last run that it saw, which may go on beyond what it breaks.
                let needed = path.iter().position(|(state, _)| !(property.condition)(model, state))?;
                let actions = path.iter().filter_map(|(_, action)| action.as_ref()).take(needed);
                let run: Vec<String> = actions.map(|action| model.format_action(action)).collect();
                let states = checker.unique_state_count();
                Some(Counterexample { model: name.to_owned(), property: property.name, run, states })
            })
            .min_by_key(|found| found.run.len());
        match shortest {
            None => return found,
            Some(shorter) if shorter.run.is_empty() => return Some(shorter),
            Some(shorter) => {
                let states = found.map_or(shorter.states, |first| first.states);
                found = Some(Counterexample { states, ..shorter });
            }
        }
    }
}

fn words<M: Checked>(model: &M, path: &Path<M::State, M::Action>) -> Vec<String> {
    path.clone().into_actions().iter().map(|action| model.format_action(action)).collect()
}

/// Counts the states of a model, and refuses one in which a run can go on for ever: a search in depth that
/// meets a state which it has not left yet has found a cycle.
fn count_states<M: Checked>(model: &M, most: usize) -> Result<usize, Unproved> {
    #[derive(PartialEq)]
    enum Visit {
        Entered,
        Left,
    }
    // Other than the checker's own, so that a collision is seen.
    let hasher = ahash::RandomState::with_seeds(1, 2, 3, 4);
    let mut visits: HashMap<u64, Visit, _> = HashMap::with_hasher(ahash::RandomState::with_seeds(5, 6, 7, 8));
    for root in model.init_states() {
        visits.insert(hasher.hash_one(&root), Visit::Entered);
        let mut run = vec![(hasher.hash_one(&root), model.next_states(&root))];
        while let Some((state, next)) = run.last_mut() {
            let Some(next) = next.pop() else {
                visits.insert(*state, Visit::Left);
                run.pop();
                continue;
            };
            let hash = hasher.hash_one(&next);
            match visits.get(&hash) {
                Some(Visit::Left) => {}
                Some(Visit::Entered) => return Err(Unproved::Endless(format!("{next:#?}"))),
                None if visits.len() == most => return Err(Unproved::TooMany(most)),
                None => {
                    visits.insert(hash, Visit::Entered);
                    run.push((hash, model.next_states(&next)));
                }
            }
        }
    }
    Ok(visits.len())
}
