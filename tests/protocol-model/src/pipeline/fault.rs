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
