//! An artefact that several jobs want, from its making to its deletion: `shared/studio/src/store/artefacts.rs`,
//! and what `finish.rs`, the worker and `sweeper` do with it.
//!
//! Each job has one step that wants the artefact: it finds the record and uses it, or makes it. A worker may
//! die or be taken over by a second one. When the film of a job is no longer wanted, the sweeper releases
//! what it used; it may die after any call, and comes again. What nobody uses is deleted: first the record, in
//! one transaction with a note on the job's step that says which objects are to go; then the objects.

use stateright::{Model, Property};

/// Jobs that want the artefact.
const JOBS: usize = 2;
/// Attempts of each job's step: one, another for each time that the other job's artefact is deleted before it is
/// used, and for each fault.
const TRIES: usize = 4;

/// A condition taken out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A use is added whether there is a record or not: an update of an item that is not there makes one.
    Use,
    /// A record is put although there is one.
    New,
    /// A record is deleted without the condition that its uses are still zero.
    Unused,
    /// A job releases an artefact each time the sweeper comes.
    Once,
    /// An attempt that finds its artefact deleted makes it again itself, under the same name.
    Again,
    /// Nothing notes which objects are to be deleted once the record is.
    Outbox,
    /// All attempts write the same objects.
    Objects,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Use, Self::New, Self::Unused, Self::Once, Self::Again, Self::Outbox, Self::Objects];
}

/// The model.
#[derive(Clone, Debug)]
pub struct Artefacts {
    /// How many processes may die or be too slow.
    pub faults: u8,
    /// What is taken out, to see that the checker notices.
    pub mutation: Option<Mutation>,
}

/// `ARTEFACT#{hash}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// The attempt whose objects count.
    by: u8,
    uses: u8,
}

/// A worker, by what it does next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Worker {
    /// Not begun.
    #[default]
    Idle,
    /// Reads the record, and looks for objects of earlier attempts.
    Find,
    /// Stores its objects.
    Store,
    /// Ends the step with objects of its own, or of an attempt before it, that have no record.
    Keep(u8),
    /// Ends the step with the artefact of this attempt, whose record is there.
    Reuse(u8),
    /// Has ended, or died.
    Over,
}

/// The sweeper behind a job whose film is not wanted any more, by what it does next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sweeper {
    /// Comes when the job's entry is due.
    #[default]
    Away,
    /// One use less, once (`release_artefact`).
    ReleaseUse,
    /// Reads the record and the step (`delete_unused`).
    Look,
    /// Deletes the record of this attempt, which nobody used (`delete_unused`).
    DeleteRecord(u8),
    /// Deletes the objects of this attempt.
    Delete(u8),
    /// Nothing is left of the job (`set_job_due`).
    Leave,
}

/// A job, its step that wants the artefact, and who is at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Job {
    tries: [Worker; TRIES],
    done: bool,
    released: bool,
    /// Whose objects are to be deleted.
    deletes: Option<u8>,
    /// The film is not wanted any more; the entry is due until nothing is left.
    discarded: bool,
    left: bool,
    sweeper: Sweeper,
}

/// All of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    record: Option<Record>,
    /// Attempts whose objects are there, a bit each.
    objects: u8,
    /// `STORAGE`: artefacts that a tenant is charged for.
    stored: i8,
    jobs: [Job; JOBS],
    faults: u8,
    /// Attempts that had a record once, a bit each: for the properties only.
    recorded: u8,
}

/// What can happen, to a job by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A worker, the second number, begins.
    Begin(usize, usize),
    /// It makes its next call.
    Work(usize, usize),
    /// It dies.
    Die(usize, usize),
    /// Another one begins although it lives.
    TakeOver(usize),
    /// Nobody wants the film any more.
    Discard(usize),
    /// The sweeper comes.
    Sweep(usize),
    /// It makes its next call.
    CleanUp(usize),
    /// It dies.
    DieSweeping(usize),
}

/// The name of an attempt.
const fn attempt(job: usize, nth: usize) -> u8 {
    (job * TRIES + nth) as u8
}

