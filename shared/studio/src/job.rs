//! Jobs: each renders one revision of a project.

use film_vocabulary::Resolution;
use jiff::{Timestamp, ToSpan as _};
use metering::Amounts;
use serde::{Deserialize, Serialize};
use tenancy::UserId;
use utoipa::ToSchema;

use crate::due::Due;
use crate::failure::Failure;
use crate::ids::{JobId, VideoId};
use crate::project::ProjectId;
use crate::step_kind::StepKind;

/// How many hours a job may take before it is given up and its hold is released: far longer than any film
/// that is allowed, even behind a long backlog.
const LONGEST_JOB_HOURS: i64 = 24;

/// For how many days a job that ended without a film keeps its artefacts, so that the next render finds them.
const KEPT_DAYS: i64 = 7;

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
    /// A person cancelled it.
    Cancelled,
}

/// A job, as it is stored in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Identifies it; ids sort by the time at which jobs were accepted.
    pub id: JobId,
    /// The project that it renders.
    pub project: ProjectId,
    /// The project's title when the job was accepted.
    pub title: String,
    /// The user who ordered it.
    pub user: UserId,
    /// The frame's size.
    pub resolution: Resolution,
    /// Where it is in its life.
    pub status: JobStatus,
    /// Raised by every change; a long poll waits for that, and the end of the job is conditional on it.
    pub version: u64,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When the first finished step began, milliseconds since 1970; none before a step is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<i64>,
    /// When it ended; none while it runs.
    pub ended_at: Option<Timestamp>,
    /// The film, once it is delivered.
    pub video: Option<VideoId>,
    /// Why it failed; none unless it did.
    pub failure: Option<Failure>,
    /// How many steps of each kind there are, how many are done, and what they used.
    #[serde(flatten)]
    pub tally: Tally,
    /// Whether all of its steps have been created.
    #[serde(rename = "laid_out", default)]
    pub steps_created: bool,
    /// Whether its film was taken out of the library.
    #[serde(default)]
    pub discarded: bool,
    /// When the sweeper looks at it: to create its steps, to end it after a day, to delete what it leaves behind.
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
                /// Number of steps of the kind.
                pub $total: u64,
                /// How many of them are done.
                pub $done: u64,
                /// How long those ran, milliseconds; steps that reused an artefact do not count.
                pub $ran: u64,
            )+
            /// What its steps are charged together.
            #[serde(flatten)]
            pub used: Amounts,
        }

        impl Tally {
            /// For a kind: how many steps there are, how many are done, and how many milliseconds those ran.
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

impl Job {
    /// When a job that still runs is given up.
    #[must_use]
    pub fn times_out_at(&self) -> Timestamp {
        self.created_at.saturating_add(LONGEST_JOB_HOURS.hours()).unwrap_or(self.created_at)
    }

    /// When the artefacts of a job are released that has ended: at once when its film was taken out of the library,
    /// some days after it ended without a film. None while its film is in the library.
    #[must_use]
    pub fn artefacts_released_at(&self) -> Option<Timestamp> {
        match (self.status, self.ended_at) {
            _ if self.discarded => Some(self.created_at),
            (JobStatus::Failed | JobStatus::Cancelled, Some(ended)) => {
                Some(ended.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(ended))
            }
            _ => None,
        }
    }

    /// Estimates how many seconds the job still takes; none before its first step is done. A missing step is expected
    /// to take what this job's finished steps of its kind took on average; where none is finished, the kind's usual
    /// time, scaled by how much faster or slower than usual the other kinds were. The sum is divided by how many steps
    /// ran at once so far, which includes the effect of other jobs, the backlog and the number of workers. The stitch
    /// runs alone after all others, and is added undivided.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of an estimate")]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float saturates, and is not negative"
    )]
    pub fn left_s(&self, now: Timestamp) -> Option<u64> {
        let begun_at = self.begun_at?;
        let usual = |kind: StepKind| f64::from(kind.usual_s()) * 1000.0;
        let (mut ran, mut usually) = (0.0, 0.0);
        for kind in StepKind::ALL {
            let (_, kind_done, kind_ran) = self.tally.of(kind);
            if kind_ran > 0 {
                ran += kind_ran as f64;
                usually += kind_done as f64 * usual(kind);
            }
        }
        let pace = if usually > 0.0 { ran / usually } else { 1.0 };
        let left = |kind: StepKind| {
            let (total, done, ran) = self.tally.of(kind);
            let each = if done > 0 { ran as f64 / done as f64 } else { usual(kind) * pace };
            total.saturating_sub(done) as f64 * each
        };
        let (last, others) =
            (StepKind::Stitch, StepKind::ALL.into_iter().filter(|kind| *kind != StepKind::Stitch));
        let elapsed = (now.as_millisecond() - begun_at).max(1) as f64;
        let at_once = if ran > 0.0 { ran / elapsed } else { 1.0 };
        let left_ms = others.map(left).sum::<f64>() / at_once + left(last);
        Some((left_ms / 1000.0).ceil() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(tally: Tally) -> Job {
        Job {
            id: JobId::new(),
            project: ProjectId::new(),
            title: String::new(),
            user: UserId::new(),
            resolution: Resolution::default(),
            status: JobStatus::Running,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            begun_at: Some(0),
            ended_at: None,
            video: None,
            failure: None,
            tally,
            steps_created: true,
            discarded: false,
            due: None,
        }
    }

    fn left_s(tally: Tally, elapsed_s: i64) -> Option<u64> {
        job(tally).left_s(Timestamp::from_second(elapsed_s).unwrap())
    }

    #[test]
    fn what_is_left_follows_the_jobs_own_pace() {
        let tally = Tally { image_total: 10, ..Tally::default() };
        assert_eq!(Job { begun_at: None, ..job(tally) }.left_s(Timestamp::UNIX_EPOCH), None);
        // Five took a second each, two at once: the other five take as long.
        let half = Tally { image_done: 5, image_ran_ms: 5_000, ..tally };
        assert_eq!(left_s(half, 2), Some(2));
        // The same work, behind another job in the backlog.
        assert_eq!(left_s(half, 20), Some(20));
        assert_eq!(left_s(Tally { image_done: 10, image_ran_ms: 10_000, ..tally }, 4), Some(0));
    }

    #[test]
    fn what_no_step_has_shown_yet_is_as_quick_or_slow_as_the_others() {
        let usual_ms = u64::from(StepKind::Image.usual_s()) * 1000;
        let tally =
            Tally { image_total: 2, image_done: 2, clip_total: 4, stitch_total: 1, ..Tally::default() };
        let clips_and_stitch = |factor: u64, at_once: u64| {
            let clips = 4 * u64::from(StepKind::Clip.usual_s()) * factor / at_once;
            clips + u64::from(StepKind::Stitch.usual_s()) * factor
        };
        let slow = Tally { image_ran_ms: 2 * usual_ms * 3, ..tally };
        let elapsed = i64::try_from(usual_ms * 3 / 1000).unwrap();
        assert_eq!(left_s(slow, elapsed), Some(clips_and_stitch(3, 2)), "two at once");
        // Nothing ran at all: it was there.
        assert_eq!(left_s(tally, 1), Some(clips_and_stitch(1, 1)));
    }
}
