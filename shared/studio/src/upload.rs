//! The record of an uploaded file.

use std::time::Duration;

use cloud::bucket::PRESIGNED_LIFETIME;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storyboard::UploadId;
use utoipa::ToSchema;

use crate::project::ProjectId;

/// How long after its URL has expired an upload may still arrive: S3 checks the URL when a transfer begins, and 20 MiB
/// over a slow line take minutes.
const TRANSFER: Duration = Duration::from_secs(600);

/// How long an uploaded file is kept that no storyboard shows: a week, so that a picture that was taken out can be put
/// back.
const UNUSED: Duration = Duration::from_secs(7 * 24 * 3600);

/// The longest that a request to the API takes.
const REQUEST: Duration = Duration::from_secs(30);

/// A file that a person uploads for a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Identifies it.
    pub id: UploadId,
    /// The project that it was uploaded for; none for a file that was found in the bucket without a record.
    pub project: Option<ProjectId>,
    /// The media type that it was asked for with, or has.
    pub content_type: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// How far it is.
    pub state: UploadState,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// From when on nothing can be written to its key any more. Its bytes are held or counted until then, whatever
    /// becomes of it.
    pub writable_until: Timestamp,
    /// Until when it is kept although no storyboard shows it.
    pub kept_until: Timestamp,
    /// The projects whose storyboards may show it. Whether they do, the storyboards say.
    #[serde(default)]
    pub shown_by: Vec<ProjectId>,
    /// When a storyboard last began to show it, unless it was dropped since.
    #[serde(default)]
    pub shown_at: Option<Timestamp>,
    /// Counts changes, so that nothing is deleted that was shown meanwhile.
    pub version: u64,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// It was asked for, and has not arrived as far as is known. Its bytes are held against the quota.
    Pending,
    /// It has arrived. Its bytes are charged.
    Stored,
    /// It is to be deleted, once nothing can be written to its key any more. No list has it.
    Deleting,
}

impl Upload {
    /// An upload that is asked for now.
    #[must_use]
    pub fn asked_for(id: UploadId, project: ProjectId, content_type: &str, bytes: u64) -> Self {
        let now = cloud::clock::now();
        Self {
            id,
            project: Some(project),
            content_type: content_type.to_owned(),
            bytes,
            state: UploadState::Pending,
            created_at: now,
            writable_until: after(now, PRESIGNED_LIFETIME + TRANSFER),
            kept_until: kept_from(now),
            shown_by: Vec::new(),
            shown_at: None,
            version: 1,
        }
    }

    /// The record of a file that was found in the bucket without one. Its bytes are charged already, because usage is
    /// measured in the bucket.
    pub(crate) fn found(id: UploadId, content_type: &str, bytes: u64, shown_by: Vec<ProjectId>) -> Self {
        let now = cloud::clock::now();
        Self {
            id,
            project: None,
            content_type: content_type.to_owned(),
            bytes,
            state: UploadState::Stored,
            created_at: now,
            writable_until: now,
            kept_until: kept_from(now),
            shown_by,
            shown_at: None,
            version: 1,
        }
    }

    /// Until when a storyboard that shows it may be about to be written: its record comes first, and a request takes 30
    /// s at most, after which API Gateway gives up on it. None when that time is over.
    pub(crate) fn being_shown_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.shown_at.map(|shown_at| after(shown_at, REQUEST)).filter(|until| now < *until)
    }

    /// When the storyboard of `project` began to show it, if no other project may show it, and if that was before the
    /// project's last edit at `edited_at`: then that storyboard is written, and need not be waited for. None for one
    /// that began since: its request may be about to write it.
    pub(crate) fn shown_at_before(&self, project: &ProjectId, edited_at: Timestamp) -> Option<Timestamp> {
        let is_alone = self.shown_by.iter().all(|by| by == project);
        self.shown_at.filter(|shown_at| is_alone && *shown_at < edited_at)
    }

    /// From when on it can be deleted once no storyboard shows it: nothing can be written to its key any more, and
    /// every request that read a storyboard which showed it has ended, so that the jobs that were planned with it are
    /// known.
    pub(crate) fn deleted_from(&self) -> Timestamp {
        // The request that drops it from a storyboard keeps it for a week from then, and writes the storyboard after
        // that. Another request may read the storyboard just before, and then order a film.
        let dropped_at = self.kept_until.checked_sub(UNUSED).unwrap_or(Timestamp::MIN);
        self.writable_until.max(after(dropped_at, 2 * REQUEST))
    }

    /// The upload once its record says that it is to be deleted.
    pub(crate) fn discarded(&self) -> Self {
        Self { state: UploadState::Deleting, version: self.version + 1, ..self.clone() }
    }

    /// Whether a URL that is signed now expires before nothing can be written to its key any more.
    pub(crate) fn takes_another_url(&self, now: Timestamp) -> bool {
        self.state == UploadState::Pending && after(now, PRESIGNED_LIFETIME) <= self.writable_until
    }

    /// Whether something may still be written to its key.
    pub(crate) fn is_writable(&self, now: Timestamp) -> bool {
        now < self.writable_until
    }
}

/// Until when a file is kept that no storyboard shows from `now` on.
pub(crate) fn kept_from(now: Timestamp) -> Timestamp {
    after(now, UNUSED)
}

fn after(at: Timestamp, duration: Duration) -> Timestamp {
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_deleted_no_earlier_than_every_job_that_was_planned_with_it_is_known() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let asked = Upload::asked_for(UploadId::new(), ProjectId::new(), "image/png", 1);
        assert_eq!(asked.deleted_from(), asked.writable_until, "its URL outlasts every request");
        let dropped = Upload { writable_until: at(0), kept_until: kept_from(at(1_000)), ..asked };
        assert_eq!(dropped.deleted_from(), at(1_060));

        let shown = Upload { shown_at: Some(at(1_000)), ..dropped };
        assert_eq!(shown.being_shown_until(at(1_029)), Some(at(1_030)));
        assert_eq!(shown.being_shown_until(at(1_030)), None);
    }

    #[test]
    fn what_a_later_request_began_to_show_is_not_dropped_by_an_earlier_one() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (project, other) = (ProjectId::new(), ProjectId::new());
        let shown_by = |shown_by: &[ProjectId], shown_at| {
            let asked = Upload::asked_for(UploadId::new(), project, "image/png", 1);
            Upload { shown_by: shown_by.to_vec(), shown_at, ..asked }
        };
        // A storyboard is written after the record of what it shows.
        let shown = shown_by(&[project], Some(at(1_000)));
        assert_eq!(shown.shown_at_before(&project, at(1_001)), Some(at(1_000)));
        assert_eq!(shown.shown_at_before(&project, at(1_000)), None, "the storyboard that was read is older");
        assert_eq!(shown_by(&[project, other], Some(at(1_000))).shown_at_before(&project, at(1_001)), None);
        assert_eq!(shown_by(&[project], None).shown_at_before(&project, at(1_001)), None);
    }
}
