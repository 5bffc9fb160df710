use cloud::clock;
use cloud::table::{Key, Page, TableError, conflict_pause, types::TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use super::steps::DELIVERY;
use super::{Studio, job_key, step_key, sweep};
use crate::{Job, JobId, JobStatus, Plan, Step, StepState};

/// How long an idempotency key is remembered, seconds: a day, as Stripe does.
const IDEMPOTENCY_S: i64 = 24 * 3600;

/// How many items one transaction takes.
const TRANSACTION: usize = 100;

/// What the client sent to tell a repeated request from a new one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Hash of the header's value.
    pub key: ContentHash,
    /// Hash of the request.
    pub request: ContentHash,
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    request: ContentHash,
    job: JobId,
    expires_at: i64,
}

/// What became of a request to render.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// A new job.
    New,
    /// The same request came before and made this job.
    Before(JobId),
    /// The key came before with another request.
    OtherRequest,
    /// One of the caller's own writes failed its condition: nothing was written.
    Refused,
}

impl Studio {
    /// Accepts a job: the job, its idempotency key and the caller's own writes (the hold) in one
    /// transaction. The job is due at once, so that its steps are laid out even if this process dies now.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn accept_job(
        &self,
        tenant: &TenantId,
        job: &Job,
        idempotency: Option<&IdempotencyKey>,
        with: Vec<TransactWriteItem>,
    ) -> Result<Accepted, TableError> {
        let mut writes = vec![self.table.put_new(&job_key(tenant, &job.id), job)?];
        if let Some(idempotency) = idempotency {
            let key = idempotency_key(tenant, idempotency);
            let now = clock::now().as_second();
            let remembered =
                Remembered { request: idempotency.request, job: job.id, expires_at: now + IDEMPOTENCY_S };
            // The table's time to live is coarse: an expired entry that is still there does not count.
            writes.push(self.table.put_unless_live(&key, &remembered, now)?);
        }
        writes.extend(with);
        loop {
            match self.table.transact(writes.clone()).await {
                Ok(()) => return Ok(Accepted::New),
                Err(TableError::Conflict) => conflict_pause().await,
                Err(TableError::Condition { failed }) => {
                    let Some(key) = idempotency.filter(|_| failed.get(1) == Some(&true)) else {
                        return Ok(Accepted::Refused);
                    };
                    if let Some(before) = self.remembered(tenant, key).await? {
                        return Ok(before);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// What an idempotency key stands for, if it came before. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn remembered(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
    ) -> Result<Option<Accepted>, TableError> {
        let before: Option<Remembered> = self.table.get(&idempotency_key(tenant, key)).await?;
        let live = before.filter(|before| before.expires_at > clock::now().as_second());
        Ok(live.map(|before| match before.request == key.request {
            true => Accepted::Before(before.job),
            false => Accepted::OtherRequest,
        }))
    }

    /// Writes the steps of a job. May be called again after a crash at any point: steps that are there
    /// stay as they are. Cost: one transaction for every 100 steps.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn lay_out(&self, tenant: &TenantId, job: JobId, plan: &Plan) -> Result<(), TableError> {
        let mut steps = plan.lay_out(job);
        for root in steps.iter_mut().filter(|step| step.state == StepState::Ready) {
            // Should its message be lost, the sweeper sends another.
            root.due = Some(sweep::due(tenant, DELIVERY));
        }
        // The last steps first: whatever may run finds there those that wait for it.
        for chunk in steps.chunks(TRANSACTION).rev() {
            let put = |step: &Step| self.table.put_new(&step_key(tenant, &job, &step.id), step);
            let writes = chunk.iter().map(put).collect::<Result<Vec<_>, _>>()?;
            match self.table.transact(writes).await {
                // A chunk is written whole or not at all: if one of its steps is there, all are.
                Ok(()) | Err(TableError::Condition { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Says that the job's steps are laid out and those that wait for nothing are sent. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn laid_out(&self, tenant: &TenantId, job: &JobId) -> Result<(), TableError> {
        let update = self.table.update(&job_key(tenant, job)).remove("due_at").remove("due_shard");
        update.when_present().send::<Job>().await.map(drop)
    }

    /// A job. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn job(&self, tenant: &TenantId, job: &JobId) -> Result<Option<Job>, TableError> {
        self.table.get(&job_key(tenant, job)).await
    }

    /// Jobs, newest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn jobs(
        &self,
        tenant: &TenantId,
        limit: i32,
        after: Option<JobId>,
    ) -> Result<Page<Job>, TableError> {
        let after = after.map(|job| format!("JOB#{job}"));
        self.table.query(&tenant.partition(), "JOB#", true, limit, after.as_deref()).await
    }

    /// All steps of a job. Cost: one query, one read for every 4 KB.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn steps(&self, tenant: &TenantId, job: &JobId) -> Result<Vec<Step>, TableError> {
        self.table.query_all(&tenant.partition(), &format!("STEP#{job}#")).await
    }

    /// Ends a running job without a film, together with the caller's own writes (the settlement of what
    /// `job` has used). Steps that are running end without effect; none begins. Cost: one transaction.
    ///
    /// # Errors
    /// [`TableError::Condition`] when the job has changed since it was read.
    pub async fn cancel_job(
        &self,
        tenant: &TenantId,
        job: &Job,
        with: Vec<TransactWriteItem>,
    ) -> Result<(), TableError> {
        let ending = self.ending(tenant, &job.id, JobStatus::Cancelled, clock::now());
        let mut writes = vec![ending.when("version", "=", job.version).build()?];
        writes.extend(with);
        self.table.transact(writes).await
    }

    pub(super) fn ending(
        &self,
        tenant: &TenantId,
        job: &JobId,
        status: JobStatus,
        at: Timestamp,
    ) -> cloud::table::Update {
        self.table
            .update(&job_key(tenant, job))
            .set("status", status)
            .set("ended_at", at)
            .add("version", 1)
            .remove("due_at")
            .remove("due_shard")
            .when("status", "=", JobStatus::Running)
    }
}

fn idempotency_key(tenant: &TenantId, idempotency: &IdempotencyKey) -> Key {
    Key::of(&tenant.partition(), format!("IDEMPOTENCY#{}", idempotency.key))
}
