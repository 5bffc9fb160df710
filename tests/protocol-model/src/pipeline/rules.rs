//! The rules of the store, function by function: what each call reads and writes, under which conditions,
//! and which call its process makes next. Nothing here knows of faults.
//!
//! | here | in `shared/studio/src/store` |
//! |---|---|
//! | [`create_steps`](Pipeline::create_steps), [`mark_steps_created`](Pipeline::mark_steps_created) | `create_steps.rs` |
//! | [`read_slots`](Pipeline::read_slots), [`fill_slots`](Pipeline::fill_slots), [`queue_entries`](Pipeline::queue_entries) | `tenant_slots.rs` |
//! | [`take_step`](Pipeline::take_step), [`join`](Pipeline::join), [`prepare`](Pipeline::prepare), [`renew`](Pipeline::renew), [`is_leased`](Pipeline::is_leased) | `claim.rs` |
//! | [`read_context`](Pipeline::read_context), [`finish`](Pipeline::finish) | `finish.rs` |
//! | [`nack`](Pipeline::nack), [`leave_to_rival`](Pipeline::leave_to_rival) | `nack.rs` |
//! | [`fail_job`](Pipeline::fail_job), [`cancel_job`](Pipeline::cancel_job), [`end_job`](Pipeline::end_job), [`cancel_step`](Pipeline::cancel_step), [`clear_backlog`](Pipeline::clear_backlog) | `end_job.rs` |
//! | [`take_overdue`](Pipeline::take_overdue) | `due_index.rs` |
//! | [`take_job`](Pipeline::take_job) | `functions/sweeper/src/sweeper.rs` |

use super::action::Entry;
use super::model::Pipeline;
use super::mutation::Mutation;
use super::state::{Due, JobStatus, Process, Seen, State, StepState};

/// How many steps one transaction of `create_steps` writes; the product's is 98 items, a long film has more.
const CHUNK: usize = 2;

impl Pipeline {
    /// Makes the next call of a process, and replaces the process by the call that follows, if there is one.
    pub(super) fn call(&self, state: &mut State, process: Process) {
        let next = match process {
            Process::CreateSteps { job, left } => self.create_steps(state, job, left),
            Process::ReadSlots { tenant, for_job } => self.read_slots(state, tenant, for_job),
            Process::FillSlots { tenant, for_job, chosen } => self.fill_slots(state, tenant, for_job, chosen),
            Process::SendMessages { steps, for_job } => self.send(state, steps, for_job),
            Process::MarkStepsCreated { job } => self.mark_steps_created(state, job),
            Process::ReadJob { job } => self.take_job(state, job),
            Process::ClearBacklog { job } => self.clear_backlog(state, job),
            Process::SetJobDue { job } => self.set_job_due(state, job),
            Process::ReadToCancel { job } => self.cancel_job(state, job),
            Process::CancelJob { job, version, used } => self.cancel(state, job, version, used),
            Process::Claim { step, beside: 0, unanswered } => self.take_step(state, step, unanswered),
            Process::Claim { step, beside, .. } => self.join(state, step, beside),
            Process::Prepare { step, fence, before } => self.prepare(state, step, fence, before),
            Process::Store { step, fence } => self.store(state, step, fence),
            Process::ReadContext { step, fence, by } => self.read_context(state, step, fence, by),
            Process::Finish { step, fence, by, seen } => self.finish(state, step, fence, by, seen),
            Process::Nack { step, fence } => self.nack(state, step, fence),
            Process::ReadToFail { step, fence } => self.fail_job(state, step, fence),
            Process::FailJob { step, fence, version, used } => {
                self.failing(state, step, fence, version, used)
            }
            Process::CancelStep { step, fence } => self.cancel_step(state, step, fence),
        };
        state.replace(process, next);
    }

