use super::fault::Fault;
use super::state::Process;

/// An entry of the index `due`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A step: its message was lost, or its worker died.
    Step(usize),
    /// A job: its steps have not been created, or it ended and left some in the backlog.
    Job(usize),
    /// A tenant whose backlog stands still.
    Backlog(usize),
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
    /// A worker whose lease has expired renews it; one that lost its step ends.
    Renew(Process),
    /// Time passes until an entry is due.
    Expire(Entry),
    /// The sweeper takes an entry that is due.
    Sweep(Entry),
    /// A person cancels a job.
    Cancel(usize),
    /// Something goes wrong with a process.
    Fault(Fault, Process),
    /// Something goes wrong with a message.
    Message(Fault, usize),
    /// An entry becomes due too early.
    DueTooEarly(Entry),
}
