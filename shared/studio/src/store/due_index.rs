use std::time::Duration;

use cloud::clock;
use cloud::table::{Key, TableError};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tenancy::TenantId;

use super::studio::Studio;
use crate::due::Due;
use crate::ids::JobId;
use crate::step::{Step, StepState};
use crate::step_kind::StepId;
use crate::step_message::StepMessage;

/// Partitions of the index `due`. More would serve more than 8,000 writes a second; each costs the sweeper
/// one query a minute.
const SHARDS: u64 = 8;

/// How long the sweeper waits before it sends the same again: longer than any queue should be.
const TAKEN_FOR: Duration = Duration::from_secs(300);

/// Something that nobody took care of in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// A job whose steps were not all laid out, that has taken too long, or that has ended and left something.
    Job(TenantId, JobId),
    /// A step whose message was lost or whose worker died.
    Step(StepMessage),
    /// A line that stands still.
    Backlog(TenantId),
}

/// The entry that makes the sweeper look after `after`.
pub(super) fn due_after(tenant: &TenantId, after: Duration) -> Due {
    let shard = tenancy::ContentHash::of(tenant.to_string().as_bytes()).seed() % SHARDS;
    Due { due_shard: shard.to_string(), due_at: clock::now_ms().saturating_add_unsigned(millis(after)) }
}

/// An entry of the index whose time has come.
#[derive(Debug, Deserialize)]
pub struct OverdueEntry {
    pk: String,
    sk: String,
    due_at: i64,
}

impl OverdueEntry {
    /// Whose it is; none where the key is no tenant's, which nothing here writes.
    #[must_use]
    pub fn tenant(&self) -> Option<TenantId> {
        self.pk.strip_prefix("TENANT#")?.parse().ok()
    }
}

impl Studio {
    /// The shards of the index, each to be swept on its own.
    pub const SHARDS: u64 = SHARDS;

    /// The entries of one shard whose time has come, at most 1,000, the oldest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn overdue(&self, shard: u64) -> Result<Vec<OverdueEntry>, TableError> {
        let shard = shard.to_string();
        self.table.query_index_until("due", ("due_shard", &shard), ("due_at", clock::now_ms()), 1000).await
    }

    /// Puts an entry off, so that no other sweep takes it too, and gives what is to be done; none when it was
    /// taken care of meanwhile. Cost: one write (for a dead worker's step one write and one read).
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn take_overdue(&self, entry: &OverdueEntry) -> Result<Option<Overdue>, TableError> {
        let Some(overdue) = parse(entry) else { return Ok(None) };
        let key = Key::of(&tenant_of(&overdue).partition(), entry.sk.clone());
        // A lease that has ended must stay ended, or nobody could take the step over: a running step's entry
        // is left as it is, and the worker that takes it over moves it.
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
                    Overdue::Job(..) | Overdue::Backlog(_) => None,
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
        Overdue::Job(tenant, _) | Overdue::Step(StepMessage { tenant, .. }) | Overdue::Backlog(tenant) => {
            tenant
        }
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
    let (job, step) = entry.sk.strip_prefix("STEP#")?.split_once('#')?;
    let step = StepId::try_from(step.to_owned()).ok()?;
    Some(Overdue::Step(StepMessage::new(tenant, job.parse().ok()?, step)))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
