use std::time::Duration;

use cloud::bucket::Bucket;
use tenancy::{JobDocument, ObjectKey, TenantId};

use super::error::DispatchError;
use crate::job::Job;
use crate::plan::Plan;
use crate::step_message::StepMessage;
use crate::step_queue::StepQueue;
use crate::store::studio::Studio;

/// Creates the steps of accepted jobs and sends the messages of those that may run.
#[derive(Clone)]
pub struct StepDispatcher {
    pub(super) studio: Studio,
    bucket: Bucket,
    queue: StepQueue,
}

impl StepDispatcher {
    /// Over the `studio` table, the bucket that holds the plan documents, and the queue of steps.
    #[must_use]
    pub const fn new(studio: Studio, bucket: Bucket, queue: StepQueue) -> Self {
        Self { studio, bucket, queue }
    }

    /// Goes on with a job that was just accepted: stores its plan document, which backups keep, and dispatches its
    /// steps. Cost: one object written, and what [`dispatch`](Self::dispatch) costs.
    pub(super) async fn begin(&self, tenant: &TenantId, job: &Job, plan: &Plan) -> Result<(), DispatchError> {
        let document = serde_json::to_vec(plan).map_err(std::io::Error::from)?;
        let key = ObjectKey::job(tenant, job.id.uuid(), JobDocument::Plan);
        self.bucket.put(&key, document, "application/json").await?;
        self.dispatch(tenant, job, plan).await
    }

    /// Creates a job's steps, sends as many as the tenant may run at once, and marks the job. Does nothing for a job
    /// that has ended meanwhile. May be called again after a crash at any point, and by two processes at once. Cost:
    /// one transaction for every 98 items, two for a step in the backlog; what
    /// [`dispatch_backlog`](Self::dispatch_backlog) costs; one write.
    pub(super) async fn dispatch(
        &self,
        tenant: &TenantId,
        job: &Job,
        plan: &Plan,
    ) -> Result<(), DispatchError> {
        if self.studio.create_steps(tenant, job.id, plan).await? {
            self.dispatch_backlog(tenant).await?;
            self.studio.mark_steps_created(tenant, job).await?;
        }
        Ok(())
    }

    /// Finishes what the process that accepted a job did not come to, from the plan that it was accepted with. What it
    /// did come to stays as it is. Cost: one query; one request for the plan document, two where it is missing; and
    /// what creating and sending the steps costs.
    ///
    /// # Errors
    /// [`DispatchError`] when the plan is missing or cannot be read, or when S3, DynamoDB or SQS does not answer.
    /// Calling it again goes on where this call ended.
    pub async fn resume(&self, tenant: &TenantId, job: &Job) -> Result<(), DispatchError> {
        let key = ObjectKey::job(tenant, job.id.uuid(), JobDocument::Plan);
        match self.studio.plan(tenant, &job.id).await? {
            Some(plan) if self.bucket.head(&key).await?.is_none() => self.begin(tenant, job, &plan?).await,
            Some(plan) => self.dispatch(tenant, job, &plan?).await,
            // Accepted before plans were kept in the table: the document was stored first.
            None => {
                let plan: Plan =
                    serde_json::from_slice(&self.bucket.get(&key).await?).map_err(std::io::Error::from)?;
                self.dispatch(tenant, job, &plan).await
            }
        }
    }

    /// Fills the tenant's free slots from its backlog and sends the messages. Cost: one read; where there is a free
    /// slot and a backlog, one query, one transaction of two items a step, and one message a step.
    ///
    /// # Errors
    /// [`DispatchError::Table`] or [`DispatchError::Queue`]. A step whose message was not sent is found by the
    /// sweeper.
    pub async fn dispatch_backlog(&self, tenant: &TenantId) -> Result<(), DispatchError> {
        let messages = self.studio.fill_slots(tenant).await?;
        self.send(messages).await
    }

    /// Sends the messages of steps that may run now. Cost: one message a step.
    ///
    /// # Errors
    /// [`DispatchError::Queue`] when SQS did not take one of them; others may have been sent.
    pub async fn send(&self, messages: impl IntoIterator<Item = StepMessage>) -> Result<(), DispatchError> {
        Ok(self.queue.send(messages, Duration::ZERO).await?)
    }
}
