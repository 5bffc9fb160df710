use super::state::Process;

/// What can go wrong. Each costs one of the run's faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A process dies between two calls; a message that it had received is lost with it.
    Crash,
    /// A message is lost.
    MessageLost,
    /// A message comes twice.
    MessageTwice,
    /// An entry becomes due although a process still works on it, slowly or after a pause.
    DueTooEarly,
    /// A worker claims a step and gets no answer; it asks again.
    Unanswered,
    /// An attempt fails in a way that another attempt might not.
    StepFails,
    /// A step takes so long that a second worker is asked to try beside the first.
    Hedge,
}

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