impl Artefacts {
    fn lacks(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    /// Whose objects a key names.
    fn objects_of(&self, attempt: u8) -> u8 {
        if self.lacks(Mutation::Objects) { 1 } else { 1 << attempt }
    }

    fn work(&self, state: &mut State, job: usize, nth: usize) {
        let me = attempt(job, nth);
        let is_held =
            !state.jobs[job].done && state.jobs[job].tries[nth + 1..].iter().all(|it| *it == Worker::Idle);
        let next = match state.jobs[job].tries[nth] {
            Worker::Find => {
                match (
                    state.record,
                    (0..nth).rev().find(|n| state.objects & self.objects_of(attempt(job, *n)) != 0),
                ) {
                    (Some(record), _) => Worker::Reuse(record.by),
                    (None, Some(earlier)) => Worker::Keep(attempt(job, earlier)),
                    (None, None) => Worker::Store,
                }
            }
            Worker::Store => {
                state.objects |= self.objects_of(me);
                Worker::Keep(me)
            }
            Worker::Keep(_) | Worker::Reuse(_) if !is_held => Worker::Over,
            // `put_new`: there is no record. Otherwise another job was first.
            Worker::Keep(by) => match state.record {
                Some(record) if !self.lacks(Mutation::New) => Worker::Reuse(record.by),
                _ => {
                    state.record = Some(Record { by, uses: 1 });
                    state.recorded |= 1 << by;
                    state.stored += 1;
                    state.jobs[job].done = true;
                    Worker::Over
                }
            },
            // The record is the one that was read. Otherwise the step is given back: another attempt finds or makes
            // it, because no attempt may store twice.
            Worker::Reuse(by) => {
                let is_there = state.record.is_some_and(|record| record.by == by);
                if is_there || self.lacks(Mutation::Use) {
                    state.record.get_or_insert(Record { by, uses: 0 }).uses += 1;
                    state.jobs[job].done = true;
                }
                match state.jobs[job].done {
                    false if self.lacks(Mutation::Again) => Worker::Find,
                    _ => Worker::Over,
                }
            }
            idle @ (Worker::Idle | Worker::Over) => idle,
        };
        state.jobs[job].tries[nth] = next;
    }

    fn clean_up(&self, state: &mut State, job: usize) {
        let it = &mut state.jobs[job];
        it.sweeper = match it.sweeper {
            Sweeper::Away => Sweeper::ReleaseUse,
            Sweeper::ReleaseUse => {
                if let Some(record) = state.record.as_mut().filter(|record| record.uses > 0)
                    && (!it.released || self.lacks(Mutation::Once))
                {
                    record.uses -= 1;
                    it.released = true;
                }
                Sweeper::Look
            }
            Sweeper::Look => match (it.deletes, state.record) {
                (Some(by), _) => Sweeper::Delete(by),
                (None, Some(Record { uses: 0, by })) => Sweeper::DeleteRecord(by),
                _ => Sweeper::Leave,
            },
            // The record is the one that was read, and nobody uses it; the step notes what is to be deleted.
            Sweeper::DeleteRecord(by) => {
                let unused = |record: Record| record.uses == 0 || self.lacks(Mutation::Unused);
                if state.record.is_some_and(|record| record.by == by && unused(record)) {
                    state.record = None;
                    state.stored -= 1;
                    it.deletes = (!self.lacks(Mutation::Outbox)).then_some(by);
                    Sweeper::Delete(by)
                } else {
                    Sweeper::Look
                }
            }
            Sweeper::Delete(by) => {
                state.objects &= !self.objects_of(by);
                Sweeper::Leave
            }
            Sweeper::Leave => {
                it.left = true;
                Sweeper::Away
            }
        };
    }
}

impl Model for Artefacts {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State { faults: self.faults, ..State::default() }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (job, it) in state.jobs.iter().enumerate() {
            for (nth, worker) in it.tries.iter().enumerate() {
                let before_died = nth == 0 || it.tries[nth - 1] == Worker::Over && !it.done;
                match worker {
                    Worker::Idle if before_died => actions.push(Action::Begin(job, nth)),
                    Worker::Idle | Worker::Over => {}
                    _ => {
                        actions.push(Action::Work(job, nth));
                        // The last attempt of all succeeds, or the job would fail, which is not the point here.
                        if state.faults > 0 && nth + 1 < TRIES {
                            actions.push(Action::Die(job, nth));
                            if it.tries[nth + 1] == Worker::Idle && !it.done {
                                actions.push(Action::TakeOver(job));
                            }
                        }
                    }
                }
            }
            if it.done && !it.discarded {
                actions.push(Action::Discard(job));
            }
            match it.sweeper {
                Sweeper::Away if it.discarded && !it.left => actions.push(Action::Sweep(job)),
                Sweeper::Away => {}
                _ => {
                    actions.push(Action::CleanUp(job));
                    if state.faults > 0 {
                        actions.push(Action::DieSweeping(job));
                    }
                }
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Begin(job, nth) => state.jobs[job].tries[nth] = Worker::Find,
            Action::Work(job, nth) => self.work(&mut state, job, nth),
            Action::Die(job, nth) => {
                state.faults -= 1;
                state.jobs[job].tries[nth] = Worker::Over;
            }
            Action::TakeOver(job) => {
                state.faults -= 1;
                let next = state.jobs[job].tries.iter_mut().find(|worker| **worker == Worker::Idle)?;
                *next = Worker::Find;
            }
            Action::Discard(job) => state.jobs[job].discarded = true,
            Action::Sweep(job) | Action::CleanUp(job) => self.clean_up(&mut state, job),
            Action::DieSweeping(job) => {
                state.faults -= 1;
                state.jobs[job].sweeper = Sweeper::Away;
            }
        }
        Some(state)
    }

