//! What may happen next, and what a fault costs.

use stateright::{Model, Property};

use super::action::{Action, Entry};
use super::fault::Fault;
use super::model::Pipeline;
use super::mutation::Mutation;
use super::properties;
use super::state::{Due, JobStatus, Process, State, StepState};

impl Pipeline {
    /// What happens of itself. Where this is nothing, nothing happens any more.
    pub(super) fn progress(&self, state: &State, actions: &mut Vec<Action>) {
        let has_room = state.running().count() < self.processes;
        for process in state.running() {
            actions.push(Action::Call(process));
            if let Process::Store { step, fence } = process {
                let it = &state.steps[usize::from(step)];
                if it.due == Due::Now || !self.is_leased(state, step, fence) {
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
                    (Fault::Unanswered, Process::Claim { step, beside: 0, unanswered: 0 }) => {
                        state.steps[usize::from(step)].state == StepState::Queued
                    }
                    (Fault::StepFails, Process::Store { .. }) => true,
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
                    Fault::MessageLost if messages > 0 => actions.push(Action::Message(*fault, step)),
                    Fault::MessageTwice if messages == 1 => actions.push(Action::Message(*fault, step)),
                    _ => {}
                }
            }
        }
        if self.kinds.contains(&Fault::DueTooEarly) {
            for entry in self.entries() {
                let matters = !matches!(entry, Entry::Backlog(tenant) if state.slots[tenant].backlog == 0);
                if matters && self.due(state, entry) == Due::Later && self.is_attended(state, entry) {
                    actions.push(Action::DueTooEarly(entry));
                }
            }
        }
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        let steps = (0..self.steps.len()).map(Entry::Step);
        let jobs = (0..self.tenants.len()).map(Entry::Job);
        let tenants = self.tenants.iter().max().map_or(0, |last| last + 1);
        steps.chain(jobs).chain((0..tenants).map(Entry::Backlog))
    }

    fn due(&self, state: &State, entry: Entry) -> Due {
        match entry {
            Entry::Step(step) => state.steps[step].due,
            Entry::Job(job) => state.jobs[job].due,
            Entry::Backlog(tenant) => state.slots[tenant].due,
        }
    }

    /// Whether a process works on what the entry is about: then it becomes due only if that one is slower than the
    /// entry allows, which is a fault.
    fn is_attended(&self, state: &State, entry: Entry) -> bool {
        match entry {
            Entry::Step(step) => {
                let it = &state.steps[step];
                let at_it = |process: Process| match process {
                    Process::SendMessages { steps, .. } => steps & 1 << step != 0,
                    Process::Claim { step: taken, unanswered: 0, .. } => usize::from(taken) == step,
                    _ => process.worker().is_some_and(|(held, fence)| {
                        held == step && (fence == it.fence || fence == it.rival)
                    }),
                };
                it.messages > 0 || state.running().any(at_it)
            }
            Entry::Job(job) => state.running().any(|process| process.job() == Some(job)),
            Entry::Backlog(tenant) => {
                let at_it = |process: Process| match process {
                    Process::ReadSlots { tenant: of, .. } | Process::FillSlots { tenant: of, .. } => {
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
                let asked = |process: Process| matches!(process, Process::Claim { step: of, unanswered: 0, .. } if usize::from(of) == step);
                match it.state {
                    StepState::Running => it.messages == 0 && !state.running().any(asked),
                    _ => it.messages < 2,
                }
            }
            Entry::Job(_) => has_room,
            Entry::Backlog(tenant) => {
                let slots = &state.slots[tenant];
                slots.backlog == 0 || has_room && slots.taken < self.tenant_concurrency as i8
            }
        };
        can && !self.lacks(Mutation::Sweeper)
    }

    fn spoil(&self, state: &mut State, fault: Fault, process: Process) {
        match (fault, process) {
            (Fault::Crash, _) => state.replace(process, None),
            (Fault::Unanswered, Process::Claim { step, beside, .. }) => {
                self.take_step(state, step, 0);
                let unanswered = state.steps[usize::from(step)].fence;
                state.replace(process, Some(Process::Claim { step, beside, unanswered }));
            }
            (Fault::StepFails, Process::Store { step, fence }) => {
                state.replace(process, Some(Process::Nack { step, fence }));
            }
            (Fault::Hedge, Process::Store { step, fence }) => state.steps[usize::from(step)].hedge = fence,
            _ => {}
        }
    }

    fn expire(&self, state: &mut State, entry: Entry) {
        let due = match entry {
            Entry::Step(step) => &mut state.steps[step].due,
            Entry::Job(job) => &mut state.jobs[job].due,
            Entry::Backlog(tenant) => &mut state.slots[tenant].due,
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
            if self.cancels && has_room && it.status == JobStatus::Running && !it.asked_to_cancel {
                actions.push(Action::Cancel(job));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = *last;
        match action {
            Action::Call(process) => self.call(&mut state, process),
            Action::Receive(step) => {
                state.steps[step].messages -= 1;
                state.enter(Process::Claim { step: step as u8, beside: 0, unanswered: 0 });
            }
            Action::ReceiveHedge(step) => {
                let beside = std::mem::take(&mut state.steps[step].hedge);
                state.enter(Process::Claim { step: step as u8, beside, unanswered: 0 });
            }
            Action::Renew(process) => {
                let Process::Store { step, fence } = process else { return None };
                if !self.renew(&mut state, step, fence) {
                    state.replace(process, None);
                }
            }
            Action::Expire(entry) => self.expire(&mut state, entry),
            Action::Sweep(entry) => self.take_overdue(&mut state, entry),
            Action::Cancel(job) => {
                state.jobs[job].asked_to_cancel = true;
                state.enter(Process::ReadToCancel { job: job as u8 });
            }
            Action::Fault(fault, process) => {
                state.faults -= 1;
                self.spoil(&mut state, fault, process);
            }
            Action::Message(fault, step) => {
                state.faults -= 1;
                let messages = &mut state.steps[step].messages;
                *messages = if fault == Fault::MessageLost { *messages - 1 } else { *messages + 1 };
            }
            Action::DueTooEarly(entry) => {
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
        properties::of(self)
    }
}
