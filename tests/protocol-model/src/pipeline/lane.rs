//! A tenant's places and its line: `shared/studio/src/store/lane.rs`. See [`rules`](super::rules).

use super::state::{Due, Life, Process, State, Steps, members};
use super::{Mutation, Pipeline};

impl Pipeline {
    /// `pump`, its reads: as many from the front of the line as there are free places.
    pub fn pump(&self, state: &mut State, tenant: u8, for_job: Option<u8>) -> Option<Process> {
        let free = self.free(state, usize::from(tenant), 0);
        match self.line(state, usize::from(tenant), free, 0) {
            0 => for_job.map(|job| Process::LaidOut { job }),
            chosen => Some(Process::Fill { tenant, for_job, chosen }),
        }
    }

    /// `pump`, its transaction: the places are free, the steps are still in line. Otherwise it looks again.
    pub fn fill(&self, state: &mut State, tenant: u8, for_job: Option<u8>, chosen: Steps) -> Option<Process> {
        let taken = chosen.count_ones() as i8;
        if !self.may_take(state, usize::from(tenant), taken) || !self.are_in_line(state, chosen) {
            return Some(Process::Pump { tenant, for_job });
        }
        self.move_lane(state, usize::from(tenant), taken, -taken);
        self.queue(state, chosen);
        Some(Process::Send { steps: chosen, for_job })
    }

    /// Sends the messages, which nobody needs to get: see [`take`](Self::take).
    pub fn send(&self, state: &mut State, steps: Steps, for_job: Option<u8>) -> Option<Process> {
        for step in members(steps) {
            let it = &mut state.steps[step];
            it.messages += 1;
            if self.lacks(Mutation::Outbox) && it.life == Life::Queued {
                it.due = Due::Later;
            }
        }
        for_job.map(|job| Process::LaidOut { job })
    }

    /// Free places, `freed` more among them, as they are read.
    pub(super) fn free(&self, state: &State, tenant: usize, freed: u8) -> u8 {
        let taken = u8::try_from(state.lanes[tenant].taken).unwrap_or(0);
        freed + self.most.saturating_sub(taken)
    }

    /// `line`: at most `count` from the front of the line. Workers that ask at the same time have different
    /// `turn`s, so that they do not all choose the same step.
    pub(super) fn line(&self, state: &State, tenant: usize, count: u8, turn: u8) -> Steps {
        let ready = |step: &usize| self.tenant_of(*step) == tenant && state.steps[*step].life == Life::Ready;
        let all = (0..self.steps.len()).filter(ready);
        let choices = all.clone().count().saturating_sub(usize::from(count)) + 1;
        all.skip(usize::from(turn) % choices).take(usize::from(count)).map(|step| 1 << step).sum()
    }

    /// `taken <= most - n`, which a lane that only gives places back need not fulfil.
    pub(super) fn may_take(&self, state: &State, tenant: usize, more: i8) -> bool {
        more <= 0 || state.lanes[tenant].taken <= self.most as i8 - more || self.lacks(Mutation::Cap)
    }

    pub(super) fn are_in_line(&self, state: &State, steps: Steps) -> bool {
        self.lacks(Mutation::Line) || members(steps).all(|step| state.steps[step].life == Life::Ready)
    }

    /// The lane's own change; a line is watched as long as anybody stands in it.
    pub(super) fn move_lane(&self, state: &mut State, tenant: usize, taken: i8, joined: i8) {
        let lane = &mut state.lanes[tenant];
        lane.taken += taken;
        lane.in_line += joined;
        if lane.in_line > 0 {
            self.watch(state, tenant);
        }
    }

    pub(super) fn watch(&self, state: &mut State, tenant: usize) {
        if !self.lacks(Mutation::Watch) {
            state.lanes[tenant].due = Due::Later;
        }
    }

    /// Steps are queued, and stand in `due` by the same write.
    pub fn queue(&self, state: &mut State, steps: Steps) {
        for step in members(steps) {
            state.steps[step].life = Life::Queued;
            if !self.lacks(Mutation::Outbox) {
                state.steps[step].due = Due::Later;
            }
        }
    }

    /// A place becomes free and goes to the first in line, in the transaction that frees it.
    pub(super) fn pass_place_on(&self, state: &mut State, tenant: usize, turn: u8) -> Option<Process> {
        let next = self.line(state, tenant, self.free(state, tenant, 1), turn);
        let taken = next.count_ones() as i8;
        self.move_lane(state, tenant, taken - 1, -taken);
        self.queue(state, next);
        (next != 0).then_some(Process::Send { steps: next, for_job: None })
    }
}
