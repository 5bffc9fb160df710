//! The rules of the store, function by function: what each call reads and writes, under which conditions,
//! and which call its process makes next. Nothing here knows of faults.
//!
//! | here | in `shared/studio/src/store` |
//! |---|---|
//! | [`lay_out`](Pipeline::lay_out), [`laid_out`](Pipeline::laid_out) | `layout.rs` |
//! | [`pump`](Pipeline::pump), [`fill`](Pipeline::fill), [`queue`](Pipeline::queue) | `lane.rs` |
//! | [`take_step`](Pipeline::take_step), [`prepare`](Pipeline::prepare), [`renew`](Pipeline::renew), [`is_held`](Pipeline::is_held) | `claim.rs` |
//! | [`look`](Pipeline::look), [`finish`](Pipeline::finish) | `finish.rs` |
//! | [`give_back`](Pipeline::give_back), [`leave_to_rival`](Pipeline::leave_to_rival) | `retry.rs` |
//! | [`fail_job`](Pipeline::fail_job), [`cancel_job`](Pipeline::cancel_job), [`end`](Pipeline::end), [`withdraw`](Pipeline::withdraw), [`clear_line`](Pipeline::clear_line) | `ending.rs` |
//! | [`take`](Pipeline::take), [`look_after`](Pipeline::look_after) | `sweep.rs`, and the function `sweeper` |

use super::state::{Due, Life, Process, Seen, State, Status};
use super::{Entry, Mutation, Pipeline};

/// How many steps one transaction of `lay_out` writes; the product's is 98 items, a long film has more.
const CHUNK: usize = 2;

impl Pipeline {
    /// The process makes its next call; gives what it goes on with.
    pub(super) fn call(&self, state: &mut State, process: Process) {
        let next = match process {
            Process::LayOut { job, left } => self.lay_out(state, job, left),
            Process::Pump { tenant, for_job } => self.pump(state, tenant, for_job),
            Process::Fill { tenant, for_job, chosen } => self.fill(state, tenant, for_job, chosen),
            Process::Send { steps, for_job } => self.send(state, steps, for_job),
            Process::LaidOut { job } => self.laid_out(state, job),
            Process::LookAfter { job } => self.look_after(state, job),
            Process::Clear { job } => self.clear_line(state, job),
            Process::Forget { job } => self.look_again(state, job),
            Process::Stop { job } => self.cancel_job(state, job),
            Process::Stopping { job, version, used } => self.stop(state, job, version, used),
            Process::Take { step, beside: 0, unanswered } => self.take_step(state, step, unanswered),
            Process::Take { step, beside, .. } => self.join(state, step, beside),
            Process::Prepare { step, fence, before } => self.prepare(state, step, fence, before),
            Process::Store { step, fence } => self.store(state, step, fence),
            Process::Look { step, fence, by } => self.look(state, step, fence, by),
            Process::Finish { step, fence, by, seen } => self.finish(state, step, fence, by, seen),
            Process::GiveBack { step, fence } => self.give_back(state, step, fence),
            Process::Fail { step, fence } => self.fail_job(state, step, fence),
            Process::Failing { step, fence, version, used } => {
                self.failing(state, step, fence, version, used)
            }
            Process::Withdraw { step, fence } => self.withdraw(state, step, fence),
        };
        state.replace(process, next);
    }

    /// `lay_out`, one transaction: job running; a chunk of its steps, the last ones first, those that wait for
    /// nothing into the line. A chunk that is there already is there whole.
    pub fn lay_out(&self, state: &mut State, job: u8, left: u8) -> Option<Process> {
        let (tenant, steps) = (self.tenants[usize::from(job)], self.steps_of(usize::from(job)));
        let steps: Vec<usize> = steps.take(usize::from(left)).collect();
        let first = steps.len().saturating_sub(CHUNK);
        if state.jobs[usize::from(job)].status != Status::Running {
            return None;
        }
        let is_there = steps[first..].iter().any(|step| state.steps[*step].life != Life::Absent);
        if !is_there {
            for step in &steps[first..] {
                let waits = self.steps[*step].after.len();
                let it = &mut state.steps[*step];
                it.waits = waits as u8;
                it.life = if waits == 0 { Life::Ready } else { Life::Waiting };
                it.releases = u8::from(waits == 0);
                state.lanes[tenant].in_line += i8::from(waits == 0);
            }
            state.jobs[usize::from(job)].version += 1;
            self.watch(state, tenant);
        }
        Some(match first {
            0 => Process::Pump { tenant: tenant as u8, for_job: Some(job) },
            left => Process::LayOut { job, left: left as u8 },
        })
    }

