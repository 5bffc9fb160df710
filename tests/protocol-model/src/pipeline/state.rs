//! The tables, the queue and the processes at one moment.

use super::model::Pipeline;

/// Steps of all jobs together, jobs, tenants, and processes that run at the same time, at most.
const STEPS: usize = 5;
const JOBS: usize = 2;
const TENANTS: usize = 2;
const PROCESSES: usize = 3;

/// An entry in the index `due`. The model has no clock: an entry is not due yet, or it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Due {
    /// No entry.
    #[default]
    Never,
    /// An entry whose time has not come.
    Later,
    /// An entry whose time has come.
    Now,
}

/// `JobStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JobStatus {
    /// Its steps are being created, or run.
    #[default]
    Running,
    /// Its film is in the library.
    Done,
    /// A step failed for good.
    Failed,
    /// A person cancelled it.
    Cancelled,
}

/// `JOB#{job}`, with its hold and its film.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Job {
    pub(super) status: JobStatus,
    pub(super) version: u8,
    /// Units that its steps have used (`Tally::used`).
    pub(super) used: u8,
    /// Whether its steps have been created; only a mutated protocol relies on it.
    pub(super) steps_created: bool,
    pub(super) due: Due,
    /// `HOLD#{job}` is there.
    pub(super) hold: bool,
    /// What was charged when the hold was committed.
    pub(super) charged: u8,
    /// How often `VIDEO#{video}` was put.
    pub(super) films: u8,
    /// Whether a person has asked to cancel it.
    pub(super) asked_to_cancel: bool,
}

/// `StepState`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Not created yet.
    #[default]
    Absent,
    /// Other steps must end first.
    Waiting,
    /// In the backlog: the item `LINE#{job}#{position}` exists.
    Ready,
    /// A message is under way.
    Queued,
    /// A worker holds the lease.
    Running,
    /// Its artefact is there.
    Done,
    /// Tried often enough.
    Failed,
    /// Its job had ended.
    Cancelled,
}

/// `STEP#{job}#{step}`, with its usage event and the objects of its attempts. An attempt is named by the
/// fence that it got: no two attempts of a step get the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Step {
    pub(super) state: StepState,
    pub(super) waits: u8,
    pub(super) attempts: u8,
    pub(super) fence: u8,
    /// The fence of the slow worker beside which another one tries; 0 for none.
    pub(super) rival: u8,
    /// The present or last attempt.
    pub(super) attempt: u8,
    pub(super) due: Due,
    /// Messages under way that name it.
    pub(super) messages: u8,
    /// The fence in a message that asks for a second worker; 0 for no such message.
    pub(super) hedge: u8,
    /// Which attempts have stored their objects, a bit each.
    pub(super) stored: u16,
    /// What it was charged, once it is done.
    pub(super) charged: u8,
    /// `EVENT#{job}#{step}#{metric}`: how often it was put.
    pub(super) events: u8,
    /// How often it was released.
    pub(super) releases: u8,
}

/// `ARTEFACT#{hash}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Artefact {
    /// Whose objects count: step and attempt. None when there is no record.
    pub(super) by: Option<(u8, u8)>,
    pub(super) uses: u8,
    /// How often it was made.
    pub(super) made: u8,
    /// How often it was charged.
    pub(super) charged: u8,
}

/// `LANE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TenantSlots {
    pub(super) taken: i8,
    pub(super) backlog: i8,
    pub(super) due: Due,
}

/// A set of steps.
pub type Steps = u8;

