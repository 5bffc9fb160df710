//! The end of a job: by cancellation, failure or timeout, and what it leaves in the backlog.

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

/// How many backlog entries one transaction clears: two items each, and the slots; DynamoDB takes 100.
const CLEARED_AT_ONCE: usize = 45;

/// Why a job ends without a film.
enum EndReason<'a> {
    /// A person cancelled it.
    Cancelled,
    /// A step of it failed and is not tried again.
    Failed(&'a LeasedStep, &'a StepFailure),
    /// It ran for longer than a job may: see [`Job::times_out_at`].
    TimedOut,
}

impl Studio {
    /// Cancels a running job: charges what its steps used and releases the rest of its hold. Running steps finish
    /// without effect; no other step begins. Gives the job, and whether this call ended it; none when there is no such
    /// job. Cost: two reads, one transaction of three to five items.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn cancel_job(
        &self,
        tenant: &TenantId,
        job: &JobId,
    ) -> Result<Option<(Job, bool)>, TableError> {
        let ended = self.end_job(tenant, job, &EndReason::Cancelled).await?;
        Ok(self.job(tenant, job).await?.map(|job| (job, ended.is_some())))
    }

    /// Ends the job of a step that is not tried again. Gives the messages of the steps that got its slot, which are to
    /// be sent now. Cost: as [`Studio::cancel_job`], and one read of the slots.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
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

    /// Ends a job that has run for longer than a job may. Cost: as [`Studio::cancel_job`].
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn time_out_job(&self, tenant: &TenantId, job: &JobId) -> Result<(), TableError> {
        self.end_job(tenant, job, &EndReason::TimedOut).await.map(drop)
    }

    /// Ends a job, and gives the messages to be sent; none when it had ended already. A step that finishes between the
    /// read and the write changes what is to be charged; then both are repeated.
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
                        // Another worker holds the step, and may finish it: this one must not end the job.
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
                let step = Some(leased.step.id.clone());
                update.set(
                    "failure",
                    Failure { message: failure.message.clone(), ..Failure::of(failure.code, step) },
                )
            }
            EndReason::TimedOut => update.set("failure", Failure::of(FailureCode::JobTimeout, None)),
        }
    }

    /// The update of a job that every end begins with. It is conditional on the job still running at the version that
    /// was read, so that a job ends once and no step is counted in between.
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

    /// The writes that charge what was used and release the rest of the job's hold; none when the hold is settled.
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

    /// Cancels a step whose job has ended, and gives the messages of the steps that got its slot, which are to be sent
    /// now. Cost: one read, one transaction; where there is a backlog, one query and two items a step more.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn cancel_step(&self, leased: &LeasedStep) -> Result<Vec<StepMessage>, TableError> {
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

    /// Takes the steps of a job that has ended out of the backlog. Can be repeated after a crash at any point. Cost:
    /// one query, one transaction for every 45 steps.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer; [`TableError::Condition`] or [`TableError::Conflict`]
    /// when a worker takes one of the steps at the same moment. A part of the steps may be cleared by then.
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
            // A worker that took one of them meanwhile finds that the job has ended and cancels the step; the sweeper
            // comes back for the others.
            self.table.transact(writes).await?;
        }
        Ok(())
    }

    /// Sets when the sweeper looks again at a job that has ended; none for never. Does nothing when the job's film was
    /// taken out of the library meanwhile, which makes the job due at once. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
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