    /// `create_steps`, one transaction: job running; a chunk of its steps, the last ones first, those that wait for
    /// nothing into the backlog. A chunk that is there already is there whole.
    pub fn create_steps(&self, state: &mut State, job: u8, left: u8) -> Option<Process> {
        let (tenant, steps) = (self.tenants[usize::from(job)], self.steps_of(usize::from(job)));
        let steps: Vec<usize> = steps.take(usize::from(left)).collect();
        let first = steps.len().saturating_sub(CHUNK);
        if state.jobs[usize::from(job)].status != JobStatus::Running {
            return None;
        }
        let is_there = steps[first..].iter().any(|step| state.steps[*step].state != StepState::Absent);
        if !is_there {
            for step in &steps[first..] {
                let waits = self.steps[*step].after.len();
                let it = &mut state.steps[*step];
                it.waits = waits as u8;
                it.state = if waits == 0 { StepState::Ready } else { StepState::Waiting };
                it.releases = u8::from(waits == 0);
                state.slots[tenant].backlog += i8::from(waits == 0);
            }
            state.jobs[usize::from(job)].version += 1;
            self.watch_backlog(state, tenant);
        }
        Some(match first {
            0 => Process::ReadSlots { tenant: tenant as u8, for_job: Some(job) },
            left => Process::CreateSteps { job, left: left as u8 },
        })
    }

    /// `mark_steps_created`: job running; the entry that asked for its steps goes. (The one that ends a job after a day
    /// is [`cancel_job`](Self::cancel_job), at any time.)
    pub fn mark_steps_created(&self, state: &mut State, job: u8) -> Option<Process> {
        let job = &mut state.jobs[usize::from(job)];
        if job.status == JobStatus::Running {
            job.due = Due::Never;
            job.steps_created = self.lacks(Mutation::JobTimeout);
        }
        None
    }

    /// `claim` of a message: queued → running with the next fence; or, where the lease of the worker that has
    /// it is over, running → running with the next fence. Where the answer to the first write was lost, the
    /// attempts of the step tell: its own is the last one.
    pub fn take_step(&self, state: &mut State, step: u8, unanswered: u8) -> Option<Process> {
        let it = &mut state.steps[usize::from(step)];
        match it.state {
            StepState::Queued => {}
            StepState::Running if unanswered != 0 => {
                let mine = it.attempt == unanswered || self.lacks(Mutation::LostAnswer);
                return mine.then_some(Process::Prepare { step, fence: it.fence, before: 0 });
            }
            StepState::Running if it.due == Due::Now => it.rival = 0,
            _ => return None,
        }
        it.attempts += 1;
        let before = it.lease();
        Some(Process::Prepare { step, fence: it.fence, before })
    }

    /// `claim` of a hedge: running under that fence, with nobody beside it; both may write from now on.
    pub fn join(&self, state: &mut State, step: u8, beside: u8) -> Option<Process> {
        let it = &mut state.steps[usize::from(step)];
        if it.state != StepState::Running || it.fence != beside || it.rival != 0 {
            return None;
        }
        it.rival = beside;
        let before = it.lease();
        Some(Process::Prepare { step, fence: it.fence, before })
    }

    /// The rest of `claim`, and what `Worker` does with it: a step of an ended job is cancelled, one that was
    /// begun too often fails; an artefact that is there is used; what an earlier attempt stored is adopted;
    /// otherwise somebody is paid to make it.
    pub fn prepare(&self, state: &mut State, step: u8, fence: u8, before: u8) -> Option<Process> {
        let index = usize::from(step);
        let it = state.steps[index];
        if state.jobs[self.job_of(index)].status != JobStatus::Running {
            return Some(Process::CancelStep { step, fence });
        }
        if it.attempts > self.attempts {
            return Some(Process::ReadToFail { step, fence });
        }
        if state.artefacts[self.steps[index].artefact].by.is_some() {
            return Some(Process::ReadContext { step, fence, by: 0 });
        }
        let last_only = self.lacks(Mutation::Adoption);
        let adopted = (1..fence)
            .rev()
            .find(|attempt| it.stored & 1 << attempt != 0 && (!last_only || *attempt == before));
        if let Some(by) = adopted {
            return Some(Process::ReadContext { step, fence, by });
        }
        let is_gone =
            |attempt: u8| !state.running().any(|process| process.worker() == Some((index, attempt)));
        let stored_before = (1..fence).any(|attempt| it.stored & 1 << attempt != 0 && is_gone(attempt));
        state.made_in_vain |= stored_before && self.is_leased(state, step, fence);
        state.artefacts[self.steps[index].artefact].made += 1;
        Some(Process::Store { step, fence })
    }