    fn format_action(&self, action: &Action) -> String {
        match action {
            Action::Begin(job, nth) => format!("job {job}: attempt {nth} begins"),
            Action::Work(job, nth) => format!("job {job}: attempt {nth} makes its next call"),
            Action::Die(job, nth) => format!("job {job}: FAULT attempt {nth} dies"),
            Action::TakeOver(job) => format!("job {job}: FAULT another attempt begins although one lives"),
            Action::Discard(job) => format!("job {job}: nobody wants the film any more"),
            Action::Sweep(job) => format!("job {job}: the sweeper comes"),
            Action::CleanUp(job) => format!("job {job}: the sweeper makes its next call"),
            Action::DieSweeping(job) => format!("job {job}: FAULT the sweeper dies"),
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        fn users(state: &State) -> usize {
            state.jobs.iter().filter(|job| job.done && !job.released).count()
        }
        fn is_over(state: &State) -> bool {
            let idle =
                |job: &Job| job.tries.iter().all(|worker| matches!(worker, Worker::Idle | Worker::Over));
            state.jobs.iter().all(|job| job.left && idle(job))
        }
        vec![
            Property::always("what a film uses is there", |model: &Self, state: &State| {
                let is_there = |record: Record| state.objects & model.objects_of(record.by) != 0;
                users(state) == 0 || state.record.is_some_and(is_there)
            }),
            Property::always("uses = films that use it", |_, state: &State| {
                let uses = state.record.map_or(0, |record| usize::from(record.uses));
                uses == users(state)
            }),
            Property::always("storage is charged for what has a record", |_, state: &State| {
                state.stored == i8::from(state.record.is_some())
            }),
            Property::always("in the end neither record nor objects are left", |_, state: &State| {
                !is_over(state) || state.record.is_none() && state.objects & state.recorded == 0
            }),
            Property::sometimes("it is made, deleted and made again", |_, state: &State| {
                is_over(state) && state.recorded.count_ones() > 1
            }),
            Property::sometimes(
                "it is made again while the old objects are being deleted",
                |_, state: &State| {
                    let deleting = state.jobs.iter().any(|job| matches!(job.sweeper, Sweeper::Delete(_)));
                    deleting && state.record.is_some()
                },
            ),
            Property::sometimes("two films use it, and one releases it", |_, state: &State| {
                users(state) == 1 && state.jobs.iter().any(|job| job.released)
            }),
        ]
    }
}
