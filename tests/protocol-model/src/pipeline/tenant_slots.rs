//! A tenant's slots and backlog: `shared/studio/src/store/tenant_slots.rs`. See [`rules`](super::rules).

use super::model::Pipeline;
use super::mutation::Mutation;
use super::state::{Due, Process, State, StepState, Steps, members};

impl Pipeline {
    /// `fill_slots`, its reads: as many steps from the front of the backlog as there are free slots.
    pub fn read_slots(&self, state: &mut State, tenant: u8, for_job: Option<u8>) -> Option<Process> {
        let free = self.free_slots(state, usize::from(tenant), 0);
        match self.front_of_backlog(state, usize::from(tenant), free, 0) {
            0 => for_job.map(|job| Process::MarkStepsCreated { job }),
            chosen => Some(Process::FillSlots { tenant, for_job, chosen }),
        }
    }

    /// `fill_slots`, its transaction: the slots are free, the steps are still in the backlog. Otherwise it reads again.
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

    /// Sends the messages. None of them needs to arrive: see [`take_overdue`](Self::take_overdue).
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

    /// How many slots are free as they are read, with `freed` more.
    pub(super) fn free_slots(&self, state: &State, tenant: usize, freed: u8) -> u8 {
        let taken = u8::try_from(state.slots[tenant].taken).unwrap_or(0);
        freed + self.tenant_concurrency.saturating_sub(taken)
    }

    /// `backlog`: at most `count` steps from the front of the backlog. Workers that ask at the same time have different
    /// `spread`s, so that they do not all choose the same step.
    pub(super) fn front_of_backlog(&self, state: &State, tenant: usize, count: u8, spread: u8) -> Steps {
        let ready =
            |step: &usize| self.tenant_of(*step) == tenant && state.steps[*step].state == StepState::Ready;
        let all = (0..self.steps.len()).filter(ready);
        let choices = all.clone().count().saturating_sub(usize::from(count)) + 1;
        all.skip(usize::from(spread) % choices).take(usize::from(count)).map(|step| 1 << step).sum()
    }

    /// The condition `taken <= TENANT_CONCURRENCY - n`, which a write that takes no more slots than it releases lacks.
    pub(super) fn may_take(&self, state: &State, tenant: usize, more: i8) -> bool {
        more <= 0
            || state.slots[tenant].taken <= self.tenant_concurrency as i8 - more
            || self.lacks(Mutation::SlotLimit)
    }

    pub(super) fn are_ready(&self, state: &State, steps: Steps) -> bool {
        self.lacks(Mutation::BacklogEntry)
            || members(steps).all(|step| state.steps[step].state == StepState::Ready)
    }

    /// Updates the counters; the slots are due as long as there is a backlog.
    pub(super) fn update_slots(&self, state: &mut State, tenant: usize, taken: i8, joined: i8) {
        let slots = &mut state.slots[tenant];
        slots.taken += taken;
        slots.backlog += joined;
        if slots.backlog > 0 {
            self.watch_backlog(state, tenant);
        }
    }

    pub(super) fn watch_backlog(&self, state: &mut State, tenant: usize) {
        if !self.lacks(Mutation::BacklogWatch) {
            state.slots[tenant].due = Due::Later;
        }
    }

    /// `queue_entry`: steps are queued, and get their entry in `due` by the same write.
    pub fn queue_entries(&self, state: &mut State, steps: Steps) {
        for step in members(steps) {
            state.steps[step].state = StepState::Queued;
            if !self.lacks(Mutation::Outbox) {
                state.steps[step].due = Due::Later;
            }
        }
    }

    /// Releases a slot and gives it to the front of the backlog, in one transaction.
    pub(super) fn release_slot(&self, state: &mut State, tenant: usize, spread: u8) -> Option<Process> {
        let next = self.front_of_backlog(state, tenant, self.free_slots(state, tenant, 1), spread);
        let taken = next.count_ones() as i8;
        self.update_slots(state, tenant, taken - 1, -taken);
        self.queue_entries(state, next);
        (next != 0).then_some(Process::SendMessages { steps: next, for_job: None })
    }
}
