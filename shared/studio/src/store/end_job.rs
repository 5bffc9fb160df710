//! The end of a job: with its film, without one, and what it leaves behind.

use cloud::clock;
use cloud::table::{TableError, Update, conflict_backoff, types::TransactWriteItem};
use jiff::Timestamp;
use metering::Amounts;
use tenancy::TenantId;

use super::due_index;
use super::keys::{job_key, slots_key, step_key};
use super::leased_step::LeasedStep;
use super::studio::Studio;
use super::tenant_slots::{BacklogEntry, MOST_AT_ONCE, messages, spread};
use crate::failure::{Failure, FailureCode, StepFailure};
use crate::ids::JobId;
use crate::job::{Job, JobStatus};
use crate::step::{Step, StepState};
use crate::step_message::StepMessage;

/// How many steps in line one transaction clears: two items each, and the lane.
const CLEARED_AT_ONCE: usize = 45;

/// Why a job ends without a film.
enum EndReason<'a> {
    /// A person stopped it.
    Cancelled,
    /// A step failed for good.
    Failed(&'a LeasedStep, &'a StepFailure),
    /// It took longer than any job should.
    TimedOut,
}

impl Studio {
    /// Ends a running job because a person stopped it. What its steps used is charged, the rest of the hold is
    /// free again. Steps that are running end without effect; none begins. None when there is no such job; a
    /// job that has ended is given as it is, with false. Cost: two reads, one transaction of three to five
    /// items.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn cancel_job(
        &self,
        tenant: &TenantId,
        job: &JobId,
    ) -> Result<Option<(Job, bool)>, TableError> {
        let ended = self.end_job(tenant, job, &EndReason::Cancelled).await?;
        Ok(self.job(tenant, job).await?.map(|job| (job, ended.is_some())))
    }

    /// Ends the job of a step that failed for good, and gives the messages that are to be sent because its
    /// place is free. Cost: as [`Studio::cancel_job`], and one read for the place.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn fail_job(
        &self,
        leased: &LeasedStep,
        failure: &StepFailure,
    ) -> Result<Vec<StepMessage>, TableError> {
        match self.end_job(&leased.tenant, &leased.step.job, &EndReason::Failed(leased, failure)).await? {
            Some(next) => Ok(next),
            None => self.cancel_step(leased).await,
        }
    }

    /// Ends a job that has taken longer than any job should. Cost: as [`Studio::cancel_job`].
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn time_out_job(&self, tenant: &TenantId, job: &JobId) -> Result<(), TableError> {
        self.end_job(tenant, job, &EndReason::TimedOut).await.map(drop)
    }

    /// None when the job had ended already. A step that ends meanwhile changes what is to be charged: look
    /// again, as often as it takes.
    async fn end_job(
        &self,
        tenant: &TenantId,
        job: &JobId,
        reason: &EndReason<'_>,
    ) -> Result<Option<Vec<StepMessage>>, TableError> {
        loop {
            let Some(now) = self.job(tenant, job).await? else { return Ok(None) };
            if now.status != JobStatus::Running {
                return Ok(None);
            }
            let mut next = Vec::new();
            let mut writes = vec![self.end_without_film(tenant, &now, reason).build()?];
            writes.extend(self.settlement(tenant, job, now.tally.used).await?);
            if let EndReason::Failed(leased, failure) = reason {
                let slots = self
                    .allocate_slots(
                        tenant,
                        &self.tenant_slots(tenant).await?,
                        1,
                        (0, MOST_AT_ONCE),
                        spread(&leased.step),
                    )
                    .await?;
                let mut failures = leased.step.failures.clone();
                failures.push((*failure).clone());
                let step =
                    self.fenced_update(leased).set("state", StepState::Failed).set("failures", failures);
                writes.push(step.remove("due_at").remove("due_shard").build()?);
                writes.push(slots.update.build()?);
                for entry in &slots.next {
                    writes.extend(self.queue_entry(tenant, entry)?);
                }
                next = messages(tenant, &slots.next);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(Some(next)),
                Err(TableError::Condition { .. } | TableError::Conflict) => {
                    if let EndReason::Failed(leased, _) = reason
                        && !self.is_leased(leased).await?
                    {
                        // Another worker has the step: the job's end is that worker's to decide.
                        return Ok(Some(Vec::new()));
                    }
                    conflict_backoff().await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn end_without_film(&self, tenant: &TenantId, job: &Job, reason: &EndReason<'_>) -> Update {
        let status =
            if matches!(reason, EndReason::Cancelled) { JobStatus::Cancelled } else { JobStatus::Failed };
        let due = due_index::due_after(tenant, std::time::Duration::ZERO);
        let update = self.end_update(tenant, job, status, clock::now());
        let update = update.set("due_shard", due.due_shard).set("due_at", due.due_at);
        match reason {
            EndReason::Cancelled => update,
            EndReason::Failed(leased, failure) => {
                update.set("failure", Failure::of(failure.code, Some(leased.step.id.clone())))
            }
            EndReason::TimedOut => update.set("failure", Failure::of(FailureCode::JobTimeout, None)),
        }
    }

    /// The start of every end: it happens once, and nothing is counted between look and write.
    pub(super) fn end_update(
        &self,
        tenant: &TenantId,
        job: &Job,
        status: JobStatus,
        at: Timestamp,
    ) -> Update {
        let update = self.table.update(&job_key(tenant, &job.id)).set("status", status).set("ended_at", at);
        let update = update
            .when("status", "=", JobStatus::Running)
            .when("version", "=", job.version)
            .add("version", 1);
        if status == JobStatus::Done { update.remove("due_at").remove("due_shard") } else { update }
    }

    /// What was used is charged, the rest of the hold is free again.
    pub(super) async fn settlement(
        &self,
        tenant: &TenantId,
        job: &JobId,
        used: Amounts,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        match self.quotas.find_hold(tenant, job.uuid()).await? {
            Some(hold) => self.quotas.commit(tenant, &hold, used),
            None => Ok(Vec::new()),
        }
    }

    async fn is_leased(&self, leased: &LeasedStep) -> Result<bool, TableError> {
        let step: Option<Step> =
            self.table.get(&step_key(&leased.tenant, &leased.step.job, &leased.step.id)).await?;
        let fence = leased.step.fence;
        Ok(step
            .is_some_and(|s| s.state == StepState::Running && (s.fence == fence || s.rival == Some(fence))))
    }

    /// A step whose job has ended frees its place; gives the messages that are to be sent because of that.
    /// Cost: one read, one transaction; where there is a line, one query and two items a step more.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn cancel_step(&self, leased: &LeasedStep) -> Result<Vec<StepMessage>, TableError> {
        let tenant = &leased.tenant;
        loop {
            let slots = self
                .allocate_slots(
                    tenant,
                    &self.tenant_slots(tenant).await?,
                    1,
                    (0, MOST_AT_ONCE),
                    spread(&leased.step),
                )
                .await?;
            let step = self
                .fenced_update(leased)
                .set("state", StepState::Cancelled)
                .remove("due_at")
                .remove("due_shard");
            let mut writes = vec![step.build()?, slots.update.build()?];
            for entry in &slots.next {
                writes.extend(self.queue_entry(tenant, entry)?);
            }
            match self.table.transact(writes).await {
                Ok(()) => return Ok(messages(tenant, &slots.next)),
                Err(TableError::Condition { failed }) if failed.first() == Some(&true) => {
                    return Ok(Vec::new());
                }
                Err(TableError::Condition { .. } | TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes the steps of a job that has ended out of the line. May be called again after a crash at any
    /// point. Cost: one query, one transaction for every 45 steps.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn clear_backlog(&self, tenant: &TenantId, job: &JobId) -> Result<(), TableError> {
        let backlog: Vec<BacklogEntry> =
            self.table.query_all(&tenant.partition(), &format!("LINE#{job}#")).await?;
        for chunk in backlog.chunks(CLEARED_AT_ONCE) {
            let gone = i64::try_from(chunk.len()).unwrap_or(0);
            let mut writes = vec![self.table.update(&slots_key(tenant)).add("in_line", -gone).build()?];
            for step in chunk {
                let cancelled = self.table.update(&step_key(tenant, job, &step.step));
                let cancelled =
                    cancelled.set("state", StepState::Cancelled).when("state", "=", StepState::Ready);
                writes.push(cancelled.build()?);
                writes.push(self.table.update(&step.key(tenant)).when_present().build_delete()?);
            }
            // A worker that took one of them meanwhile will find that the job has ended; the sweeper comes
            // back for the rest.
            self.table.transact(writes).await?;
        }
        Ok(())
    }

    /// When the sweeper looks at a job again that has ended; none for never. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn set_job_due(
        &self,
        tenant: &TenantId,
        job: &Job,
        at: Option<Timestamp>,
    ) -> Result<(), TableError> {
        let update = self.table.update(&job_key(tenant, &job.id)).when("discarded", "=", job.discarded);
        let update = match at {
            Some(at) => update.set("due_at", at.as_millisecond()),
            None => update.remove("due_at").remove("due_shard"),
        };
        match update.send::<Job>().await {
            // A film that was discarded meanwhile is due again already.
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
