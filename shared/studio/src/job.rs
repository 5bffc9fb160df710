//! Jobs: the rendering of one revision of a project.

use jiff::Timestamp;
use metering::Amounts;
use serde::{Deserialize, Serialize};
use tenancy::{AttemptId, ContentHash, Making, UserId, id};
use utoipa::ToSchema;

use crate::{Aspect, Due, Failure, ProjectId, Resolution, StepKind};

id!(
    /// A job.
    JobId,
    "job_"
);
id!(
    /// A finished film.
    VideoId,
    "vid_"
);

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Steps are waiting or running.
    Running,
    /// The film is delivered.
    Done,
    /// A step failed for good; what was held is free again.
    Failed,
    /// Stopped by a person.
    Cancelled,
}

/// A job as the table has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it renders.
    pub project: ProjectId,
    /// The project's title at the time.
    pub title: String,
    /// Who asked.
    pub user: UserId,
    /// The frame's size.
    pub resolution: Resolution,
    /// Where it is in its life.
    pub status: JobStatus,
    /// Counts changes; a long poll waits for it to rise.
    pub version: u64,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The film, once there is one.
    pub video: Option<VideoId>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Steps of each kind, and those that are done.
    #[serde(flatten)]
    pub tally: Tally,
    /// Whether its steps are laid out.
    #[serde(default)]
    pub laid_out: bool,
    /// Whether its film was taken out of the library.
    #[serde(default)]
    pub discarded: bool,
    /// When the sweeper looks at it: to lay out its steps, to end it after a day, to clear up behind it.
    #[serde(flatten)]
    pub due: Option<Due>,
}

macro_rules! tally {
    ($($kind:ident: $total:ident, $done:ident, $ran:ident;)+) => {
        /// Counters of a job, one attribute each, so that they can be added to in a transaction.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Tally {
            $(
                /// Steps of the kind.
                pub $total: u64,
                /// Of these, done.
                pub $done: u64,
                /// Milliseconds that these ran, reused ones not counted.
                pub $ran: u64,
            )+
            /// What its steps are charged.
            #[serde(flatten)]
            pub used: Amounts,
        }

        impl Tally {
            /// Steps of a kind: all, done, and the milliseconds that those ran.
            #[must_use]
            pub const fn of(&self, kind: StepKind) -> (u64, u64, u64) {
                match kind { $(StepKind::$kind => (self.$total, self.$done, self.$ran),)+ }
            }

            /// Counts one more step of a kind.
            pub(crate) const fn expect(&mut self, kind: StepKind) {
                match kind { $(StepKind::$kind => self.$total += 1,)+ }
            }

            pub(crate) const fn done_attribute(kind: StepKind) -> &'static str {
                match kind { $(StepKind::$kind => stringify!($done),)+ }
            }

            pub(crate) const fn ran_attribute(kind: StepKind) -> &'static str {
                match kind { $(StepKind::$kind => stringify!($ran),)+ }
            }
        }
    };
}

tally! {
    Image: image_total, image_done, image_ran_ms;
    Narration: narration_total, narration_done, narration_ran_ms;
    Clip: clip_total, clip_done, clip_ran_ms;
    Soundtrack: soundtrack_total, soundtrack_done, soundtrack_ran_ms;
    Stitch: stitch_total, stitch_done, stitch_ran_ms;
}

impl Tally {
    /// Seconds of work left on `workers` workers: for each kind what is left times what this job's own
    /// steps of that kind took, or what they usually take while none is done.
    #[must_use]
    pub fn left_s(&self, workers: u32) -> u64 {
        let left_ms: u64 = StepKind::ALL
            .iter()
            .map(|kind| {
                let (total, done, ran) = self.of(*kind);
                let each = if done > 0 && ran > 0 { ran / done } else { u64::from(kind.usual_s()) * 1000 };
                let serial = matches!(kind, StepKind::Soundtrack | StepKind::Stitch);
                total.saturating_sub(done) * each / if serial { 1 } else { u64::from(workers.max(1)) }
            })
            .sum();
        left_ms.div_ceil(1000)
    }
}

/// A finished film as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Video {
    /// Its id.
    pub id: VideoId,
    /// What it shows.
    pub project: ProjectId,
    /// Which job made it.
    pub job: JobId,
    /// What people call it.
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// The frame's shape.
    pub aspect: Aspect,
    /// The frame's size.
    pub resolution: Resolution,
    /// The film's object, and those of its captions and thumbnail.
    pub artefact: Making,
    /// What inspection found.
    #[serde(flatten)]
    pub film: FilmFacts,
    /// When it was delivered.
    pub created_at: Timestamp,
}

/// What inspection found of a delivered film.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FilmFacts {
    /// Milliseconds.
    pub duration_ms: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Size of the file.
    pub bytes: u64,
    /// Integrated loudness, LUFS (EBU R 128).
    pub loudness_lufs: f64,
    /// True peak, dBTP.
    pub true_peak_dbtp: f64,
}

/// What an artefact is: the record of its objects, written after them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artefact {
    /// What it is.
    pub kind: StepKind,
    /// What it was made from.
    pub made_from: ContentHash,
    /// Whose objects count.
    pub attempt: AttemptId,
    /// How much its objects take, bytes.
    pub bytes: u64,
    /// How many steps of jobs that are kept use it.
    pub uses: u64,
    /// Who made it, for the receipts of those who reuse it.
    pub made_by: String,
    /// Whether a better provider was tried and failed.
    pub degraded: bool,
    /// A finished film's facts.
    pub film: Option<FilmFacts>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Artefact {
    /// Where its objects lie.
    #[must_use]
    pub const fn making(&self) -> Making {
        Making { made_from: self.made_from, attempt: self.attempt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_the_jobs_own_pace() {
        let mut tally = Tally { image_total: 10, ..Tally::default() };
        assert_eq!(tally.left_s(2), 5 * u64::from(StepKind::Image.usual_s()));
        tally.image_done = 5;
        tally.image_ran_ms = 5_000;
        assert_eq!(tally.left_s(2), 3);
        tally.image_done = 10;
        assert_eq!(tally.left_s(2), 0);
    }
}
