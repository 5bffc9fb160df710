//! What may happen next, and what a fault costs.

use stateright::{Model, Property};

use super::state::{Due, Life, Process, State, Status};
use super::{Mutation, Pipeline};

/// What can go wrong. Each costs one of the run's faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A process dies between two calls, a message that it had is gone with it.
    Crash,
    /// A message is lost.
    Loss,
    /// A message comes twice.
    Duplicate,
    /// An entry becomes due although somebody is still at it: slow, or stopped for a while.
    Late,
    /// A worker claims a step and gets no answer; it asks again.
    Unanswered,
    /// The work does not succeed; another attempt might.
    Stumble,
    /// A step takes so long that a second worker is asked to try beside the first.
    Hedge,
}

/// What stands in the index `due`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A step: its message was lost, or its worker died.
    Step(usize),
    /// A job: its steps are not laid out, or it ended and left some in line.
    Job(usize),
    /// A line that stands still.
    Lane(usize),
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A process makes its next call.
    Call(Process),
    /// A worker gets the message of a step.
    Receive(usize),
    /// A worker gets the message that asks for a second one.
    ReceiveHedge(usize),
    /// A worker whose lease is over renews it; one that lost its step ends.
    Renew(Process),
    /// Time passes until an entry is due.
    Expire(Entry),
    /// The sweeper takes an entry that is due.
    Sweep(Entry),
    /// A person stops a job.
    Stop(usize),
    /// Something goes wrong with a process.
    Fault(Fault, Process),
    /// Something goes wrong with a message.
    Message(Fault, usize),
    /// An entry becomes due too early.
    Late(Entry),
}

impl Pipeline {
    /// What happens of itself. Where this is nothing, nothing happens any more.
    pub(super) fn progress(&self, state: &State, actions: &mut Vec<Action>) {
        let has_room = state.running().count() < self.processes;
        for process in state.running() {
            actions.push(Action::Call(process));
            if let Process::Store { step, fence } = process {
                let it = &state.steps[usize::from(step)];
                if it.due == Due::Now || !self.is_held(state, step, fence) {
                    actions.push(Action::Renew(process));
                }
            }
        }
        for step in 0..self.steps.len() {
            if has_room && state.steps[step].messages > 0 {
                actions.push(Action::Receive(step));
            }
            if has_room && state.steps[step].hedge > 0 {
                actions.push(Action::ReceiveHedge(step));
            }
        }
        for entry in self.entries() {
            if self.due(state, entry) == Due::Later && !self.is_attended(state, entry) {
                actions.push(Action::Expire(entry));
            }
            if self.due(state, entry) == Due::Now && self.sweeps(state, entry, has_room) {
                actions.push(Action::Sweep(entry));
            }
        }
    }

    fn faults(&self, state: &State, actions: &mut Vec<Action>) {
        for process in state.running() {
            for fault in self.kinds {
                let can = match (fault, process) {
                    (Fault::Crash, _) => true,
                    (Fault::Unanswered, Process::Take { step, beside: 0, unanswered: 0 }) => {
                        state.steps[usize::from(step)].life == Life::Queued
                    }
                    (Fault::Stumble, Process::Store { .. }) => true,
                    (Fault::Hedge, Process::Store { step, fence }) => {
                        let it = &state.steps[usize::from(step)];
                        it.hedge == 0 && it.fence == fence && it.rival == 0
                    }
                    _ => false,
                };
                if can {
                    actions.push(Action::Fault(*fault, process));
                }
            }
        }
        for step in 0..self.steps.len() {
            let messages = state.steps[step].messages;
            for fault in self.kinds {
                match fault {
                    Fault::Loss if messages > 0 => actions.push(Action::Message(*fault, step)),
                    Fault::Duplicate if messages == 1 => actions.push(Action::Message(*fault, step)),
                    _ => {}
                }
            }
        }
        if self.kinds.contains(&Fault::Late) {
            for entry in self.entries() {
                let matters = !matches!(entry, Entry::Lane(tenant) if state.lanes[tenant].in_line == 0);
                if matters && self.due(state, entry) == Due::Later && self.is_attended(state, entry) {
                    actions.push(Action::Late(entry));
                }
            }
        }
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        let steps = (0..self.steps.len()).map(Entry::Step);
        let jobs = (0..self.tenants.len()).map(Entry::Job);
        let tenants = self.tenants.iter().max().map_or(0, |last| last + 1);
        steps.chain(jobs).chain((0..tenants).map(Entry::Lane))
    }

    fn due(&self, state: &State, entry: Entry) -> Due {
        match entry {
            Entry::Step(step) => state.steps[step].due,
            Entry::Job(job) => state.jobs[job].due,
            Entry::Lane(tenant) => state.lanes[tenant].due,
        }
    }

