//! Quotas: what `QuotaManager` and `UsageCounter` of `shared/metering` do to the table `metering`, one
//! transaction an action.
//!
//! A few jobs ask for more than a month's limit of two metrics allows. Their steps are recorded, by
//! workers that may come twice. Each job is settled by whoever comes first (the last step, a cancellation,
//! the sweeper after a day), and by others after it. Meanwhile the month ends.

use stateright::{Model, Property};

/// Jobs that want to be rendered.
const JOBS: usize = 3;
/// Counted metrics: pictures and speech, say.
const METRICS: usize = 2;
/// Months: the present one and the next.
const MONTHS: usize = 2;
/// Steps of a job; each uses a unit of every metric.
const STEPS: usize = 2;
/// What the plan allows in a month, units of each metric. The second is what refuses.
const LIMIT: [u8; METRICS] = [5, 4];
/// What each job holds: its worst case, more than its steps use. Two of them fit, three do not.
const HELD: [u8; METRICS] = [2, 2];

/// A condition taken out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// `hold` without `total <= limit - n`.
    HoldCondition,
    /// `hold` reads the counters, then writes what it read plus its own.
    HoldReadThenWrite,
    /// `hold` writes metric by metric instead of in one transaction.
    HoldTransaction,
    /// `commit` without the condition that the hold is still there.
    CommitOnce,
    /// `commit` without the condition that the job is as it was when its counters were read.
    CommitVersion,
    /// `commit` charges the month in which it runs instead of that of the hold.
    HoldMonth,
    /// `record` names its event by the attempt as well as by `job:step:metric`.
    EventOnce,
    /// Nobody settles the jobs whose workers died.
    Expiry,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::HoldCondition,
        Self::HoldReadThenWrite,
        Self::HoldTransaction,
        Self::CommitOnce,
        Self::CommitVersion,
        Self::HoldMonth,
        Self::EventOnce,
        Self::Expiry,
    ];
}

/// The model.
#[derive(Clone, Debug)]
pub struct Holds {
    /// How many requests, records and settlements come once more than they should.
    pub duplicates: u8,
    /// What is taken out, to see that the checker notices.
    pub mutation: Option<Mutation>,
}

/// `USAGE#{month}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Usage {
    total: [u8; METRICS],
    used: [u8; METRICS],
}

/// A job with its hold and its usage events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Job {
    request: Request,
    /// `HOLD#{job}`: the month it counts in.
    hold: Option<u8>,
    running: bool,
    /// Steps that are done, a bit each.
    done: u8,
    /// `EVENT#{job}#{step}#{metric}`: how many there are of each step.
    events: [u8; STEPS],
    /// Raised by every change of the job.
    version: u8,
    /// A worker that ended a step and was not answered will say it again.
    again: u8,
    settling: [Settling; 2],
    /// What was charged, how often, and in which month: for the properties only.
    charged: u8,
    charges: u8,
    wrong_month: bool,
    held_in: u8,
}

/// Where a request to render is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Request {
    /// Not made yet.
    #[default]
    Unasked,
    /// Counters were read; only a broken protocol waits here.
    Read([u8; METRICS]),
    /// The first metric is held; only a broken protocol waits here.
    Partly,
    /// The job was accepted.
    Accepted,
    /// The job was refused.
    Refused,
}

/// Where one that ends a job is: it reads job and hold, then writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Settling {
    /// Not begun.
    #[default]
    Idle,
    /// Has read job and hold.
    Read {
        /// That of the hold.
        month: u8,
        /// The steps that were done.
        done: u8,
        /// The job's version.
        version: u8,
    },
    /// Has ended.
    Over,
}

/// All of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    month: u8,
    usage: [Usage; MONTHS],
    jobs: [Job; JOBS],
    duplicates: u8,
}

/// What can happen, to a job by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `accept_job` with `QuotaManager::hold`: one transaction.
    Hold(usize),
    /// The same request comes again, without the idempotency key: the job's own id refuses it.
    HoldAgain(usize),
    /// `finish` with `UsageCounter::record`: the step, the second number, is done, its event is there.
    Record(usize, usize),
    /// The same, sent again because it was not answered.
    RecordAgain(usize, usize),
    /// One of those that may end a job, the second number, reads it and its hold (`find_hold`).
    FindHold(usize, usize),
    /// The same one writes: `QuotaManager::commit` with what the job has used.
    Commit(usize, usize),
    /// The month ends.
    NextMonth,
}

