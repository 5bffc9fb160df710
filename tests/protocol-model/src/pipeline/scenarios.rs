//! Which jobs are checked, with which faults.

use super::fault::Fault;
use super::model::{Pipeline, PlannedStep};
use super::mutation::Mutation;

/// All kinds of faults.
const EVERY: &[Fault] = &[
    Fault::Crash,
    Fault::MessageLost,
    Fault::MessageTwice,
    Fault::DueTooEarly,
    Fault::Unanswered,
    Fault::StepFails,
    Fault::Hedge,
];

/// A film of one scene: picture and speech, a clip of both, the film.
const FILM: &[PlannedStep] = &[
    PlannedStep { name: "image", job: 0, artefact: 0, after: &[] },
    PlannedStep { name: "narration", job: 0, artefact: 1, after: &[] },
    PlannedStep { name: "clip", job: 0, artefact: 2, after: &[0, 1] },
    PlannedStep { name: "stitch", job: 0, artefact: 3, after: &[2] },
];

/// Two jobs that want the same picture; one of them wants nothing else.
const SHARED: &[PlannedStep] = &[
    PlannedStep { name: "image", job: 0, artefact: 0, after: &[] },
    PlannedStep { name: "stitch", job: 0, artefact: 1, after: &[0] },
    PlannedStep { name: "image'", job: 1, artefact: 0, after: &[] },
];

/// A picture that two clips wait for, and another job that comes between.
const DIAMOND: &[PlannedStep] = &[
    PlannedStep { name: "image", job: 0, artefact: 0, after: &[] },
    PlannedStep { name: "clip", job: 0, artefact: 1, after: &[0] },
    PlannedStep { name: "next clip", job: 0, artefact: 2, after: &[0] },
    PlannedStep { name: "stitch", job: 0, artefact: 3, after: &[1, 2] },
    PlannedStep { name: "image of another", job: 1, artefact: 4, after: &[] },
];

/// As `SHARED`, of two tenants, who share nothing.
const SEPARATE: &[PlannedStep] = &[
    PlannedStep { name: "image", job: 0, artefact: 0, after: &[] },
    PlannedStep { name: "stitch", job: 0, artefact: 1, after: &[0] },
    PlannedStep { name: "image of another", job: 1, artefact: 2, after: &[] },
];

impl Pipeline {
    /// One film, its roots side by side.
    #[must_use]
    pub const fn one_film(faults: u8) -> Self {
        Self {
            name: "one film",
            steps: FILM,
            tenants: &[0],
            tenant_concurrency: 2,
            attempts: 2,
            processes: 2,
            faults,
            kinds: EVERY,
            cancels: true,
            mutation: None,
        }
    }

    /// One film, one step at a time: the others wait in the backlog.
    #[must_use]
    pub const fn one_slot(faults: u8) -> Self {
        Self { name: "one film in one slot", tenant_concurrency: 1, ..Self::one_film(faults) }
    }

    /// Two jobs of one tenant that share an artefact and two slots.
    #[must_use]
    pub const fn shared(faults: u8) -> Self {
        Self { name: "two films with one picture", steps: SHARED, tenants: &[0, 0], ..Self::one_film(faults) }
    }

    /// Two jobs of one tenant that compete for two slots, several steps at a time.
    #[must_use]
    pub const fn diamond(faults: u8) -> Self {
        Self { name: "two clips and another job", steps: DIAMOND, tenants: &[0, 0], ..Self::one_film(faults) }
    }

    /// Two tenants, a slot each.
    #[must_use]
    pub const fn two_tenants(faults: u8) -> Self {
        Self {
            name: "two tenants",
            steps: SEPARATE,
            tenants: &[0, 1],
            tenant_concurrency: 1,
            ..Self::one_film(faults)
        }
    }
}

impl Pipeline {
    /// For reports.
    #[must_use]
    pub fn title(&self) -> String {
        let faults = if self.faults == 1 { "fault" } else { "faults" };
        format!("{}, {} {faults}", self.name, self.faults)
    }
}

impl Mutation {
    /// Where to look for what goes wrong without it: where it takes the fewest states.
    #[must_use]
    pub const fn scenario(self) -> Pipeline {
        match self {
            Self::Outbox | Self::Version | Self::Running | Self::FanIn => Pipeline::one_film(1),
            Self::Adoption | Self::Fence | Self::SlotRelease | Self::LostAnswer => Pipeline::one_slot(2),
            Self::BacklogEntry | Self::Sweeper | Self::JobTimeout => Pipeline::one_slot(1),
            Self::BacklogWatch => Pipeline { tenant_concurrency: 1, ..Pipeline::shared(0) },
            Self::ArtefactOnce | Self::Objects => Pipeline::shared(0),
            Self::SlotLimit => Pipeline::diamond(0),
        }
    }
}