    /// The objects, under the attempt's own name.
    pub fn store(&self, state: &mut State, step: u8, fence: u8) -> Option<Process> {
        let index = usize::from(step);
        state.steps[index].stored |= 1 << fence;
        let counts = state.artefacts[self.steps[index].artefact].by;
        state.overwritten |= self.lacks(Mutation::Objects) && counts.is_some_and(|by| by != (step, fence));
        Some(Process::ReadContext { step, fence, by: fence })
    }

    /// `renew`: the lease begins again, for each worker that holds the step.
    pub fn renew(&self, state: &mut State, step: u8, fence: u8) -> bool {
        let is_leased = self.is_leased(state, step, fence);
        if is_leased {
            state.write_as(step, fence).due = Due::Later;
        }
        is_leased
    }

    /// `fenced_update`, the condition of every write of a worker: the step runs, and the worker's fence is valid.
    pub fn is_leased(&self, state: &State, step: u8, fence: u8) -> bool {
        let it = &state.steps[usize::from(step)];
        it.state == StepState::Running && (it.is_under(fence) || self.lacks(Mutation::Fence))
    }

    /// `finish`, its reads: job, slots, dependents, front of the backlog.
    pub fn read_context(&self, state: &mut State, step: u8, fence: u8, by: u8) -> Option<Process> {
        let (index, tenant) = (usize::from(step), self.tenant_of(usize::from(step)));
        let job = &state.jobs[self.job_of(index)];
        let mut waits = [0; 2];
        for (seen, dependent) in waits.iter_mut().zip(self.dependents(index)) {
            *seen = state.steps[dependent].waits;
        }
        let free = self.free_slots(state, tenant, 1);
        let released = waits.iter().filter(|waits| **waits == 1).count() as u8;
        let next = self.front_of_backlog(state, tenant, free.saturating_sub(released), step);
        let seen = Seen { version: job.version, used: job.used, waits, free, next };
        Some(Process::Finish { step, fence, by, seen })
    }

    /// `finish`, its transaction: step leased → done; job running, and as it was read if it ends here; the
    /// artefact new, or the one that is used; the usage event new; each dependent waits for as many as was
    /// read, and one less from now on; those released get the free slots, what is left the backlog. With the
    /// last step the film, the job's end and the settlement.
    pub fn finish(&self, state: &mut State, step: u8, fence: u8, by: u8, seen: Seen) -> Option<Process> {
        let (index, tenant) = (usize::from(step), self.tenant_of(usize::from(step)));
        let again = Some(Process::ReadContext { step, fence, by });
        if !self.is_leased(state, step, fence) {
            return None;
        }
        let job = &state.jobs[self.job_of(index)];
        if job.status != JobStatus::Running && !self.lacks(Mutation::Running) {
            return Some(Process::CancelStep { step, fence });
        }
        if self.is_film(index) && job.version != seen.version && !self.lacks(Mutation::Version) {
            return again;
        }
        let artefact = &state.artefacts[self.steps[index].artefact];
        if by != 0 && artefact.by.is_some() && !self.lacks(Mutation::ArtefactOnce) {
            return Some(Process::ReadContext { step, fence, by: 0 });
        }
        let dependents: Vec<(usize, u8)> = self.dependents(index).zip(seen.waits).collect();
        let as_seen = |(dependent, waits): &(usize, u8)| {
            state.steps[*dependent].waits == *waits && state.steps[*dependent].state == StepState::Waiting
        };
        if !dependents.iter().all(as_seen) && !self.lacks(Mutation::FanIn) {
            return again;
        }
        let released = dependents.iter().filter(|(_, waits)| *waits == 1).count() as i8;
        let queued = released.min(seen.free as i8);
        let next = seen.next.count_ones() as i8;
        let taken = queued + next - 1;
        if !self.may_take(state, tenant, taken) || !self.are_ready(state, seen.next) {
            return again;
        }

        let used = u8::from(by != 0);
        let it = state.write_as(step, fence);
        (it.state, it.due, it.charged) = (StepState::Done, Due::Never, used);
        it.events += used;
        let artefact = &mut state.artefacts[self.steps[index].artefact];
        if by != 0 {
            artefact.by = Some((step, by));
        }
        artefact.uses += 1;
        artefact.charged += used;
        let job = &mut state.jobs[self.job_of(index)];
        job.version += 1;
        job.used += used;
        let mut send = seen.next;
        for (dependent, waits) in dependents {
            let waiting = &mut state.steps[dependent];
            waiting.waits = waiting.waits.saturating_sub(1);
            if waits == 1 {
                waiting.releases += 1;
                let gets_place = send.count_ones() as i8 - next < queued;
                waiting.state = if gets_place { StepState::Queued } else { StepState::Ready };
                if gets_place {
                    send |= 1 << dependent;
                }
            }
        }
        self.update_slots(state, tenant, taken, released - queued - next);
        self.queue_entries(state, send);
        if self.is_film(index) {
            state.jobs[self.job_of(index)].films += 1;
            self.end_job(state, self.job_of(index), JobStatus::Done, seen.used + used);
        }
        (send != 0).then_some(Process::SendMessages { steps: send, for_job: None })
    }

