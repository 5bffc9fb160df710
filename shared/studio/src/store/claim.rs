//! Claiming a step for a worker, and renewing its lease.

use std::time::{Duration, Instant};

use cloud::clock;
use cloud::table::{Attempt, Key, TableError, Update, conflict_backoff, parse};
use tenancy::{AttemptId, ContentHash, TenantId};

use super::due_index;
use super::keys::{artefact_key, job_key, slots_key, step_key};
use super::leased_step::{ClaimContext, LeasedStep};
use super::studio::Studio;
use super::tenant_slots::TenantSlots;
use crate::artefact::Artefact;
use crate::job::{Job, JobStatus};
use crate::step::{Step, StepState};
use crate::step_message::StepMessage;

/// The outcome of [`Studio::claim`].
#[derive(Debug)]
pub enum Claim {
    /// The worker holds the lease and runs the step.
    Run(Box<LeasedStep>),
    /// The job has ended: the step was cancelled. These messages, of the steps that got its slot, are to be sent now.
    JobEnded(Vec<StepMessage>),
    /// Another worker holds the lease, or the step is done: nothing to do.
    NotAvailable,
}

impl Studio {
    /// Leases a step to a worker that received its message. Every claim raises the fence, so that a worker that held
    /// the lease before can no longer write. Cost: one write (two where an expired lease is taken over); one read each
    /// of the job, the slots, the artefact, its source artefacts and the dependent steps.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer, or the step's job is missing. The lease may be taken
    /// by then; it expires.
    pub async fn claim(&self, message: &StepMessage) -> Result<Claim, TableError> {
        let attempt = AttemptId::new();
        let taken = match message.hedge {
            None => self.take_step(message, attempt).await?,
            Some(fence) => self.join(message, fence, attempt).await?,
        };
        match taken {
            Some(step) => self.prepare(message.tenant, step, attempt).await,
            None => Ok(Claim::NotAvailable),
        }
    }

    async fn take_step(&self, message: &StepMessage, attempt: AttemptId) -> Result<Option<Step>, TableError> {
        let queued = || self.lease(message, attempt).add("attempts", 1).when("state", "=", StepState::Queued);
        let step = match retry_conflicts(|| queued().attempt::<Step>()).await? {
            Attempt::Refused(Some(step)) if !step.attempt_ids.contains(&attempt) => step,
            taken => return Ok(if_own(taken, attempt)),
        };
        let now = clock::now_ms();
        let is_silent = step.due.as_ref().is_some_and(|due| due.due_at <= now);
        if step.state != StepState::Running || !is_silent {
            return Ok(None);
        }
        let silent = || {
            let lease = self.lease(message, attempt).add("attempts", 1).remove("rival");
            lease
                .when("state", "=", StepState::Running)
                .when("fence", "=", step.fence)
                .when("due_at", "<=", now)
        };
        Ok(if_own(retry_conflicts(|| silent().attempt()).await?, attempt))
    }

    /// Leases a step to a second worker beside a slow one (a hedged request): both fences are valid, and the worker
    /// that finishes first wins. `fence` is that of the slow worker.
    async fn join(
        &self,
        message: &StepMessage,
        fence: u64,
        attempt: AttemptId,
    ) -> Result<Option<Step>, TableError> {
        let beside = || {
            let lease = self.lease(message, attempt).set("rival", fence);
            lease.when("state", "=", StepState::Running).when("fence", "=", fence).when_absent("rival")
        };
        Ok(if_own(retry_conflicts(|| beside().attempt()).await?, attempt))
    }

    fn lease(&self, message: &StepMessage, attempt: AttemptId) -> Update {
        let due = due_index::due_after(&message.tenant, self.settings.lease);
        self.table
            .update(&step_key(&message.tenant, &message.job, &message.step))
            .set("state", StepState::Running)
            .append("tries", attempt)
            .set("started_at", clock::now_ms())
            .set("due_shard", due.due_shard)
            .set("due_at", due.due_at)
            .add("fence", 1)
    }

    async fn prepare(&self, tenant: TenantId, step: Step, attempt: AttemptId) -> Result<Claim, TableError> {
        let hashes: Vec<ContentHash> = [step.artefact].into_iter().chain(step.input.sources()).collect();
        let mut keys: Vec<Key> = vec![job_key(&tenant, &step.job), slots_key(&tenant)];
        keys.extend(hashes.iter().map(|hash| artefact_key(&tenant, hash)));
        keys.extend(step.dependents.iter().map(|id| step_key(&tenant, &step.job, id)));
        let read_at = Instant::now();
        let mut items = self.table.get_items(&keys).await?.into_iter();
        let job: Option<Job> = items.next().flatten().map(parse).transpose()?;
        let slots: TenantSlots = items.next().flatten().map(parse).transpose()?.unwrap_or_default();
        let artefacts = items.by_ref().take(hashes.len()).map(|item| item.map(parse::<Artefact>).transpose());
        let mut artefacts = artefacts.collect::<Result<Vec<_>, _>>()?.into_iter();
        let present = artefacts.next().flatten();
        let sources = artefacts.flatten().map(|artefact| (artefact.made_from, artefact.version())).collect();
        let dependents = items.map(|item| item.map(parse)).collect::<Option<Result<_, _>>>().transpose()?;
        let Some(job) = job else {
            return Err(TableError::Unavailable(format!("step {} has no job", step.id)));
        };
        let is_running = job.status == JobStatus::Running;
        let slow_after = slots.estimates.slow_after(&step);
        let context = ClaimContext { slots, dependents, read_at };
        let leased = LeasedStep { tenant, step, attempt, job, present, sources, slow_after, context };
        if is_running {
            Ok(Claim::Run(Box::new(leased)))
        } else {
            Ok(Claim::JobEnded(self.cancel_step(&leased).await?))
        }
    }

    /// Extends the lease of a worker that is still running. False when the step is no longer leased to it. Cost: one
    /// write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn renew(&self, leased: &LeasedStep) -> Result<bool, TableError> {
        let due = due_index::due_after(&leased.tenant, self.settings.lease);
        match self.fenced_update(leased).set("due_at", due.due_at).send::<Step>().await {
            Ok(_) => Ok(true),
            Err(TableError::Condition { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// How often a worker should call [`Studio::renew`].
    #[must_use]
    pub fn renewal_interval(&self) -> Duration {
        self.settings.lease / 3
    }

    /// The update that every write of a worker to its step begins with: it is conditional on the worker's fence.
    pub(super) fn fenced_update(&self, leased: &LeasedStep) -> Update {
        let step = self.table.update(&step_key(&leased.tenant, &leased.step.job, &leased.step.id));
        step.when("state", "=", StepState::Running).when_either("fence", "rival", leased.step.fence)
    }
}

/// The step, if this attempt holds it. A refused condition also means yes where the answer to the SDK's first try was
/// lost: then this attempt is the last in the step's list. If another attempt came since, the fence is that one's.
fn if_own(taken: Attempt<Step>, attempt: AttemptId) -> Option<Step> {
    match taken {
        Attempt::Done(step) => Some(step),
        Attempt::Refused(step) => step.filter(|step| step.attempt_ids.last() == Some(&attempt)),
    }
}

/// Repeats an update for as long as a transaction holds its item.
async fn retry_conflicts<T, F>(update: impl Fn() -> F) -> Result<T, TableError>
where
    F: Future<Output = Result<T, TableError>>,
{
    loop {
        match update().await {
            Err(TableError::Conflict) => conflict_backoff().await,
            other => return other,
        }
    }
}
