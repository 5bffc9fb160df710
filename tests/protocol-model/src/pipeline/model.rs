use super::fault::Fault;
use super::mutation::Mutation;

/// What a step is, before anything happens.
#[derive(Clone, Copy, Debug)]
pub struct PlannedStep {
    /// Its name in traces.
    pub name: &'static str,
    /// The job that it belongs to.
    pub job: usize,
    /// The artefact that it makes; steps of one tenant with the same artefact share it.
    pub artefact: usize,
    /// The steps that must end first.
    pub after: &'static [usize],
}

/// The model: jobs and their steps, limits, and what may go wrong.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name in reports.
    pub name: &'static str,
    /// The steps of all jobs, each job's in the order of its plan. A job's last step is its film.
    pub steps: &'static [PlannedStep],
    /// The tenant of each job.
    pub tenants: &'static [usize],
    /// Steps of one tenant that are queued or running at once (`TENANT_CONCURRENCY`).
    pub tenant_concurrency: u8,
    /// How often a step is begun before its job fails (`RETRIES` and one).
    pub attempts: u8,
    /// How many processes run at once.
    pub processes: usize,
    /// Faults in one run, of all kinds together.
    pub faults: u8,
    /// The kinds of faults that may happen.
    pub kinds: &'static [Fault],
    /// Whether people cancel their jobs.
    pub cancels: bool,
    /// A condition that is taken out, to see that the checker notices.
    pub mutation: Option<Mutation>,
}

impl Pipeline {
    pub(super) fn lacks(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    pub(super) fn job_of(&self, step: usize) -> usize {
        self.steps[step].job
    }

    pub(super) fn tenant_of(&self, step: usize) -> usize {
        self.tenants[self.job_of(step)]
    }

    /// The steps that wait for this one.
    pub(super) fn dependents(&self, step: usize) -> impl Iterator<Item = usize> {
        (0..self.steps.len()).filter(move |other| self.steps[*other].after.contains(&step))
    }

    /// Whether the job ends with this step.
    pub(super) fn is_film(&self, step: usize) -> bool {
        self.dependents(step).next().is_none()
    }

    /// The steps of a job in the order of its plan.
    pub(super) fn steps_of(&self, job: usize) -> impl Iterator<Item = usize> {
        (0..self.steps.len()).filter(move |step| self.job_of(*step) == job)
    }
}
