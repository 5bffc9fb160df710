/// A condition taken out of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A worker writes to a running step without the condition that its fence is valid.
    Fence,
    /// The record of an artefact is put without the condition that there is none: two jobs that make the same artefact
    /// both write it.
    ArtefactOnce,
    /// A step gets its entry in `due` after its message was sent, instead of in the write that queues it.
    Outbox,
    /// A dependent waits for one step less, without the condition that it waits for as many as was read.
    FanIn,
    /// Slots are taken without the condition `taken <= TENANT_CONCURRENCY - n`.
    SlotLimit,
    /// A step leaves the backlog without the condition that it is still in it.
    BacklogEntry,
    /// A job ends without the condition that its version is the one that was read.
    Version,
    /// A step is counted without the condition that its job still runs.
    Running,
    /// A step releases its slot without the condition that it is still leased to the worker.
    SlotRelease,
    /// All attempts of a step store their objects under the same keys.
    Objects,
    /// A worker looks only for objects of the attempt directly before its own.
    Adoption,
    /// A worker whose claim was not answered believes that it holds the step, whoever holds it now.
    LostAnswer,
    /// The sweeper times out a job because all of its steps have been created, without looking at its age.
    JobTimeout,
    /// The sweeper never runs.
    Sweeper,
    /// A tenant's slots get no entry in `due` while there is a backlog.
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