    /// `laid_out`: job running; the entry that asked for its steps goes. (The one that ends a job after a day
    /// is [`cancel_job`](Self::cancel_job), at any time.)
    pub fn laid_out(&self, state: &mut State, job: u8) -> Option<Process> {
        let job = &mut state.jobs[usize::from(job)];
        if job.status == Status::Running {
            job.due = Due::Never;
            job.laid_out = self.lacks(Mutation::Day);
        }
        None
    }

    /// `claim` of a message: queued → running with the next fence; or, where the lease of the worker that has
    /// it is over, running → running with the next fence. Where the answer to the first write was lost, the
    /// attempts of the step tell: its own is the last one.
    pub fn take_step(&self, state: &mut State, step: u8, unanswered: u8) -> Option<Process> {
        let it = &mut state.steps[usize::from(step)];
        match it.life {
            Life::Queued => {}
            Life::Running if unanswered != 0 => {
                let mine = it.attempt == unanswered || self.lacks(Mutation::Answer);
                return mine.then_some(Process::Prepare { step, fence: it.fence, before: 0 });
            }
            Life::Running if it.due == Due::Now => it.rival = 0,
            _ => return None,
        }
        it.attempts += 1;
        let before = it.lease();
        Some(Process::Prepare { step, fence: it.fence, before })
    }

    /// `claim` of a hedge: running under that fence, with nobody beside it; both may write from now on.
    pub fn join(&self, state: &mut State, step: u8, beside: u8) -> Option<Process> {
        let it = &mut state.steps[usize::from(step)];
        if it.life != Life::Running || it.fence != beside || it.rival != 0 {
            return None;
        }
        it.rival = beside;
        let before = it.lease();
        Some(Process::Prepare { step, fence: it.fence, before })
    }

    /// The rest of `claim`, and what `Worker` does with it: a step of an ended job is withdrawn, one that was
    /// begun too often fails; an artefact that is there is used; what an earlier attempt stored is adopted;
    /// otherwise somebody is paid to make it.
    pub fn prepare(&self, state: &mut State, step: u8, fence: u8, before: u8) -> Option<Process> {
        let index = usize::from(step);
        let it = state.steps[index];
        if state.jobs[self.job_of(index)].status != Status::Running {
            return Some(Process::Withdraw { step, fence });
        }
        if it.attempts > self.attempts {
            return Some(Process::Fail { step, fence });
        }
        if state.artefacts[self.steps[index].artefact].by.is_some() {
            return Some(Process::Look { step, fence, by: 0 });
        }
        let last_only = self.lacks(Mutation::Adoption);
        let adopted = (1..fence)
            .rev()
            .find(|attempt| it.stored & 1 << attempt != 0 && (!last_only || *attempt == before));
        if let Some(by) = adopted {
            return Some(Process::Look { step, fence, by });
        }
        let is_gone =
            |attempt: u8| !state.running().any(|process| process.worker() == Some((index, attempt)));
        let stored_before = (1..fence).any(|attempt| it.stored & 1 << attempt != 0 && is_gone(attempt));
        state.made_in_vain |= stored_before && self.is_held(state, step, fence);
        state.artefacts[self.steps[index].artefact].made += 1;
        Some(Process::Store { step, fence })
    }

    /// The objects, under the attempt's own name.
    pub fn store(&self, state: &mut State, step: u8, fence: u8) -> Option<Process> {
        let index = usize::from(step);
        state.steps[index].stored |= 1 << fence;
        let counts = state.artefacts[self.steps[index].artefact].by;
        state.overwritten |= self.lacks(Mutation::Objects) && counts.is_some_and(|by| by != (step, fence));
        Some(Process::Look { step, fence, by: fence })
    }

    /// `renew`: the lease begins again, for whoever holds the step.
    pub fn renew(&self, state: &mut State, step: u8, fence: u8) -> bool {
        let held = self.is_held(state, step, fence);
        if held {
            state.write_as(step, fence).due = Due::Later;
        }
        held
    }

    /// `held`, the condition of every write of a worker: the step runs under its fence, or beside it.
    pub fn is_held(&self, state: &State, step: u8, fence: u8) -> bool {
        let it = &state.steps[usize::from(step)];
        it.life == Life::Running && (it.is_under(fence) || self.lacks(Mutation::Fence))
    }