impl Holds {
    fn broken(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    /// The hold: `total <= limit - n` for each metric and the item `HOLD#{job}`, all or nothing.
    fn hold(&self, state: &mut State, job: usize) {
        let month = usize::from(state.month);
        let total = state.usage[month].total;
        let fits = |metric: usize, total: u8| total + HELD[metric] <= LIMIT[metric];
        let request = &mut state.jobs[job].request;
        match *request {
            Request::Unasked if self.broken(Mutation::HoldReadThenWrite) => {
                let fit = (0..METRICS).all(|metric| fits(metric, total[metric]));
                *request = if fit { Request::Read(total) } else { Request::Refused };
                return;
            }
            Request::Unasked if self.broken(Mutation::HoldTransaction) => {
                *request = if fits(0, total[0]) { Request::Partly } else { Request::Refused };
                if *request == Request::Partly {
                    state.usage[month].total[0] += HELD[0];
                }
                return;
            }
            Request::Read(total) => state.usage[month].total = std::array::from_fn(|m| total[m] + HELD[m]),
            Request::Partly if !fits(1, total[1]) => {
                *request = Request::Refused;
                return;
            }
            Request::Partly => state.usage[month].total[1] += HELD[1],
            _ => {
                let fit = (0..METRICS).all(|metric| fits(metric, total[metric]));
                if !fit && !self.broken(Mutation::HoldCondition) {
                    *request = Request::Refused;
                    return;
                }
                state.usage[month].total = std::array::from_fn(|metric| total[metric] + HELD[metric]);
            }
        }
        let held_in = state.month;
        let job = &mut state.jobs[job];
        (job.request, job.running, job.hold, job.held_in) = (Request::Accepted, true, Some(held_in), held_in);
    }

    /// The end of a step: step running → done, job running, the event new; all or nothing.
    fn record(&self, job: &mut Job, step: usize) {
        let known = job.events[step] > 0;
        let done = job.done & 1 << step != 0;
        if self.broken(Mutation::EventOnce) && known {
            // The event of another attempt has another name, and nothing else stands in its way.
            job.events[step] += 1;
            return;
        }
        if job.running && !done && !known {
            job.done |= 1 << step;
            job.events[step] += 1;
            job.version += 1;
        }
    }

    /// The end of a job: as it was read, the hold there; `used` is charged and the rest given back.
    fn commit(&self, state: &mut State, job: usize, by: usize) {
        let now = state.month;
        let Settling::Read { month, done, version } = state.jobs[job].settling[by] else { return };
        let ending = &mut state.jobs[job];
        let same = ending.version == version && ending.running;
        let once = ending.hold.is_some() && ending.running;
        let same = same || self.broken(Mutation::CommitVersion) && once;
        let settled = self.broken(Mutation::CommitOnce) && !once;
        if !same && !settled {
            // Changed meanwhile: look again. Settled by another: over.
            ending.settling[by] = if once { Settling::Idle } else { Settling::Over };
            return;
        }
        let used = u8::try_from(done.count_ones()).unwrap_or(u8::MAX);
        ending.settling[by] = Settling::Over;
        ending.running = false;
        ending.hold = None;
        ending.version += 1;
        ending.charged += used;
        ending.charges += 1;
        let charged_to = if self.broken(Mutation::HoldMonth) { now } else { month };
        ending.wrong_month |= charged_to != ending.held_in;
        let usage = &mut state.usage[usize::from(charged_to)];
        usage.total = std::array::from_fn(|m| (usage.total[m] + used).saturating_sub(HELD[m]));
        usage.used = usage.used.map(|before| before + used);
    }
}

impl Model for Holds {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State { duplicates: self.duplicates, ..State::default() }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (job, it) in state.jobs.iter().enumerate() {
            let asked = matches!(it.request, Request::Accepted | Request::Refused);
            if !asked {
                actions.push(Action::Hold(job));
            } else if state.duplicates > 0 && it.request == Request::Accepted {
                actions.push(Action::HoldAgain(job));
            }
            for step in 0..STEPS {
                let done = it.done & 1 << step != 0;
                if it.running && !done {
                    actions.push(Action::Record(job, step));
                } else if done && state.duplicates > 0 {
                    actions.push(Action::RecordAgain(job, step));
                }
            }
            for by in 0..it.settling.len() {
                // The first is the worker of the last step, or a cancellation, or after a day the sweeper:
                // one of them always comes. The second is one of the others, late or at the same time.
                let comes = by == 0 && !self.broken(Mutation::Expiry) || by == 1 && state.duplicates > 0;
                match it.settling[by] {
                    Settling::Idle if comes && it.running => actions.push(Action::FindHold(job, by)),
                    Settling::Read { .. } => actions.push(Action::Commit(job, by)),
                    Settling::Idle | Settling::Over => {}
                }
            }
        }
        if usize::from(state.month) + 1 < MONTHS {
            actions.push(Action::NextMonth);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Hold(job) => self.hold(&mut state, job),
            // Its first item, `put_new` of the job, fails, and with it all the others.
            Action::HoldAgain(_) => state.duplicates -= 1,
            Action::Record(job, step) => self.record(&mut state.jobs[job], step),
            Action::RecordAgain(job, step) => {
                state.duplicates -= 1;
                self.record(&mut state.jobs[job], step);
            }
            Action::FindHold(job, by) => {
                state.duplicates -= u8::from(by == 1);
                let job = &mut state.jobs[job];
                let (month, done, version) = (job.hold?, job.done, job.version);
                job.settling[by] = Settling::Read { month, done, version };
            }
            Action::Commit(job, by) => self.commit(&mut state, job, by),
            Action::NextMonth => state.month += 1,
        }
        Some(state)
    }

