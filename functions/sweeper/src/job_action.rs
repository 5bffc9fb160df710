use jiff::Timestamp;
use studio::{Job, JobStatus};

/// What the sweeper does for a job whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobAction {
    /// Creates the steps that are missing and sends those that may run: the process that accepted the job may have
    /// died before it came to that.
    Resume,
    /// Ends the job without a film: it has run for longer than any job may.
    TimeOut,
    /// Takes the job's steps out of the backlog, and looks again at this time; none for never.
    ClearBacklog(Option<Timestamp>),
    /// Takes the job's steps out of the backlog, and deletes its artefacts that no other job uses.
    ReleaseArtefacts,
}

impl JobAction {
    /// The action that the sweeper must take for this job.
    #[must_use]
    pub fn of(job: &Job, now: Timestamp) -> Self {
        match job.status {
            JobStatus::Running if job.times_out_at() <= now => Self::TimeOut,
            JobStatus::Running => Self::Resume,
            JobStatus::Done | JobStatus::Failed | JobStatus::Cancelled => match job.artefacts_released_at() {
                Some(at) if at <= now => Self::ReleaseArtefacts,
                at => Self::ClearBacklog(at),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use film_vocabulary::Resolution;
    use jiff::ToSpan as _;
    use studio::{JobId, ProjectId, Tally};
    use tenancy::UserId;

    use super::*;

    fn accepted_at() -> Timestamp {
        "2026-01-10T12:00:00Z".parse().unwrap()
    }

    fn hours_later(hours: i64) -> Timestamp {
        accepted_at().checked_add(hours.hours()).unwrap()
    }

    fn job(status: JobStatus) -> Job {
        let has_ended = status != JobStatus::Running;
        Job {
            id: JobId::new(),
            project: ProjectId::new(),
            title: String::new(),
            user: UserId::new(),
            resolution: Resolution::default(),
            status,
            version: 1,
            created_at: accepted_at(),
            begun_at: None,
            ended_at: has_ended.then(|| hours_later(1)),
            video: None,
            failure: None,
            tally: Tally::default(),
            steps_created: false,
            discarded: false,
            due: None,
        }
    }

    #[test]
    fn a_running_job_is_resumed_for_a_day_whether_its_steps_were_created_or_not() {
        for steps_created in [false, true] {
            let job = Job { steps_created, ..job(JobStatus::Running) };
            assert_eq!(JobAction::of(&job, accepted_at()), JobAction::Resume);
            assert_eq!(JobAction::of(&job, hours_later(23)), JobAction::Resume);
            assert_eq!(JobAction::of(&job, hours_later(24)), JobAction::TimeOut);
        }
    }

    #[test]
    fn a_job_without_a_film_keeps_its_artefacts_for_a_week_so_that_the_next_render_finds_them() {
        for status in [JobStatus::Failed, JobStatus::Cancelled] {
            let job = job(status);
            let released_at = hours_later(1 + 7 * 24);
            assert_eq!(JobAction::of(&job, hours_later(1)), JobAction::ClearBacklog(Some(released_at)));
            assert_eq!(JobAction::of(&job, released_at), JobAction::ReleaseArtefacts);
        }
    }

    #[test]
    fn a_film_keeps_its_artefacts_until_it_is_taken_out_of_the_library() {
        let done = job(JobStatus::Done);
        assert_eq!(JobAction::of(&done, hours_later(1000)), JobAction::ClearBacklog(None));
        let discarded = Job { discarded: true, ..done };
        assert_eq!(JobAction::of(&discarded, hours_later(2)), JobAction::ReleaseArtefacts);
    }
}