    /// Whether somebody is at it: then the entry becomes due only if that one is slower than the entry
    /// allows, which is a fault.
    fn is_attended(&self, state: &State, entry: Entry) -> bool {
        match entry {
            Entry::Step(step) => {
                let it = &state.steps[step];
                let at_it = |process: Process| match process {
                    Process::Send { steps, .. } => steps & 1 << step != 0,
                    Process::Take { step: taken, unanswered: 0, .. } => usize::from(taken) == step,
                    _ => process.worker().is_some_and(|(held, fence)| {
                        held == step && (fence == it.fence || fence == it.rival)
                    }),
                };
                it.messages > 0 || state.running().any(at_it)
            }
            Entry::Job(job) => state.running().any(|process| process.job() == Some(job)),
            Entry::Lane(tenant) => {
                let at_it = |process: Process| match process {
                    Process::Pump { tenant: of, .. } | Process::Fill { tenant: of, .. } => {
                        usize::from(of) == tenant
                    }
                    _ => {
                        let job = process.worker().map(|(step, _)| self.job_of(step)).or(process.job());
                        job.is_some_and(|job| self.tenants[job] == tenant)
                    }
                };
                state.running().any(at_it)
            }
        }
    }

    /// Whether the sweeper finds something to do. It looks every minute; a look without effect is none here.
    fn sweeps(&self, state: &State, entry: Entry, has_room: bool) -> bool {
        let can = match entry {
            Entry::Step(step) => {
                let it = &state.steps[step];
                let asked = |process: Process| matches!(process, Process::Take { step: of, unanswered: 0, .. } if usize::from(of) == step);
                match it.life {
                    Life::Running => it.messages == 0 && !state.running().any(asked),
                    _ => it.messages < 2,
                }
            }
            Entry::Job(_) => has_room,
            Entry::Lane(tenant) => {
                let lane = &state.lanes[tenant];
                lane.in_line == 0 || has_room && lane.taken < self.most as i8
            }
        };
        can && !self.lacks(Mutation::Sweeper)
    }

    fn spoil(&self, state: &mut State, fault: Fault, process: Process) {
        match (fault, process) {
            (Fault::Crash, _) => state.replace(process, None),
            (Fault::Unanswered, Process::Take { step, beside, .. }) => {
                self.take_step(state, step, 0);
                let unanswered = state.steps[usize::from(step)].fence;
                state.replace(process, Some(Process::Take { step, beside, unanswered }));
            }
            (Fault::Stumble, Process::Store { step, fence }) => {
                state.replace(process, Some(Process::GiveBack { step, fence }));
            }
            (Fault::Hedge, Process::Store { step, fence }) => state.steps[usize::from(step)].hedge = fence,
            _ => {}
        }
    }

    fn expire(&self, state: &mut State, entry: Entry) {
        let due = match entry {
            Entry::Step(step) => &mut state.steps[step].due,
            Entry::Job(job) => &mut state.jobs[job].due,
            Entry::Lane(tenant) => &mut state.lanes[tenant].due,
        };
        *due = Due::Now;
    }
}

impl Model for Pipeline {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::accepted(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.progress(state, actions);
        if state.faults > 0 {
            self.faults(state, actions);
        }
        for (job, it) in state.jobs.iter().enumerate().take(self.tenants.len()) {
            let has_room = state.running().count() < self.processes;
            if self.cancels && has_room && it.status == Status::Running && !it.asked_to_stop {
                actions.push(Action::Stop(job));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Call(process) => self.call(&mut state, process),
            Action::Receive(step) => {
                state.steps[step].messages -= 1;
                state.enter(Process::Take { step: step as u8, beside: 0, unanswered: 0 });
            }
            Action::ReceiveHedge(step) => {
                let beside = std::mem::take(&mut state.steps[step].hedge);
                state.enter(Process::Take { step: step as u8, beside, unanswered: 0 });
            }
            Action::Renew(process) => {
                let Process::Store { step, fence } = process else { return None };
                if !self.renew(&mut state, step, fence) {
                    state.replace(process, None);
                }
            }
            Action::Expire(entry) => self.expire(&mut state, entry),
            Action::Sweep(entry) => self.take(&mut state, entry),
            Action::Stop(job) => {
                state.jobs[job].asked_to_stop = true;
                state.enter(Process::Stop { job: job as u8 });
            }
            Action::Fault(fault, process) => {
                state.faults -= 1;
                self.spoil(&mut state, fault, process);
            }
            Action::Message(fault, step) => {
                state.faults -= 1;
                let messages = &mut state.steps[step].messages;
                *messages = if fault == Fault::Loss { *messages - 1 } else { *messages + 1 };
            }
            Action::Late(entry) => {
                state.faults -= 1;
                self.expire(&mut state, entry);
            }
        }
        Some(state)
    }

    fn format_action(&self, action: &Action) -> String {
        self.describe(action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        super::properties::of(self)
    }
}
