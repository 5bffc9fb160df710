//! Workers of every kind of step are killed after each of their calls: the film is still delivered once and charged once.
//!
//! With `CRASH_SWEEP=one-by-one` one worker is killed over one film at a time. Otherwise several are killed over each of
//! several films at once, because most of the time the films only wait for leases to expire.

mod films;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use chaos::{ChaosStack, FilmOutcome, Kill, KillPoint, TwoSceneProject, WorkerKiller};
use client::StepKind;
use futures_util::{StreamExt as _, stream};

use self::films::StepKills;

/// How many films are rendered at once.
const AT_ONCE: usize = 5;

/// How often the sweep is repeated for points that no worker has reached. Not every attempt makes every call: for
/// example, only the worker that finishes last sends the message of a step that waited for several.
const ROUNDS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_a_worker_dies_the_film_comes_once_and_is_charged_once() -> Result<()> {
    let chaos = ChaosStack::start("crash-sweep", &[]).await?;
    let one_by_one = std::env::var_os("CRASH_SWEEP").is_some_and(|value| value == "one-by-one");
    let sweep = Sweep::prepare(&chaos, one_by_one).await?;

    for round in 1..=ROUNDS {
        let mut missing = sweep.missing();
        // Calls that only one of the undisturbed films made depend on timing: they are tried in two rounds only.
        missing.retain(|point| round <= 2 || sweep.required.contains(point));
        if missing.is_empty() {
            break;
        }
        eprintln!("round {round}: {} points", missing.len());
        sweep.kill_at(missing.into_iter().map(|(kind, point)| (kind, vec![point])).collect()).await?;
    }
    let (left, by_chance): (Vec<_>, Vec<_>) =
        sweep.missing().into_iter().partition(|point| sweep.required.contains(point));
    ensure!(left.is_empty(), "nobody died at {left:?}");
    eprintln!("seen once by chance, and not come to again: {by_chance:?}");

    let takeovers = sweep.takeovers();
    eprintln!("takeovers of finished work: {} points", takeovers.len());
    sweep.kill_at(takeovers).await?;
    ensure!(sweep.killer.failures().is_empty(), "{:?}", sweep.killer.failures());
    eprintln!("{} points, {} films", sweep.met.borrow().len(), sweep.tenants.borrow().len());
    chaos.verify_charges().await
}

struct Sweep<'a> {
    chaos: &'a ChaosStack,
    one_by_one: bool,
    killer: WorkerKiller,
    /// The outcome when no worker is killed.
    undisturbed: FilmOutcome,
    /// The ids of the film's steps, by kind.
    steps: BTreeMap<StepKind, Vec<String>>,
    /// The points that the worker of each step reaches when no worker is killed.
    reached: BTreeMap<String, BTreeSet<KillPoint>>,
    /// The points at which a worker has to be killed for the test to pass.
    required: BTreeSet<(StepKind, KillPoint)>,
    /// The points at which a worker was killed.
    met: RefCell<BTreeSet<(StepKind, KillPoint)>>,
    /// The tenants whose films were rendered.
    tenants: RefCell<Vec<String>>,
}

impl<'a> Sweep<'a> {
    /// Renders the film twice without killing. Points that both reach are required; a call that only one of them made
    /// depends on timing.
    async fn prepare(chaos: &'a ChaosStack, one_by_one: bool) -> Result<Self> {
        let killer = WorkerKiller::of(chaos);
        let first = TwoSceneProject::create(&chaos.stack).await?;
        let (receipt, undisturbed) = first.film(chaos).await?;
        let mut steps: BTreeMap<StepKind, Vec<String>> = BTreeMap::new();
        for step in &receipt.steps {
            steps.entry(step.kind).or_default().push(step.id.clone());
        }
        ensure!(steps.len() == StepKind::ALL.len(), "a film without a kind of step: {steps:?}");
        let second = TwoSceneProject::create(&chaos.stack).await?;
        let (_, same) = second.film(chaos).await?;
        ensure!(same == undisturbed, "{same:#?}, not {undisturbed:#?}");

        let (met, required) = (RefCell::default(), BTreeSet::new());
        let tenants = [first, second].map(|film| film.person.signed_in.tenant);
        let each = tenants.clone().map(|tenant| points_of(&calls(&killer, &[tenant])));
        let tenants = RefCell::new(tenants.to_vec());
        let mut reached: BTreeMap<String, BTreeSet<KillPoint>> = BTreeMap::new();
        for (step, _, calls) in tenants.borrow().iter().flat_map(|tenant| killer.calls(tenant)) {
            let points = (0..calls.len()).map(|at| films::point(&calls, at)).chain([KillPoint::BeforeClaim]);
            reached.entry(step.step).or_default().extend(points);
        }
        let mut sweep =
            Self { chaos, one_by_one, killer, undisturbed, steps, reached, required, met, tenants };
        sweep.required = each[0].intersection(&each[1]).cloned().collect();
        for (kind, calls) in sweep.calls() {
            eprintln!("{}: {} calls: {}", kind.as_str(), calls.len(), calls.join(", "));
        }
        Ok(sweep)
    }

    fn calls(&self) -> BTreeMap<StepKind, Vec<String>> {
        calls(&self.killer, &self.tenants.borrow())
    }