/// A process, by the call that it makes next. What it knows from earlier calls is in its fields, and may be
/// out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Process {
    /// The API after it accepted a job, or the sweeper: writes a part of the job's steps (`create_steps`).
    CreateSteps {
        /// The job.
        job: u8,
        /// How many of its steps are not written yet.
        left: u8,
    },
    /// Reads the slots and the front of the backlog (`fill_slots`).
    ReadSlots {
        /// The tenant of the backlog.
        tenant: u8,
        /// The job whose steps are being created; none when the sweeper fills the slots.
        for_job: Option<u8>,
    },
    /// Moves the steps that it read from the backlog into the queue (`fill_slots`).
    FillSlots {
        /// The tenant of the backlog.
        tenant: u8,
        /// The job whose steps are being created; none when the sweeper fills the slots.
        for_job: Option<u8>,
        /// The steps that it read.
        chosen: Steps,
    },
    /// Sends messages.
    SendMessages {
        /// The steps that the messages name.
        steps: Steps,
        /// The job whose steps are being created; none when the sweeper fills the slots.
        for_job: Option<u8>,
    },
    /// Records that a job's steps exist (`mark_steps_created`).
    MarkStepsCreated {
        /// The job.
        job: u8,
    },
    /// The sweeper, which has taken a job's entry, reads the job (`Sweeper::take_job`).
    ReadJob {
        /// The job.
        job: u8,
    },
    /// Takes the steps of a job that ended out of the backlog (`clear_backlog`).
    ClearBacklog {
        /// The job.
        job: u8,
    },
    /// Removes its entry from the index (`set_job_due`).
    SetJobDue {
        /// The job.
        job: u8,
    },
    /// Reads a job that a person cancels (`cancel_job`).
    ReadToCancel {
        /// The job.
        job: u8,
    },
    /// Ends it.
    CancelJob {
        /// The job.
        job: u8,
        /// Its version when it was read.
        version: u8,
        /// What it had used then.
        used: u8,
    },
    /// A worker with a message claims the step (`claim`).
    Claim {
        /// The step.
        step: u8,
        /// The fence beside which it tries; 0 where the message asks for no second worker.
        beside: u8,
        /// The fence that it got without being answered; 0 for none.
        unanswered: u8,
    },
    /// Reads job, artefact, and what a lost attempt may have stored (`prepare`, `Worker`).
    Prepare {
        /// The step.
        step: u8,
        /// Its fence, and so its attempt.
        fence: u8,
        /// The attempt before it; 0 for none.
        before: u8,
    },
    /// Has made the artefact, which was paid for, and stores its objects.
    Store {
        /// The step.
        step: u8,
        /// The worker's fence.
        fence: u8,
    },
    /// Reads the items that finishing the step changes (`finish`).
    ReadContext {
        /// The step.
        step: u8,
        /// The worker's fence.
        fence: u8,
        /// Whose objects it brings; 0 where the artefact is there already.
        by: u8,
    },
    /// Finishes the step (`finish`).
    Finish {
        /// The step.
        step: u8,
        /// The worker's fence.
        fence: u8,
        /// Whose objects it brings; 0 where the artefact is there already.
        by: u8,
        /// What it read.
        seen: Seen,
    },
    /// Returns the step to the queue (`nack`).
    Nack {
        /// The step.
        step: u8,
        /// The worker's fence.
        fence: u8,
    },
    /// Reads the job of a step that failed for good (`fail_job`).
    ReadToFail {
        /// The step.
        step: u8,
        /// The worker's fence.
        fence: u8,
    },
    /// Ends it.
    FailJob {
        /// The step.
        step: u8,
        /// The worker's fence.
        fence: u8,
        /// The job's version when it was read.
        version: u8,
        /// What it had used then.
        used: u8,
    },
    /// Cancels a step whose job has ended, and releases its slot (`cancel_step`).
    CancelStep {
        /// The step.
        step: u8,
        /// The worker's fence.
        fence: u8,
    },
}

/// What `finish` read before it writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seen {
    pub(super) version: u8,
    /// What the job had used.
    pub(super) used: u8,
    /// What the dependents waited for, in their order.
    pub(super) waits: [u8; 2],
    /// Free slots, the step's own among them.
    pub(super) free: u8,
    /// The steps that are to leave the backlog.
    pub(super) next: Steps,
}

