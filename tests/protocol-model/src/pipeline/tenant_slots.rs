//! A tenant's places and its line: `shared/studio/src/store/lane.rs`. See [`rules`](super::rules).

use super::model::Pipeline;
use super::mutation::Mutation;
use super::state::{Due, Process, State, StepState, Steps, members};

impl Pipeline {
    /// `fill_slots`, its reads: as many from the front of the line as there are free places.
    pub fn read_slots(&self, state: &mut State, tenant: u8, for_job: Option<u8>) -> Option<Process> {
        let free = self.free_slots(state, usize::from(tenant), 0);
        match self.front_of_backlog(state, usize::from(tenant), free, 0) {
            0 => for_job.map(|job| Process::MarkStepsCreated { job }),
            chosen => Some(Process::FillSlots { tenant, for_job, chosen }),
        }
    }

    /// `fill_slots`, its transaction: the places are free, the steps are still in line. Otherwise it looks again.
    pub fn fill_slots(
        &self,
        state: &mut State,
        tenant: u8,
        for_job: Option<u8>,
        chosen: Steps,
    ) -> Option<Process> {
        let taken = chosen.count_ones() as i8;
        if !self.may_take(state, usize::from(tenant), taken) || !self.are_ready(state, chosen) {
            return Some(Process::ReadSlots { tenant, for_job });
        }
        self.update_slots(state, usize::from(tenant), taken, -taken);
        self.queue_entries(state, chosen);
        Some(Process::SendMessages { steps: chosen, for_job })
    }

    /// Sends the messages, which nobody needs to get: see [`take`](Self::take).
    pub fn send(&self, state: &mut State, steps: Steps, for_job: Option<u8>) -> Option<Process> {
        for step in members(steps) {
            let it = &mut state.steps[step];
            it.messages += 1;
            if self.lacks(Mutation::Outbox) && it.state == StepState::Queued {
                it.due = Due::Later;
            }
        }
        for_job.map(|job| Process::MarkStepsCreated { job })
    }

    /// Free places, `freed` more among them, as they are read.
    pub(super) fn free_slots(&self, state: &State, tenant: usize, freed: u8) -> u8 {
        let taken = u8::try_from(state.slots[tenant].taken).unwrap_or(0);
        freed + self.tenant_concurrency.saturating_sub(taken)
    }

    /// `backlog`: at most `count` from the front of the line. Workers that ask at the same time have different
    /// `spread`s, so that they do not all choose the same step.
    pub(super) fn front_of_backlog(&self, state: &State, tenant: usize, count: u8, spread: u8) -> Steps {
        let ready =
            |step: &usize| self.tenant_of(*step) == tenant && state.steps[*step].state == StepState::Ready;
        let all = (0..self.steps.len()).filter(ready);
        let choices = all.clone().count().saturating_sub(usize::from(count)) + 1;
        all.skip(usize::from(spread) % choices).take(usize::from(count)).map(|step| 1 << step).sum()
    }

    /// `taken <= most - n`, which a lane that only gives places back need not fulfil.
    pub(super) fn may_take(&self, state: &State, tenant: usize, more: i8) -> bool {
        more <= 0
            || state.slots[tenant].taken <= self.tenant_concurrency as i8 - more
            || self.lacks(Mutation::SlotLimit)
    }

    pub(super) fn are_ready(&self, state: &State, steps: Steps) -> bool {
        self.lacks(Mutation::BacklogEntry)
            || members(steps).all(|step| state.steps[step].state == StepState::Ready)
    }

    /// The lane's own change; a line is watched as long as anybody stands in it.
    pub(super) fn update_slots(&self, state: &mut State, tenant: usize, taken: i8, joined: i8) {
        let lane = &mut state.slots[tenant];
        lane.taken += taken;
        lane.backlog += joined;
        if lane.backlog > 0 {
            self.watch_backlog(state, tenant);
        }
    }

    pub(super) fn watch_backlog(&self, state: &mut State, tenant: usize) {
        if !self.lacks(Mutation::BacklogWatch) {
            state.slots[tenant].due = Due::Later;
        }
    }

    /// Steps are queued, and stand in `due` by the same write.
    pub fn queue_entries(&self, state: &mut State, steps: Steps) {
        for step in members(steps) {
            state.steps[step].state = StepState::Queued;
            if !self.lacks(Mutation::Outbox) {
                state.steps[step].due = Due::Later;
            }
        }
    }

    /// A place becomes free and goes to the first in line, in the transaction that frees it.
    pub(super) fn release_slot(&self, state: &mut State, tenant: usize, spread: u8) -> Option<Process> {
        let next = self.front_of_backlog(state, tenant, self.free_slots(state, tenant, 1), spread);
        let taken = next.count_ones() as i8;
        self.update_slots(state, tenant, taken - 1, -taken);
        self.queue_entries(state, next);
        (next != 0).then_some(Process::SendMessages { steps: next, for_job: None })
    }
}
