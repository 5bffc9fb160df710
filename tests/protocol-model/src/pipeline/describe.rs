//! What happens, in words: a counterexample is read by people.

use super::action::{Action, Entry};
use super::model::Pipeline;
use super::state::{Process, Steps, members};

impl Pipeline {
    pub(super) fn describe(&self, action: &Action) -> String {
        match action {
            Action::Call(process) => self.call_in_words(process),
            Action::Receive(step) => format!("{}: a worker gets the message", self.name_of(*step)),
            Action::ReceiveHedge(step) => {
                format!("{}: a worker gets the message that asks for a second one", self.name_of(*step))
            }
            Action::Renew(process) => format!("renewal before {}", self.call_in_words(process)),
            Action::Expire(entry) => format!("{} is overdue", self.entry_in_words(*entry)),
            Action::Sweep(entry) => format!("sweeper: takes {}", self.entry_in_words(*entry)),
            Action::Cancel(job) => format!("job {job}: a person cancels it"),
            Action::Fault(fault, process) => {
                format!("FAULT {fault:?} before {}", self.call_in_words(process))
            }
            Action::Message(fault, step) => {
                format!("FAULT {fault:?} of the message of {}", self.name_of(*step))
            }
            Action::DueTooEarly(entry) => {
                format!("FAULT {} is overdue although a process works on it", self.entry_in_words(*entry))
            }
        }
    }

    fn call_in_words(&self, process: &Process) -> String {
        let worker =
            |step: &u8, fence: &u8| format!("{} under fence {fence}", self.name_of(usize::from(*step)));
        match process {
            Process::CreateSteps { job, left } => format!("job {job}: create_steps, {left} steps to go"),
            Process::ReadSlots { tenant, .. } => {
                format!("tenant {tenant}: fill_slots reads slots and backlog")
            }
            Process::FillSlots { tenant, chosen, .. } => {
                format!("tenant {tenant}: fill_slots queues {}", self.names_of(*chosen))
            }
            Process::SendMessages { steps, .. } => format!("messages are sent: {}", self.names_of(*steps)),
            Process::MarkStepsCreated { job } => format!("job {job}: steps_created"),
            Process::ReadJob { job } => format!("job {job}: sweeper reads it"),
            Process::ClearBacklog { job } => format!("job {job}: clear_backlog"),
            Process::SetJobDue { job } => format!("job {job}: set_job_due"),
            Process::ReadToCancel { job } => format!("job {job}: cancel_job reads it"),
            Process::CancelJob { job, version, .. } => {
                format!("job {job}: cancel_job ends version {version}")
            }
            Process::Claim { step, beside: 0, unanswered: 0 } => {
                format!("{}: claim", self.name_of(usize::from(*step)))
            }
            Process::Claim { step, beside: 0, unanswered } => {
                format!("{}: claim is sent again, attempt {unanswered}", self.name_of(usize::from(*step)))
            }
            Process::Claim { step, beside, .. } => {
                format!("{}: claim beside fence {beside}", self.name_of(usize::from(*step)))
            }
            Process::Prepare { step, fence, .. } => format!("{}: reads, finds or makes", worker(step, fence)),
            Process::Store { step, fence } => format!("{}: stores the objects", worker(step, fence)),
            Process::ReadContext { step, fence, .. } => format!("{}: finish reads", worker(step, fence)),
            Process::Finish { step, fence, by: 0, .. } => format!("{}: finish, reused", worker(step, fence)),
            Process::Finish { step, fence, .. } => format!("{}: finish", worker(step, fence)),
            Process::Nack { step, fence } => format!("{}: nack", worker(step, fence)),
            Process::ReadToFail { step, fence } => format!("{}: fail_job reads the job", worker(step, fence)),
            Process::FailJob { step, fence, version, .. } => {
                format!("{}: fail_job ends version {version}", worker(step, fence))
            }
            Process::CancelStep { step, fence } => format!("{}: cancel_step", worker(step, fence)),
        }
    }

    fn entry_in_words(&self, entry: Entry) -> String {
        match entry {
            Entry::Step(step) => self.name_of(step).to_owned(),
            Entry::Job(job) => format!("job {job}"),
            Entry::Backlog(tenant) => format!("the slots of tenant {tenant}"),
        }
    }

    fn name_of(&self, step: usize) -> &'static str {
        self.steps[step].name
    }

    fn names_of(&self, steps: Steps) -> String {
        members(steps).map(|step| self.name_of(step)).collect::<Vec<_>>().join(", ")
    }
}