    /// `nack`: leased, with no second worker → queued; it keeps its slot. Where another worker has it too,
    /// that one goes on. After the last attempt the job fails.
    pub fn nack(&self, state: &mut State, step: u8, fence: u8) -> Option<Process> {
        if !self.is_leased(state, step, fence) || self.leave_to_rival(state, step, fence) {
            return None;
        }
        let it = state.steps[usize::from(step)];
        if it.attempts >= self.attempts {
            return Some(Process::ReadToFail { step, fence });
        }
        let it = state.write_as(step, fence);
        (it.state, it.due) = (StepState::Queued, Due::Later);
        Some(Process::SendMessages { steps: 1 << step, for_job: None })
    }

    /// `leave_to_rival`: the older one of two takes its fence away; the newer one raises it, so that nobody has
    /// it.
    pub fn leave_to_rival(&self, state: &mut State, step: u8, fence: u8) -> bool {
        let it = &mut state.steps[usize::from(step)];
        let shared = it.rival != 0 && it.is_under(fence);
        if shared && it.rival == fence {
            it.rival = 0;
        } else if shared {
            it.fence += 1;
        }
        shared
    }

    /// `fail_job`, its reads.
    pub fn fail_job(&self, state: &mut State, step: u8, fence: u8) -> Option<Process> {
        let job = &state.jobs[self.job_of(usize::from(step))];
        Some(match job.status {
            JobStatus::Running => Process::FailJob { step, fence, version: job.version, used: job.used },
            _ => Process::CancelStep { step, fence },
        })
    }

    /// `fail_job`, its transaction: step leased → failed, the job as it was read ends, its slot goes to the next step.
    fn failing(&self, state: &mut State, step: u8, fence: u8, version: u8, used: u8) -> Option<Process> {
        if !self.is_leased(state, step, fence) {
            return None;
        }
        let job = self.job_of(usize::from(step));
        if !self.is_as_read(state, job, version) {
            return Some(Process::ReadToFail { step, fence });
        }
        let it = state.write_as(step, fence);
        (it.state, it.due) = (StepState::Failed, Due::Never);
        self.end_job(state, job, JobStatus::Failed, used);
        self.release_slot(state, self.tenants[job], step)
    }

    /// `cancel_job`, its reads.
    pub fn cancel_job(&self, state: &mut State, job: u8) -> Option<Process> {
        let it = &state.jobs[usize::from(job)];
        (it.status == JobStatus::Running).then_some(Process::CancelJob {
            job,
            version: it.version,
            used: it.used,
        })
    }

