//! Creating the steps of a job, before any of them runs.

use cloud::table::{TableError, types::TransactWriteItem};
use tenancy::TenantId;

use super::due_index;
use super::keys::{job_key, slots_key, step_key};
use super::studio::Studio;
use super::tenant_slots::BacklogEntry;
use crate::due::Due;
use crate::ids::JobId;
use crate::job::{Job, JobStatus};
use crate::plan::Plan;
use crate::step::{Step, StepState};

/// The most items that DynamoDB takes in one transaction.
const TRANSACTION: usize = 100;

impl Studio {
    /// Writes the steps of a job, and a backlog entry for each that waits for no other. Can be repeated after a crash
    /// at any point: steps that exist stay as they are. False when the job has ended meanwhile. Cost: one transaction
    /// for every 98 items; a step with a backlog entry is two.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer; a part of the steps may exist by then.
    pub(crate) async fn create_steps(
        &self,
        tenant: &TenantId,
        job: JobId,
        plan: &Plan,
    ) -> Result<bool, TableError> {
        // The last steps first: when a step can run, those that wait for it exist.
        let mut steps = plan.to_steps(job);
        while !steps.is_empty() {
            let (mut items, mut first) = (2, steps.len());
            while first > 0 && items + items_of(&steps[first - 1]) <= TRANSACTION {
                first -= 1;
                items += items_of(&steps[first]);
            }
            let chunk = steps.split_off(first);
            match self.table.transact(self.chunk(tenant, job, &chunk)?).await {
                // A chunk is written whole or not at all: if one of its steps is there, all are.
                Ok(()) => {}
                Err(TableError::Condition { failed }) if failed.first() == Some(&true) => return Ok(false),
                Err(TableError::Condition { .. }) => {}
                Err(TableError::Conflict) => {
                    cloud::table::conflict_backoff().await;
                    steps.extend(chunk);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn chunk(
        &self,
        tenant: &TenantId,
        job: JobId,
        steps: &[Step],
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let running = self.table.update(&job_key(tenant, &job)).when("status", "=", JobStatus::Running);
        let entries: Vec<BacklogEntry> =
            steps.iter().filter(|s| s.state == StepState::Ready).map(BacklogEntry::of).collect();
        let joined = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let slots = self.table.update(&slots_key(tenant)).add("in_line", joined);
        let mut writes = vec![running.add("version", 1).build()?, self.watch_backlog(tenant, slots).build()?];
        for step in steps {
            writes.push(self.table.put_new(&step_key(tenant, &job, &step.id), step)?);
        }
        for entry in &entries {
            writes.push(self.table.put_new(&entry.key(tenant), entry)?);
        }
        Ok(writes)
    }

    /// Records that all steps of a job exist. From now on the job is due only when it times out. Does nothing when the
    /// job has ended. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn mark_steps_created(&self, tenant: &TenantId, job: &Job) -> Result<(), TableError> {
        let update = self.table.update(&job_key(tenant, &job.id)).set("laid_out", true);
        let update = update.set("due_at", job.times_out_at().as_millisecond());
        let update = update.when("status", "=", JobStatus::Running);
        match update.send::<Job>().await {
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn items_of(step: &Step) -> usize {
    1 + usize::from(step.state == StepState::Ready)
}

impl Job {
    /// The index entry of a new job: it is due after 30 s, far longer than creating the steps takes, unless
    /// [`Studio::mark_steps_created`] moves it.
    #[must_use]
    pub(crate) fn due_for_steps(tenant: &TenantId) -> Due {
        due_index::due_after(tenant, std::time::Duration::from_secs(30))
    }
}