    /// The points of first attempts at which no worker was killed yet.
    fn missing(&self) -> Vec<(StepKind, KillPoint)> {
        let met = self.met.borrow();
        let all: BTreeSet<_> = points_of(&self.calls()).union(&self.required).cloned().collect();
        all.difference(&met).cloned().collect()
    }

    /// Kills for a worker that has stored its artefact and not yet recorded it, and for the one that takes over: at each
    /// of its calls, or (without `one-by-one`) only at those that no first attempt makes.
    fn takeovers(&self) -> Vec<StepKills> {
        let mut kills = Vec::new();
        for (kind, made) in self.calls() {
            // The summary of a job (`jobs/`) is no artefact.
            let is_object = |call: &String| call.starts_with("PUT") && !call.contains("jobs");
            let Some(stored) = made.iter().rposition(is_object) else { continue };
            let stored = films::point(&made, stored);
            for call in self.calls_after(kind, &stored) {
                if self.one_by_one || !made.contains(&call) {
                    kills.push((kind, vec![stored.clone(), KillPoint::After { call, nth: 1 }]));
                }
            }
        }
        kills
    }

    /// The calls of the attempts that followed a kill at this point.
    fn calls_after(&self, kind: StepKind, point: &KillPoint) -> BTreeSet<String> {
        let tenants = self.tenants.borrow().clone();
        let killed: Vec<Kill> = tenants.iter().flat_map(|tenant| self.killer.killed(tenant)).collect();
        let died =
            killed.iter().filter(|killed| kind_of(&killed.step.step) == Some(kind) && killed.point == *point);
        let next: BTreeSet<_> = died.map(|killed| (killed.step.clone(), killed.attempt + 1)).collect();
        let made = tenants.iter().flat_map(|tenant| self.killer.calls(tenant));
        made.filter(|(step, attempt, _)| next.contains(&(step.clone(), *attempt)))
            .flat_map(|(_, _, calls)| calls)
            .collect()
    }

    /// Renders films until all these kills have been planned once.
    async fn kill_at(&self, kills: Vec<StepKills>) -> Result<()> {
        let (films, at_once) = match self.one_by_one {
            true => (kills.into_iter().map(|kills| vec![kills]).collect(), 1),
            false => (films::spread(kills, &self.steps, &self.calls()), AT_ONCE),
        };
        let swept: Vec<Result<()>> =
            stream::iter(films).map(|film| self.film(film)).buffer_unordered(at_once).collect().await;
        let failures: Vec<String> =
            swept.iter().filter_map(|film| Some(format!("{:#}", film.as_ref().err()?))).collect();
        ensure!(failures.is_empty(), "{}", failures.join("\n"));
        Ok(())
    }

    /// Renders one film and kills workers over it; the outcome must be the undisturbed one.
    async fn film(&self, kills: Vec<StepKills>) -> Result<()> {
        let film = TwoSceneProject::create(&self.chaos.stack).await?;
        let tenant = film.person.signed_in.tenant.clone();
        self.tenants.borrow_mut().push(tenant.clone());
        let mut steps = self.steps.clone();
        for (kind, points) in kills {
            let steps = steps.get_mut(&kind).context("no such step")?;
            // Not every step makes every call: the last clip has no next picture to crossfade to.
            let comes_there = |step: &String| points.iter().all(|point| self.reached[step].contains(point));
            let step = steps.iter().rposition(comes_there).unwrap_or(0);
            ensure!(step < steps.len(), "more kills than steps");
            self.killer.plan(&tenant, &steps.remove(step), points);
        }
        let made = film.film(self.chaos).await;
        let killed = self.killer.killed(&tenant);
        let told: Vec<String> = killed.iter().map(Kill::to_string).collect();
        eprintln!("  {}", told.join("\n  "));
        let (_, outcome) = made.with_context(|| told.join("; "))?;
        let same = outcome == self.undisturbed;
        ensure!(same, "{}: {outcome:#?}, not {:#?}", told.join("; "), self.undisturbed);
        let points = killed.into_iter().filter_map(|k| Some((kind_of(&k.step.step)?, k.point)));
        self.met.borrow_mut().extend(points);
        Ok(())
    }
}

/// The longest sequence of calls of a first attempt, by kind of step.
fn calls(killer: &WorkerKiller, tenants: &[String]) -> BTreeMap<StepKind, Vec<String>> {
    let mut longest: BTreeMap<StepKind, Vec<String>> = BTreeMap::new();
    let made = tenants.iter().flat_map(|tenant| killer.calls(tenant));
    for (step, _, calls) in made.filter(|(_, attempt, _)| *attempt == 1) {
        let Some(kind) = kind_of(&step.step) else { continue };
        let known = longest.entry(kind).or_default();
        if calls.len() > known.len() {
            *known = calls;
        }
    }
    longest
}

/// All kill points of these sequences: before the claim, and after each call.
fn points_of(calls: &BTreeMap<StepKind, Vec<String>>) -> BTreeSet<(StepKind, KillPoint)> {
    let mut points = BTreeSet::new();
    for (kind, calls) in calls {
        points.insert((*kind, KillPoint::BeforeClaim));
        points.extend((0..calls.len()).map(|at| (*kind, films::point(calls, at))));
    }
    points
}

fn kind_of(step: &str) -> Option<StepKind> {
    StepKind::ALL
        .into_iter()
        .find(|kind| step.strip_prefix(kind.as_str()).is_some_and(|id| id.starts_with('-')))
}
