/// A condition taken out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A worker writes while the step runs, whoever holds it.
    Fence,
    /// Records of artefacts are put, not put new: two jobs that make the same one both write it.
    ArtefactOnce,
    /// A step gets its entry in `due` after its message was sent, not in the write that queues it.
    Outbox,
    /// A step waits for one less, whatever it waited for when that was read.
    FanIn,
    /// Places are taken without `taken <= most - n`.
    SlotLimit,
    /// A step leaves the line although another one took it meanwhile.
    BacklogEntry,
    /// A job ends although its counters changed since they were read.
    Version,
    /// A step is counted although its job has ended.
    Running,
    /// A step frees its place although it is no longer held.
    SlotRelease,
    /// Attempts write the same objects.
    Objects,
    /// Nobody looks for objects of earlier attempts than the one directly before.
    Adoption,
    /// A claim that was not answered takes the step for its own, whoever has it now.
    LostAnswer,
    /// The sweeper ends a job whose entry it took and that says it is laid out, whatever the time.
    JobTimeout,
    /// Nobody sweeps.
    Sweeper,
    /// Nobody watches a line that stands still.
    BacklogWatch,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Fence,
        Self::ArtefactOnce,
        Self::Outbox,
        Self::FanIn,
        Self::SlotLimit,
        Self::BacklogEntry,
        Self::Version,
        Self::Running,
        Self::SlotRelease,
        Self::Objects,
        Self::Adoption,
        Self::LostAnswer,
        Self::JobTimeout,
        Self::Sweeper,
        Self::BacklogWatch,
    ];
}
