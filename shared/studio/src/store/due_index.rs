//! The index `due`: which items the sweeper must look at, and when.

use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, TableError};
use serde::Deserialize;
use serde::de::IgnoredAny;
use storyboard::UploadId;
use tenancy::TenantId;

use super::studio::Studio;
use crate::due::Due;
use crate::ids::JobId;
use crate::project::ProjectId;
use crate::step::{Step, StepState};
use crate::step_kind::StepId;
use crate::step_message::StepMessage;

/// Partitions of the index `due`. A DynamoDB partition takes 1,000 writes a second, so these take 8,000; each costs
/// the sweeper one query a minute.
const SHARDS: u64 = 8;

/// How many entries of a shard are read at once.
const PAGE: i32 = 1_000;

/// How many pages of a shard are read: a person may have thousands of uploads that are due, and what lies behind them
/// must be seen.
const MOST_PAGES: usize = 10;

/// For how long an entry that a sweep takes is hidden from other sweeps: longer than a message waits in the queue.
const TAKEN_FOR: Duration = Duration::from_secs(300);

/// An item whose time has come without anything having happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// A job whose steps were not all created, that has run for too long, or that has ended and must be cleared up.
    Job(TenantId, JobId),
    /// A step whose message was lost, or whose worker let its lease expire. The message is to be sent again.
    Step(StepMessage),
    /// A tenant whose backlog has not moved for some minutes.
    Backlog(TenantId),
    /// An upload whose URL has expired, or that storyboards may not show any more.
    Upload(TenantId, UploadId),
    /// A project that was deleted, whose uploads are to be released.
    DeletedProject(TenantId, ProjectId),
}

/// An entry that becomes due when `after` has passed.
pub(super) fn due_after(tenant: &TenantId, after: Duration) -> Due {
    let shard = tenancy::ContentHash::of(tenant.to_string().as_bytes()).seed() % SHARDS;
    Due { due_shard: shard.to_string(), due_at: clock::now_ms().saturating_add_unsigned(millis(after)) }
}

/// An index entry whose time has come.
#[derive(Debug, Deserialize)]
pub struct OverdueEntry {
    pk: String,
    sk: String,
    due_at: i64,
}

impl OverdueEntry {
    /// The tenant that owns the item. None where the key is not in a tenant's partition, which nothing here writes.
    #[must_use]
    pub fn tenant(&self) -> Option<TenantId> {
        self.pk.strip_prefix("TENANT#")?.parse().ok()
    }

    /// Whether it is an upload's.
    #[must_use]
    pub fn is_of_upload(&self) -> bool {
        self.sk.starts_with("UPLOAD#")
    }
}

impl Studio {
    /// The number of shards of the index; each is queried on its own.
    pub const SHARDS: u64 = SHARDS;

    /// The entries of one shard whose time has come, at most 10,000, the oldest first. Cost: one query for every 1,000.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn overdue(&self, shard: u64) -> Result<Vec<OverdueEntry>, TableError> {
        let shard = shard.to_string();
        let (partition, until) = (("due_shard", shard.as_str()), ("due_at", clock::now_ms()));
        let (mut entries, mut after) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let (page, next) = self.table.query_index_until("due", partition, until, PAGE, after).await?;
            entries.extend(page);
            after = next;
            if after.is_none() {
                break;
            }
        }
        Ok(entries)
    }

    /// Hides an entry from other sweeps for five minutes, and gives what is overdue; none when the entry has changed
    /// since it was read. Cost: one write; for a step whose lease expired one read more.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn take_overdue(&self, entry: &OverdueEntry) -> Result<Option<Overdue>, TableError> {
        let Some(overdue) = parse(entry) else { return Ok(None) };
        let key = Key::of(&tenant_of(&overdue).partition(), entry.sk.clone());
        // `due_at` of a running step is the end of its lease. It must stay in the past, or no worker could take the
        // step over; the worker that does moves it.
        let put_off = self
            .table
            .update(&key)
            .set("due_at", clock::now_ms().saturating_add_unsigned(millis(TAKEN_FOR)))
            .when("due_at", "=", entry.due_at)
            .when_absent_or("state", "<>", StepState::Running);
        match put_off.send::<IgnoredAny>().await {
            Ok(_) => Ok(Some(overdue)),
            Err(TableError::Condition { .. }) => {
                let running: Option<Step> = match &overdue {
                    Overdue::Step(_) => self.table.get(&key).await?,
                    _ => None,
                };
                let still = running.and_then(|step| step.due).is_some_and(|due| due.due_at == entry.due_at);
                Ok(still.then_some(overdue))
            }
            Err(error) => Err(error),
        }
    }
}

fn tenant_of(overdue: &Overdue) -> &TenantId {
    match overdue {
        Overdue::Job(tenant, _)
        | Overdue::Step(StepMessage { tenant, .. })
        | Overdue::Backlog(tenant)
        | Overdue::Upload(tenant, _)
        | Overdue::DeletedProject(tenant, _) => tenant,
    }
}

fn parse(entry: &OverdueEntry) -> Option<Overdue> {
    let tenant = entry.tenant()?;
    if entry.sk == "LANE" {
        return Some(Overdue::Backlog(tenant));
    }
    if let Some(job) = entry.sk.strip_prefix("JOB#") {
        return Some(Overdue::Job(tenant, job.parse().ok()?));
    }
    if let Some(upload) = entry.sk.strip_prefix("UPLOAD#") {
        return Some(Overdue::Upload(tenant, upload.parse().ok()?));
    }
    if let Some(project) = entry.sk.strip_prefix("DELETED#") {
        return Some(Overdue::DeletedProject(tenant, project.parse().ok()?));
    }
    let (job, step) = entry.sk.strip_prefix("STEP#")?.split_once('#')?;
    let step = StepId::try_from(step.to_owned()).ok()?;
    Some(Overdue::Step(StepMessage::new(tenant, job.parse().ok()?, step)))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_are_told_from_all_else_that_is_due() {
        let (upload, job) = (UploadId::new(), JobId::new());
        for (sk, is_of_upload) in [
            (format!("UPLOAD#{upload}"), true),
            (format!("JOB#{job}"), false),
            (format!("STEP#{job}#image-0000"), false),
            (format!("DELETED#{}", ProjectId::new()), false),
            ("LANE".to_owned(), false),
        ] {
            let pk = TenantId::new().partition().as_str().to_owned();
            let entry = OverdueEntry { pk, sk, due_at: 0 };
            let parsed = parse(&entry);
            assert!(parsed.is_some(), "{entry:?}");
            assert_eq!(matches!(parsed, Some(Overdue::Upload(..))), is_of_upload, "{entry:?}");
            assert_eq!(entry.is_of_upload(), is_of_upload, "{entry:?}");
        }
    }
}