    fn format_action(&self, action: &Action) -> String {
        let who = |by: &usize| if *by == 0 { "its worker" } else { "another" };
        match action {
            Action::Hold(job) => format!("job {job}: hold"),
            Action::HoldAgain(job) => format!("job {job}: hold comes again"),
            Action::Record(job, step) => format!("job {job}: step {step} is done and recorded"),
            Action::RecordAgain(job, step) => format!("job {job}: step {step} is recorded again"),
            Action::FindHold(job, by) => format!("job {job}: {} finds the hold", who(by)),
            Action::Commit(job, by) => format!("job {job}: {} commits", who(by)),
            Action::NextMonth => "the month ends".to_owned(),
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("used and held are never over the limit", |_, state: &State| {
                state
                    .usage
                    .iter()
                    .all(|usage| (0..METRICS).all(|metric| usage.total[metric] <= LIMIT[metric]))
            }),
            Property::always(
                "total = used + all holds of the month; a refused job has none",
                |_, state: &State| {
                    (0..MONTHS).all(|month| {
                        let holds = state.jobs.iter().filter(|job| job.hold.map(usize::from) == Some(month));
                        let holds = u8::try_from(holds.count()).unwrap_or(u8::MAX);
                        let usage = &state.usage[month];
                        (0..METRICS)
                            .all(|metric| usage.total[metric] == usage.used[metric] + holds * HELD[metric])
                    })
                },
            ),
            Property::always("a job is charged at most once", |_, state: &State| {
                state.jobs.iter().all(|job| job.charges <= 1)
            }),
            Property::always("a job is charged to the month of its hold", |_, state: &State| {
                !state.jobs.iter().any(|job| job.wrong_month)
            }),
            Property::always("a step is one event, however often it is recorded", |_, state: &State| {
                state.jobs.iter().flat_map(|job| job.events).all(|events| events <= 1)
            }),
            Property::always("the usage of a month = the events of its settled jobs", |_, state: &State| {
                (0..MONTHS).all(|month| {
                    let settled = state.jobs.iter().filter(|job| {
                        job.request == Request::Accepted && !job.running && usize::from(job.held_in) == month
                    });
                    let events: u8 = settled.flat_map(|job| job.events).sum();
                    state.usage[month].used == [events; METRICS]
                })
            }),
            Property::always("in the end nothing is held", |model: &Self, state: &State| {
                // Faults may still happen; nothing else can.
                let mut left = Vec::new();
                model.actions(&State { duplicates: 0, ..*state }, &mut left);
                !left.is_empty() || state.jobs.iter().all(|job| job.hold.is_none() && !job.running)
            }),
            Property::sometimes("a job is refused at the limit", |_, state: &State| {
                state.jobs.iter().any(|job| job.request == Request::Refused)
            }),
            Property::sometimes(
                "a job is refused by one metric that another has room for",
                |_, state: &State| {
                    let refused = state.jobs.iter().any(|job| job.request == Request::Refused);
                    refused && state.usage[0].total[0] < LIMIT[0]
                },
            ),
            Property::sometimes("what a settlement gives back lets another job in", |_, state: &State| {
                state.jobs.iter().all(|job| job.request == Request::Accepted && job.held_in == 0)
            }),
            Property::sometimes("a job is charged to a month that is over", |_, state: &State| {
                state.month == 1 && state.usage[0].used[0] > 0 && state.usage[1].total[1] > 0
            }),
        ]
    }
}
