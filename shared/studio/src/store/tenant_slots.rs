//! A tenant's slots, one for each step that is queued or running at once, and the backlog of steps that wait for one.

use std::time::Duration;

use cloud::table::{Key, TableError, Update, conflict_backoff, types::TransactWriteItem};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use super::due_index;
use super::duration_estimates::DurationEstimates;
use super::keys::{slots_key, step_key};
use super::studio::Studio;
use crate::ids::JobId;
use crate::step::{Step, StepState};
use crate::step_kind::StepId;
use crate::step_message::StepMessage;

/// How many steps one transaction moves from the backlog into the queue: two items each, of the 100 that DynamoDB
/// takes.
pub(super) const MOST_AT_ONCE: usize = 40;

/// How often [`Studio::fill_slots`] tries again when other processes change the same slots. They then fill the slots
/// that it would have filled.
const FILL_ATTEMPTS: u32 = 8;

/// How long a backlog may stand still before the sweeper fills the slots.
const STANDSTILL: Duration = Duration::from_secs(300);

/// The counters of a tenant's slots, and the measured durations of its steps: the item `LANE`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TenantSlots {
    /// Steps queued or running.
    pub(super) taken: u32,
    /// Steps in the backlog.
    #[serde(rename = "in_line")]
    pub(super) backlog: u32,
    /// How long steps take.
    #[serde(flatten)]
    pub(super) estimates: DurationEstimates,
}

/// How free slots are given to steps.
pub(super) struct Slots {
    /// How many of the steps that are released now get a slot; the others join the backlog.
    pub(super) queued: usize,
    /// The steps of the backlog that get a slot.
    pub(super) next: Vec<BacklogEntry>,
    /// The update of the slots' counters.
    pub(super) update: Update,
}

/// A step in the backlog: it may run, and waits for a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BacklogEntry {
    pub(super) job: JobId,
    pub(super) step: StepId,
    pub(super) position: usize,
}

impl BacklogEntry {
    pub(super) fn of(step: &Step) -> Self {
        Self { job: step.job, step: step.id.clone(), position: step.position }
    }

    /// Sorts jobs in the order in which they were accepted, and steps in the order of their plan: the film that was
    /// ordered first is finished first.
    pub(super) fn key(&self, tenant: &TenantId) -> Key {
        Key::of(&tenant.partition(), format!("LINE#{}#{:06}", self.job, self.position))
    }
}

impl Studio {
    /// Fills a tenant's free slots from its backlog, and gives the messages to be sent. A step whose message is lost is
    /// found by the sweeper. Cost: one read; where there are a free slot and a backlog, one query, and one transaction
    /// of one item and two for each step.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn fill_slots(&self, tenant: &TenantId) -> Result<Vec<StepMessage>, TableError> {
        for _ in 0..FILL_ATTEMPTS {
            let slots = self.tenant_slots(tenant).await?;
            let allocated = self.allocate_slots(tenant, &slots, 0, (0, MOST_AT_ONCE), 0).await?;
            if allocated.next.is_empty() {
                return Ok(Vec::new());
            }
            let mut writes = vec![allocated.update.build()?];
            for next in &allocated.next {
                writes.extend(self.queue_entry(tenant, next)?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(messages(tenant, &allocated.next)),
                Err(TableError::Condition { .. } | TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error),
            }
        }
        Ok(Vec::new())
    }

    pub(super) async fn tenant_slots(&self, tenant: &TenantId) -> Result<TenantSlots, TableError> {
        Ok(self.table.get(&slots_key(tenant)).await?.unwrap_or_default())
    }

    /// Decides which steps get a tenant's free slots when `freed` more become free. The `released` steps, which have
    /// just become ready, come first, because they bring a film nearer its end; then at most `most_next` steps of the
    /// backlog. `spread` differs between workers that ask at the same time, so that they do not all choose the same
    /// step. Cost: one query where there is a backlog.
    pub(super) async fn allocate_slots(
        &self,
        tenant: &TenantId,
        slots: &TenantSlots,
        freed: u32,
        (released, most_next): (usize, usize),
        spread: u64,
    ) -> Result<Slots, TableError> {
        let most = self.settings.tenant_concurrency;
        let free = (freed + most.saturating_sub(slots.taken)) as usize;
        let queued = released.min(free);
        let left = (free - queued).min(most_next);
        let next = if left > 0 && slots.backlog > 0 {
            self.backlog(tenant, left, spread).await?
        } else {
            Vec::new()
        };

        let signed = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let taken = signed(queued + next.len()) - i64::from(freed);
        let joined = signed(released - queued) - signed(next.len());
        let mut update = self.table.update(&slots_key(tenant)).add("taken", taken).add("in_line", joined);
        if taken > 0 {
            update = update.when_absent_or("taken", "<=", i64::from(most) - taken);
        }
        if i64::from(slots.backlog) + joined > 0 {
            update = self.watch_backlog(tenant, update);
        }
        Ok(Slots { queued, next, update })
    }

    /// At most `count` steps from the front of the backlog. Skips up to four of them by `spread`.
    async fn backlog(
        &self,
        tenant: &TenantId,
        count: usize,
        spread: u64,
    ) -> Result<Vec<BacklogEntry>, TableError> {
        let seen = i32::try_from(count + 4).unwrap_or(i32::MAX);
        let page = self.table.query(&tenant.partition(), "LINE#", false, seen, None).await?;
        let choice = page.items.len().saturating_sub(count) as u64 + 1;
        let skipped = usize::try_from(spread % choice).unwrap_or(0);
        Ok(page.items.into_iter().skip(skipped).take(count).collect())
    }

    /// The writes that move a step from the backlog into the queue.
    pub(super) fn queue_entry(
        &self,
        tenant: &TenantId,
        next: &BacklogEntry,
    ) -> Result<[TransactWriteItem; 2], TableError> {
        let due = due_index::due_after(tenant, self.settings.delivery);
        let step = self.table.update(&step_key(tenant, &next.job, &next.step));
        let step =
            step.set("state", StepState::Queued).set("due_shard", due.due_shard).set("due_at", due.due_at);
        Ok([
            step.when("state", "=", StepState::Ready).build()?,
            self.table.update(&next.key(tenant)).when_present().build_delete()?,
        ])
    }

    /// Makes the slots due in five minutes, unless another write moves that: the backlog then stands still.
    pub(super) fn watch_backlog(&self, tenant: &TenantId, slots: Update) -> Update {
        let due = due_index::due_after(tenant, STANDSTILL);
        slots.set("due_shard", due.due_shard).set("due_at", due.due_at)
    }

    /// Takes a tenant's slots out of the index `due` if its backlog is empty. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn unwatch_backlog(&self, tenant: &TenantId) -> Result<(), TableError> {
        let slots = self.table.update(&slots_key(tenant)).remove("due_at").remove("due_shard");
        match slots.when("in_line", "=", 0).send::<serde::de::IgnoredAny>().await {
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The messages that say that these steps may run.
pub(super) fn messages(tenant: &TenantId, steps: &[BacklogEntry]) -> Vec<StepMessage> {
    steps.iter().map(|next| StepMessage::new(*tenant, next.job, next.step.clone())).collect()
}

/// A number that differs between steps, for [`Studio::allocate_slots`].
pub(super) fn spread(step: &Step) -> u64 {
    ContentHash::of(step.id.as_str().as_bytes()).seed()
}