    /// `cancel_job`, its transaction: the job as it was read ends.
    fn cancel(&self, state: &mut State, job: u8, version: u8, used: u8) -> Option<Process> {
        if !self.is_as_read(state, usize::from(job), version) {
            return Some(Process::ReadToCancel { job });
        }
        self.end_job(state, usize::from(job), JobStatus::Cancelled, used);
        None
    }

    /// The end of a job: what it has used is charged, the rest of its hold is released. Without a film the
    /// sweeper comes to clear up behind it.
    pub fn end_job(&self, state: &mut State, job: usize, status: JobStatus, used: u8) {
        let job = &mut state.jobs[job];
        (job.status, job.hold) = (status, false);
        job.charged += used;
        job.version += 1;
        job.due = if status == JobStatus::Done { Due::Never } else { Due::Now };
    }

    /// `cancel_step`: leased → cancelled, its slot goes to the next step.
    pub fn cancel_step(&self, state: &mut State, step: u8, fence: u8) -> Option<Process> {
        if !self.is_leased(state, step, fence) && !self.lacks(Mutation::SlotRelease) {
            return None;
        }
        let it = state.write_as(step, fence);
        (it.state, it.due) = (StepState::Cancelled, Due::Never);
        self.release_slot(state, self.tenant_of(usize::from(step)), step)
    }

    /// `clear_backlog`: the steps of an ended job that are in the backlog are cancelled.
    pub fn clear_backlog(&self, state: &mut State, job: u8) -> Option<Process> {
        for step in self.steps_of(usize::from(job)) {
            if state.steps[step].state == StepState::Ready {
                state.steps[step].state = StepState::Cancelled;
                state.slots[self.tenant_of(step)].backlog -= 1;
            }
        }
        Some(Process::SetJobDue { job })
    }

    /// `set_job_due`: nothing is left in the backlog of a job that ended.
    fn set_job_due(&self, state: &mut State, job: u8) -> Option<Process> {
        state.jobs[usize::from(job)].due = Due::Never;
        None
    }

    /// `take_overdue` and what the sweeper does with it: an entry is hidden and what is overdue is done. That of a
    /// running step stays as it is: the lease is over until somebody takes the step.
    pub fn take_overdue(&self, state: &mut State, entry: Entry) {
        match entry {
            Entry::Step(step) => {
                let it = &mut state.steps[step];
                it.messages += 1;
                if it.state != StepState::Running {
                    it.due = Due::Later;
                }
            }
            Entry::Job(job) => {
                state.jobs[job].due = Due::Later;
                state.enter(Process::ReadJob { job: job as u8 });
            }
            Entry::Backlog(tenant) if state.slots[tenant].backlog == 0 => {
                state.slots[tenant].due = Due::Never
            }
            Entry::Backlog(tenant) => {
                state.slots[tenant].due = Due::Later;
                state.enter(Process::ReadSlots { tenant: tenant as u8, for_job: None });
            }
        }
    }

    /// What `sweeper` does for a job whose entry it took: creates its steps, where what is there stays as it is, or
    /// clears up behind it. (One that runs for more than a day it ends: [`cancel_job`](Self::cancel_job) again.)
    pub fn take_job(&self, state: &mut State, job: u8) -> Option<Process> {
        let (index, it) = (usize::from(job), state.jobs[usize::from(job)]);
        match it.status {
            JobStatus::Running if self.lacks(Mutation::JobTimeout) && it.steps_created => {
                self.end_job(state, index, JobStatus::Failed, it.used);
                None
            }
            JobStatus::Running => {
                Some(Process::CreateSteps { job, left: self.steps_of(index).count() as u8 })
            }
            _ => Some(Process::ClearBacklog { job }),
        }
    }

    fn is_as_read(&self, state: &State, job: usize, version: u8) -> bool {
        let job = &state.jobs[job];
        let unchanged = job.version == version || self.lacks(Mutation::Version);
        job.status == JobStatus::Running && unchanged
    }
}
