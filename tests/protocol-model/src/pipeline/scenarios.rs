//! Which jobs are checked, with which faults.

use super::{Fault, Mutation, Pipeline, Planned};

/// All kinds of faults.
const EVERY: &[Fault] = &[
    Fault::Crash,
    Fault::Loss,
    Fault::Duplicate,
    Fault::Late,
    Fault::Unanswered,
    Fault::Stumble,
    Fault::Hedge,
];

/// A film of one scene: picture and speech, a clip of both, the film.
const FILM: &[Planned] = &[
    Planned { name: "image", job: 0, artefact: 0, after: &[] },
    Planned { name: "narration", job: 0, artefact: 1, after: &[] },
    Planned { name: "clip", job: 0, artefact: 2, after: &[0, 1] },
    Planned { name: "stitch", job: 0, artefact: 3, after: &[2] },
];

/// Two jobs that want the same picture; one of them wants nothing else.
const SHARED: &[Planned] = &[
    Planned { name: "image", job: 0, artefact: 0, after: &[] },
    Planned { name: "stitch", job: 0, artefact: 1, after: &[0] },
    Planned { name: "image'", job: 1, artefact: 0, after: &[] },
];

/// A picture that two clips wait for, and another job that comes between.
const DIAMOND: &[Planned] = &[
    Planned { name: "image", job: 0, artefact: 0, after: &[] },
    Planned { name: "clip", job: 0, artefact: 1, after: &[0] },
    Planned { name: "next clip", job: 0, artefact: 2, after: &[0] },
    Planned { name: "stitch", job: 0, artefact: 3, after: &[1, 2] },
    Planned { name: "image of another", job: 1, artefact: 4, after: &[] },
];

/// As `SHARED`, of two tenants, who share nothing.
const SEPARATE: &[Planned] = &[
    Planned { name: "image", job: 0, artefact: 0, after: &[] },
    Planned { name: "stitch", job: 0, artefact: 1, after: &[0] },
    Planned { name: "image of another", job: 1, artefact: 2, after: &[] },
];

impl Pipeline {
    /// One film, its roots side by side.
    #[must_use]
    pub const fn one_film(faults: u8) -> Self {
        Self {
            name: "one film",
            steps: FILM,
            tenants: &[0],
            most: 2,
            attempts: 2,
            processes: 2,
            faults,
            kinds: EVERY,
            cancels: true,
            mutation: None,
        }
    }

    /// One film, one step at a time: the others stand in line.
    #[must_use]
    pub const fn one_place(faults: u8) -> Self {
        Self { name: "one film in one place", most: 1, ..Self::one_film(faults) }
    }

    /// Two jobs of one tenant that share an artefact and two places.
    #[must_use]
    pub const fn shared(faults: u8) -> Self {
        Self { name: "two films with one picture", steps: SHARED, tenants: &[0, 0], ..Self::one_film(faults) }
    }

    /// Two jobs of one tenant that compete for two places, several steps at a time.
    #[must_use]
    pub const fn diamond(faults: u8) -> Self {
        Self { name: "two clips and another job", steps: DIAMOND, tenants: &[0, 0], ..Self::one_film(faults) }
    }

    /// Two tenants, a place each.
    #[must_use]
    pub const fn two_tenants(faults: u8) -> Self {
        Self { name: "two tenants", steps: SEPARATE, tenants: &[0, 1], most: 1, ..Self::one_film(faults) }
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
            Self::Adoption | Self::Fence | Self::Place | Self::Answer => Pipeline::one_place(2),
            Self::Line | Self::Sweeper | Self::Day => Pipeline::one_place(1),
            Self::Watch => Pipeline { most: 1, ..Pipeline::shared(0) },
            Self::OnceKey | Self::Objects => Pipeline::shared(0),
            Self::Cap => Pipeline::diamond(0),
        }
    }
}
