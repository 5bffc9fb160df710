//! The render pipeline: what `shared/studio/src/store` writes, who calls it, and what can go wrong between
//! any two calls.
//!
//! - `state`: the tables, the queue and the processes at one moment.
//! - [`rules`] and, for places and lines, `lane`: one function for each function of the store.
//! - `actions`: what may happen next, and what a fault costs.
//! - `properties`: what must be true.
//! - `scenarios`: which jobs, and which faults.

mod actions;
mod lane;
mod properties;
pub mod rules;
mod scenarios;
mod state;
mod words;

pub use actions::{Action, Entry, Fault};
pub use state::{Artefact, Due, Job, Lane, Life, Process, State, Status, Step};

/// Steps of all jobs together, jobs, tenants, and processes that run at the same time, at most.
const STEPS: usize = 5;
const JOBS: usize = 2;
const TENANTS: usize = 2;
const PROCESSES: usize = 3;

/// A condition taken out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A worker writes while the step runs, whoever holds it.
    Fence,
    /// Records of artefacts are put, not put new: two jobs that make the same one both write it.
    OnceKey,
    /// A step gets its entry in `due` after its message was sent, not in the write that queues it.
    Outbox,
    /// A step waits for one less, whatever it waited for when that was read.
    FanIn,
    /// Places are taken without `taken <= most - n`.
    Cap,
    /// A step leaves the line although another one took it meanwhile.
    Line,
    /// A job ends although its counters changed since they were read.
    Version,
    /// A step is counted although its job has ended.
    Running,
    /// A step frees its place although it is no longer held.
    Place,
    /// Attempts write the same objects.
    Objects,
    /// Nobody looks for objects of earlier attempts than the one directly before.
    Adoption,
    /// A claim that was not answered takes the step for its own, whoever has it now.
    Answer,
    /// The sweeper ends a job whose entry it took and that says it is laid out, whatever the time.
    Day,
    /// Nobody sweeps.
    Sweeper,
    /// Nobody watches a line that stands still.
    Watch,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Fence,
        Self::OnceKey,
        Self::Outbox,
        Self::FanIn,
        Self::Cap,
        Self::Line,
        Self::Version,
        Self::Running,
        Self::Place,
        Self::Objects,
        Self::Adoption,
        Self::Answer,
        Self::Day,
        Self::Sweeper,
        Self::Watch,
    ];
}

/// What a step is, before anything happens.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    /// For traces.
    pub name: &'static str,
    /// Whose it is.
    pub job: usize,
    /// Which artefact it makes; steps of one tenant that make the same one share it.
    pub artefact: usize,
    /// The steps that must end first.
    pub after: &'static [usize],
}

/// The model: who wants what, and what may go wrong.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// For reports.
    pub name: &'static str,
    /// The steps of all jobs, each job's in the order of its plan. A job's last step is its film.
    pub steps: &'static [Planned],
    /// Whose each job is.
    pub tenants: &'static [usize],
    /// Steps of one tenant that are queued or running at once (`TENANT_CONCURRENCY`).
    pub most: u8,
    /// How often a step is begun before its job is given up (`RETRIES` and one).
    pub attempts: u8,
    /// Processes at once.
    pub processes: usize,
    /// Faults in one run, of all kinds together.
    pub faults: u8,
    /// Which kinds.
    pub kinds: &'static [Fault],
    /// Whether people stop their jobs.
    pub cancels: bool,
    /// What is taken out, to see that the checker notices.
    pub mutation: Option<Mutation>,
}

impl Pipeline {
    fn lacks(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    fn job_of(&self, step: usize) -> usize {
        self.steps[step].job
    }

    fn tenant_of(&self, step: usize) -> usize {
        self.tenants[self.job_of(step)]
    }

    /// The steps that wait for this one.
    fn dependents(&self, step: usize) -> impl Iterator<Item = usize> {
        (0..self.steps.len()).filter(move |other| self.steps[*other].after.contains(&step))
    }

    /// Whether the job ends with this step.
    fn is_film(&self, step: usize) -> bool {
        self.dependents(step).next().is_none()
    }

    /// The steps of a job in the order of its plan.
    fn steps_of(&self, job: usize) -> impl Iterator<Item = usize> {
        (0..self.steps.len()).filter(move |step| self.job_of(*step) == job)
    }
}