/// Everything at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    pub(super) jobs: [Job; JOBS],
    pub(super) steps: [Step; STEPS],
    pub(super) slots: [TenantSlots; TENANTS],
    pub(super) artefacts: [Artefact; STEPS],
    /// Sorted, so that states which differ only in the order of processes are one.
    pub(super) processes: [Option<Process>; PROCESSES],
    /// How many faults may still happen.
    pub(super) faults: u8,
    /// A worker changed a step that was no longer leased to it.
    pub(super) late_write: bool,
    /// An artefact was made again although an earlier attempt of the same step had stored it.
    pub(super) made_in_vain: bool,
    /// Objects that a record names were overwritten.
    pub(super) overwritten: bool,
}

impl State {
    /// The jobs are accepted and hold what they may use (`accept_job`); the API goes on with each.
    pub(super) fn accepted(model: &Pipeline) -> Self {
        let mut state = Self { faults: model.faults, ..Self::default() };
        for job in 0..model.tenants.len() {
            state.jobs[job] = Job { hold: true, due: Due::Later, ..Job::default() };
            state.enter(Process::CreateSteps { job: job as u8, left: model.steps_of(job).count() as u8 });
        }
        state
    }

    pub(super) fn enter(&mut self, process: Process) {
        if let Some(free) = self.processes.iter_mut().find(|p| p.is_none()) {
            *free = Some(process);
            self.processes.sort_unstable();
        }
    }

    /// The process goes on with another call, or ends.
    pub(super) fn replace(&mut self, process: Process, by: Option<Process>) {
        if let Some(slot) = self.processes.iter_mut().find(|p| **p == Some(process)) {
            *slot = by;
            self.processes.sort_unstable();
        }
    }

    pub(super) fn running(&self) -> impl Iterator<Item = Process> {
        self.processes.iter().copied().flatten()
    }
}

impl Step {
    /// Whether this fence is the step's, or that of the one beside.
    pub(super) fn is_under(&self, fence: u8) -> bool {
        self.fence == fence || self.rival == fence
    }

    /// Another attempt holds the step, under the next fence; gives the one before it.
    pub(super) fn lease(&mut self) -> u8 {
        self.fence += 1;
        (self.state, self.due) = (StepState::Running, Due::Later);
        std::mem::replace(&mut self.attempt, self.fence)
    }
}

impl State {
    /// The step, to be changed by a worker; notes whether it was still that worker's.
    pub(super) fn write_as(&mut self, step: u8, fence: u8) -> &mut Step {
        let it = &mut self.steps[usize::from(step)];
        self.late_write |= it.state != StepState::Running || !it.is_under(fence);
        it
    }
}

impl Process {
    /// The step in whose name it acts, and with which fence (0 before it has one).
    pub(super) const fn worker(&self) -> Option<(usize, u8)> {
        match *self {
            Self::Claim { step, unanswered, .. } => Some((step as usize, unanswered)),
            Self::Prepare { step, fence, .. }
            | Self::Store { step, fence }
            | Self::ReadContext { step, fence, .. }
            | Self::Finish { step, fence, .. }
            | Self::Nack { step, fence }
            | Self::ReadToFail { step, fence }
            | Self::FailJob { step, fence, .. }
            | Self::CancelStep { step, fence } => Some((step as usize, fence)),
            _ => None,
        }
    }

    /// The job whose steps it creates, or that it ends or clears up.
    pub(super) const fn job(&self) -> Option<usize> {
        match *self {
            Self::CreateSteps { job, .. }
            | Self::MarkStepsCreated { job }
            | Self::ReadJob { job }
            | Self::ClearBacklog { job }
            | Self::SetJobDue { job }
            | Self::ReadToCancel { job }
            | Self::CancelJob { job, .. } => Some(job as usize),
            Self::ReadSlots { for_job: Some(job), .. }
            | Self::FillSlots { for_job: Some(job), .. }
            | Self::SendMessages { for_job: Some(job), .. } => Some(job as usize),
            _ => None,
        }
    }
}

/// The members of a set of steps.
pub(super) fn members(steps: Steps) -> impl Iterator<Item = usize> {
    (0..STEPS).filter(move |step| steps & 1 << step != 0)
}