    /// `finish`, its reads: job, lane, dependents, line.
    pub fn look(&self, state: &mut State, step: u8, fence: u8, by: u8) -> Option<Process> {
        let (index, tenant) = (usize::from(step), self.tenant_of(usize::from(step)));
        let job = &state.jobs[self.job_of(index)];
        let mut waits = [0; 2];
        for (seen, dependent) in waits.iter_mut().zip(self.dependents(index)) {
            *seen = state.steps[dependent].waits;
        }
        let free = self.free(state, tenant, 1);
        let released = waits.iter().filter(|waits| **waits == 1).count() as u8;
        let next = self.line(state, tenant, free.saturating_sub(released), step);
        let seen = Seen { version: job.version, used: job.used, waits, free, next };
        Some(Process::Finish { step, fence, by, seen })
    }

    /// `finish`, its transaction: step held → done; job running, and as it was read if it ends here; the
    /// artefact new, or the one that is used; the usage event new; each dependent waits for as many as was
    /// read, and one less from now on; those released get the free places, what is left the line. With the
    /// last step the film, the job's end and the settlement.
    pub fn finish(&self, state: &mut State, step: u8, fence: u8, by: u8, seen: Seen) -> Option<Process> {
        let (index, tenant) = (usize::from(step), self.tenant_of(usize::from(step)));
        let again = Some(Process::Look { step, fence, by });
        if !self.is_held(state, step, fence) {
            return None;
        }
        let job = &state.jobs[self.job_of(index)];
        if job.status != Status::Running && !self.lacks(Mutation::Running) {
            return Some(Process::Withdraw { step, fence });
        }
        if self.is_film(index) && job.version != seen.version && !self.lacks(Mutation::Version) {
            return again;
        }
        let artefact = &state.artefacts[self.steps[index].artefact];
        if by != 0 && artefact.by.is_some() && !self.lacks(Mutation::OnceKey) {
            return Some(Process::Look { step, fence, by: 0 });
        }
        let dependents: Vec<(usize, u8)> = self.dependents(index).zip(seen.waits).collect();
        let as_seen = |(dependent, waits): &(usize, u8)| {
            state.steps[*dependent].waits == *waits && state.steps[*dependent].life == Life::Waiting
        };
        if !dependents.iter().all(as_seen) && !self.lacks(Mutation::FanIn) {
            return again;
        }
        let released = dependents.iter().filter(|(_, waits)| *waits == 1).count() as i8;
        let queued = released.min(seen.free as i8);
        let next = seen.next.count_ones() as i8;
        let taken = queued + next - 1;
        if !self.may_take(state, tenant, taken) || !self.are_in_line(state, seen.next) {
            return again;
        }

        let used = u8::from(by != 0);
        let it = state.write_as(step, fence);
        (it.life, it.due, it.charged) = (Life::Done, Due::Never, used);
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
                waiting.life = if gets_place { Life::Queued } else { Life::Ready };
                if gets_place {
                    send |= 1 << dependent;
                }
            }
        }
        self.move_lane(state, tenant, taken, released - queued - next);
        self.queue(state, send);
        if self.is_film(index) {
            state.jobs[self.job_of(index)].films += 1;
            self.end(state, self.job_of(index), Status::Done, seen.used + used);
        }
        (send != 0).then_some(Process::Send { steps: send, for_job: None })
    }

    /// `give_back`: held, with nobody beside it → queued; it keeps its place. Where another worker has it too,
    /// that one goes on. After the last attempt the job fails.
    pub fn give_back(&self, state: &mut State, step: u8, fence: u8) -> Option<Process> {
        if !self.is_held(state, step, fence) || self.leave_to_rival(state, step, fence) {
            return None;
        }
        let it = state.steps[usize::from(step)];
        if it.attempts >= self.attempts {
            return Some(Process::Fail { step, fence });
        }
        let it = state.write_as(step, fence);
        (it.life, it.due) = (Life::Queued, Due::Later);
        Some(Process::Send { steps: 1 << step, for_job: None })
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
            Status::Running => Process::Failing { step, fence, version: job.version, used: job.used },
            _ => Process::Withdraw { step, fence },
        })
    }

    /// `fail_job`, its transaction: step held → failed, the job as it was read ends, its place goes on.
    fn failing(&self, state: &mut State, step: u8, fence: u8, version: u8, used: u8) -> Option<Process> {
        if !self.is_held(state, step, fence) {
            return None;
        }
        let job = self.job_of(usize::from(step));
        if !self.is_as_read(state, job, version) {
            return Some(Process::Fail { step, fence });
        }
        let it = state.write_as(step, fence);
        (it.life, it.due) = (Life::Failed, Due::Never);
        self.end(state, job, Status::Failed, used);
        self.pass_place_on(state, self.tenants[job], step)
    }

    /// `cancel_job`, its reads.
    pub fn cancel_job(&self, state: &mut State, job: u8) -> Option<Process> {
        let it = &state.jobs[usize::from(job)];
        (it.status == Status::Running).then_some(Process::Stopping {
            job,
            version: it.version,
            used: it.used,
        })
    }

    /// `cancel_job`, its transaction: the job as it was read ends.
    fn stop(&self, state: &mut State, job: u8, version: u8, used: u8) -> Option<Process> {
        if !self.is_as_read(state, usize::from(job), version) {
            return Some(Process::Stop { job });
        }
        self.end(state, usize::from(job), Status::Cancelled, used);
        None
    }

    /// The end of a job: what it has used is charged, the rest of its hold free again. Without a film the
    /// sweeper comes to clear up behind it.
    pub fn end(&self, state: &mut State, job: usize, status: Status, used: u8) {
        let job = &mut state.jobs[job];
        (job.status, job.hold) = (status, false);
        job.charged += used;
        job.version += 1;
        job.due = if status == Status::Done { Due::Never } else { Due::Now };
    }

    /// `withdraw`: held → cancelled, its place goes on.
    pub fn withdraw(&self, state: &mut State, step: u8, fence: u8) -> Option<Process> {
        if !self.is_held(state, step, fence) && !self.lacks(Mutation::Place) {
            return None;
        }
        let it = state.write_as(step, fence);
        (it.life, it.due) = (Life::Cancelled, Due::Never);
        self.pass_place_on(state, self.tenant_of(usize::from(step)), step)
    }

    /// `clear_line`: the steps of an ended job that are in line are cancelled.
    pub fn clear_line(&self, state: &mut State, job: u8) -> Option<Process> {
        for step in self.steps_of(usize::from(job)) {
            if state.steps[step].life == Life::Ready {
                state.steps[step].life = Life::Cancelled;
                state.lanes[self.tenant_of(step)].in_line -= 1;
            }
        }
        Some(Process::Forget { job })
    }

    /// `look_again`: nothing is left in line of a job that ended.
    fn look_again(&self, state: &mut State, job: u8) -> Option<Process> {
        state.jobs[usize::from(job)].due = Due::Never;
        None
    }

    /// `take` and what `sweeper` does with it: an entry is put off and its cause taken care of. That of a
    /// running step stays as it is: the lease is over until somebody takes the step.
    pub fn take(&self, state: &mut State, entry: Entry) {
        match entry {
            Entry::Step(step) => {
                let it = &mut state.steps[step];
                it.messages += 1;
                if it.life != Life::Running {
                    it.due = Due::Later;
                }
            }
            Entry::Job(job) => {
                state.jobs[job].due = Due::Later;
                state.enter(Process::LookAfter { job: job as u8 });
            }
            Entry::Lane(tenant) if state.lanes[tenant].in_line == 0 => state.lanes[tenant].due = Due::Never,
            Entry::Lane(tenant) => {
                state.lanes[tenant].due = Due::Later;
                state.enter(Process::Pump { tenant: tenant as u8, for_job: None });
            }
        }
    }

    /// What `sweeper` does for a job whose entry it took: lays it out, where what is there stays as it is, or
    /// clears up behind it. (One that runs for more than a day it ends: [`cancel_job`](Self::cancel_job) again.)
    pub fn look_after(&self, state: &mut State, job: u8) -> Option<Process> {
        let (index, it) = (usize::from(job), state.jobs[usize::from(job)]);
        match it.status {
            Status::Running if self.lacks(Mutation::Day) && it.laid_out => {
                self.end(state, index, Status::Failed, it.used);
                None
            }
            Status::Running => Some(Process::LayOut { job, left: self.steps_of(index).count() as u8 }),
            _ => Some(Process::Clear { job }),
        }
    }

    fn is_as_read(&self, state: &State, job: usize, version: u8) -> bool {
        let job = &state.jobs[job];
        let unchanged = job.version == version || self.lacks(Mutation::Version);
        job.status == Status::Running && unchanged
    }
}
