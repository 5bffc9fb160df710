//! The sweeper: once a minute, whatever nobody took care of in time is sent again.

use std::time::{Duration, Instant};

use cloud::bucket::{API_PATIENCE, Bucket, BucketError};
use cloud::queue::{Queue, QueueError};
use cloud::table::{Table, TableError};
use cloud::{clock, correlation, settings, tenant_role};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use studio::{Entry, Job, JobId, JobStatus, Overdue, Plan, StepMessage, StepQueue, Studio, StudioSettings};
use tenancy::{JobDocument, ObjectKey, TenantId};

#[tokio::main]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let config = cloud::config().await;
    let path_style = settings::parsed("S3_PATH_STYLE", false)?;
    let scoped = tenant_role::config(&config);
    let studio = |config| -> Result<Studio, settings::SettingError> {
        let table = |name| Ok(Table::new(config, settings::text(name)?));
        Ok(Studio::new(
            table("STUDIO_TABLE")?,
            &table("METERING_TABLE")?,
            StudioSettings::from_environment()?,
        ))
    };
    let sweeper = &Sweeper {
        index: studio(&config)?,
        studio: studio(&scoped)?,
        bucket: Bucket::new(&scoped, settings::text("MEDIA_BUCKET")?, path_style, API_PATIENCE),
        steps: StepQueue(Queue::new(&config, settings::text("RENDER_STEPS_QUEUE_URL")?)),
    };
    lambda_runtime::run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        // Boxed: below the runtime, a sweep's layers are more than the compiler looks through.
        let sweep = Box::pin(sweeper.sweep());
        correlation::scope(event.context.request_id, sweep).await.map_err(Error::from)
    }))
    .await
}

struct Sweeper {
    /// Sees what is overdue for all tenants, by keys alone.
    index: Studio,
    /// Reaches one tenant's data at a time.
    studio: Studio,
    bucket: Bucket,
    steps: StepQueue,
}

/// Why something was not sent again. A sweep five minutes later tries it again.
#[derive(Debug, thiserror::Error)]
enum SweepError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error("the plan cannot be read: {0}")]
    Plan(#[from] serde_json::Error),
}

/// When a sweep stops taking more: before the function's timeout of 55 s, and before the next one starts.
const LONGEST_SWEEP: Duration = Duration::from_secs(45);

impl Sweeper {
    /// Cost: one query a shard; for each overdue step one write and one message; for each job that was not
    /// laid out what laying it out costs.
    async fn sweep(&self) -> Result<(), SweepError> {
        let begun = Instant::now();
        let (mut sent, mut failed) = (0, 0);
        for shard in 0..Studio::SHARDS {
            for entry in self.index.overdue(shard).await? {
                if begun.elapsed() > LONGEST_SWEEP {
                    tracing::warn!(sent, failed, "more is overdue than one sweep can send");
                    return Ok(());
                }
                let Some(tenant) = entry.tenant() else { continue };
                match tenant_role::acting_for(tenant, self.take(&entry)).await {
                    Ok(took) => sent += u32::from(took),
                    Err(error) => {
                        failed += 1;
                        tracing::error!(entry = ?entry, error = %error, "not sent again: {error}");
                    }
                }
            }
        }
        tracing::info!(sent, failed, "swept {sent}");
        Ok(())
    }

    /// Sends one entry again, unless somebody took care of it meanwhile.
    async fn take(&self, entry: &Entry) -> Result<bool, SweepError> {
        let Some(overdue) = self.studio.take(entry).await? else { return Ok(false) };
        self.send_again(&overdue).await?;
        Ok(true)
    }

    async fn send_again(&self, overdue: &Overdue) -> Result<(), SweepError> {
        match overdue {
            Overdue::Step(message) => self.send(vec![message.clone()]).await,
            Overdue::Job(tenant, job) => self.look_after(tenant, *job).await,
            Overdue::Lane(tenant) => {
                self.send(self.studio.pump(tenant).await?).await?;
                Ok(self.studio.unwatch(tenant).await?)
            }
        }
    }

    async fn look_after(&self, tenant: &TenantId, job: JobId) -> Result<(), SweepError> {
        let Some(job) = self.studio.job(tenant, &job).await? else { return Ok(()) };
        match job.status {
            JobStatus::Running if job.given_up_at() <= clock::now() => {
                Ok(self.studio.give_up(tenant, &job.id).await?)
            }
            // Who accepted it may have come to it meanwhile: what is there stays as it is.
            JobStatus::Running => self.lay_out(tenant, &job).await,
            JobStatus::Done | JobStatus::Failed | JobStatus::Cancelled => self.clear_up(tenant, &job).await,
        }
    }

    /// Finishes what the process that accepted the job did not come to.
    async fn lay_out(&self, tenant: &TenantId, job: &Job) -> Result<(), SweepError> {
        let plan = self.bucket.get(&ObjectKey::job(tenant, job.id.uuid(), JobDocument::Plan)).await?;
        let plan: Plan = serde_json::from_slice(&plan)?;
        if self.studio.lay_out(tenant, job.id, &plan).await? {
            self.send(self.studio.pump(tenant).await?).await?;
            self.studio.laid_out(tenant, job).await?;
        }
        Ok(())
    }

    /// After a job has ended: its steps leave the line; when its film is no longer wanted, what no other film
    /// uses is deleted.
    async fn clear_up(&self, tenant: &TenantId, job: &Job) -> Result<(), SweepError> {
        self.studio.clear_line(tenant, &job.id).await?;
        let lets_go_at = Studio::lets_go_at(job);
        if lets_go_at.is_none_or(|at| at > clock::now()) {
            return Ok(self.studio.look_again(tenant, job, lets_go_at).await?);
        }
        for object in self.studio.let_go(tenant, &job.id).await? {
            self.bucket.delete(&object).await?;
        }
        Ok(self.studio.look_again(tenant, job, None).await?)
    }

    async fn send(&self, messages: Vec<StepMessage>) -> Result<(), SweepError> {
        Ok(self.steps.send(messages, Duration::ZERO).await?)
    }
}
