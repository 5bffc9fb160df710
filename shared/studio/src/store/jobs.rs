use cloud::clock;
use cloud::table::{Page, TableError, conflict_backoff};
use metering::{Allowance, Amounts};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId, UserId};

use super::keys::{idempotency_key, job_key};
use super::studio::Studio;
use crate::idempotency::IdempotencyKey;
use crate::ids::JobId;
use crate::job::Job;
use crate::step::Step;

/// How long an idempotency key is remembered, seconds: a day, as Stripe does.
const IDEMPOTENCY_S: i64 = 24 * 3600;

/// The item of an idempotency key. `expires_at` is the attribute of the table's time to live, seconds since 1970.
#[derive(Serialize, Deserialize)]
struct IdempotencyRecord {
    request: ContentHash,
    job: JobId,
    expires_at: i64,
}

/// The outcome of [`Studio::accept_job`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AcceptOutcome {
    /// The job was accepted.
    New,
    /// The same request with this idempotency key started this job before. Nothing was written.
    Repeated(JobId),
    /// The idempotency key came before with another request. Nothing was written.
    KeyReused,
    /// The quota does not suffice. Nothing was written.
    OverQuota,
}

impl Studio {
    /// Accepts a job: writes the job, its idempotency key, its hold on the quota and its deflated `plan` in one
    /// transaction. The job is in the index `due` from the start, so that its steps are created even if this process
    /// dies now. Cost: one transaction of four to six items, one more for every 380 KB of the plan after the first;
    /// where the key came before, one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn accept_job(
        &self,
        tenant: &TenantId,
        job: &Job,
        idempotency: Option<&IdempotencyKey>,
        allowance: &Allowance,
        hold: Amounts,
        plan: &[u8],
    ) -> Result<AcceptOutcome, TableError> {
        let mut writes = vec![self.table.put_new(&job_key(tenant, &job.id), job)?];
        if let Some(idempotency) = idempotency {
            let key = idempotency_key(tenant, &idempotency.key);
            let now = clock::now().as_second();
            let remembered = IdempotencyRecord {
                request: idempotency.request,
                job: job.id,
                expires_at: now + IDEMPOTENCY_S,
            };
            // DynamoDB deletes expired items days late: one that is still there does not count.
            writes.push(self.table.put_unless_live(&key, &remembered, now)?);
        }
        writes.extend(self.quotas.hold(tenant, allowance, job.id.uuid(), job.created_at, hold)?);
        writes.extend(self.plan_writes(tenant, &job.id, plan)?);
        loop {
            match self.table.transact(writes.clone()).await {
                Ok(()) => return Ok(AcceptOutcome::New),
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(TableError::Condition { failed }) => {
                    let Some(key) = idempotency.filter(|_| failed.get(1) == Some(&true)) else {
                        return Ok(AcceptOutcome::OverQuota);
                    };
                    if let Some(before) = self.find_idempotent(tenant, key).await? {
                        return Ok(before);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// [`AcceptOutcome::Repeated`] or [`AcceptOutcome::KeyReused`] for an idempotency key that came within the last 24
    /// hours; none for a new one. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn find_idempotent(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
    ) -> Result<Option<AcceptOutcome>, TableError> {
        Ok(self.live_record(tenant, &key.key).await?.map(|before| match before.request == key.request {
            true => AcceptOutcome::Repeated(before.job),
            false => AcceptOutcome::KeyReused,
        }))
    }

    /// The job that the same request of this user started with this idempotency key when earlier versions recorded keys
    /// without their caller and route. It is of use until the last of these records has expired, a day after the
    /// deployment. Cost: one read; where there is such a record, two.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub(crate) async fn find_unscoped(
        &self,
        tenant: &TenantId,
        user: &UserId,
        key: &IdempotencyKey,
    ) -> Result<Option<Job>, TableError> {
        let before = self.live_record(tenant, &key.unscoped).await?;
        let Some(before) = before.filter(|before| before.request == key.request) else { return Ok(None) };
        Ok(self.job(tenant, &before.job).await?.filter(|job| job.user == *user))
    }

    async fn live_record(
        &self,
        tenant: &TenantId,
        key: &ContentHash,
    ) -> Result<Option<IdempotencyRecord>, TableError> {
        let found: Option<IdempotencyRecord> = self.table.get(&idempotency_key(tenant, key)).await?;
        Ok(found.filter(|record| record.expires_at > clock::now().as_second()))
    }

    /// A job. Cost: one read.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn job(&self, tenant: &TenantId, job: &JobId) -> Result<Option<Job>, TableError> {
        self.table.get(&job_key(tenant, job)).await
    }

    /// Jobs, newest first. Cost: one query.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
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
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn steps(&self, tenant: &TenantId, job: &JobId) -> Result<Vec<Step>, TableError> {
        self.table.query_all(&tenant.partition(), &format!("STEP#{job}#")).await
    }
}
