//! One step from claim to commit.

use std::time::{Duration, Instant};

use cloud::clock;
use cloud::queue::QueueError;
use cloud::table::{TableError, types::TransactWriteItem};
use metering::{Amounts, QuotaManager};
use studio::{
    Artefact, Claim, Finished, Job, JobStatus, Step, StepFailure, StepInput, StepKind, StepMessage,
    StepQueue, StepReport, Studio, Tally, Verdict, Video, VideoId,
};
use tenancy::{JobDocument, ObjectKey, TenantId};

use crate::error::StepError;
use crate::kit::Kit;
use crate::steps::{self, Made};

/// A step's time (the deployment guide's five minutes).
const STEP_TIMEOUT: Duration = Duration::from_secs(300);

/// The stitch of an hour's film moves gigabytes; Lambda's own limit is 900 s.
const STITCH_TIMEOUT: Duration = Duration::from_secs(840);

pub struct Worker {
    pub studio: Studio,
    pub quotas: QuotaManager,
    pub steps: StepQueue,
    pub kit: Kit,
}

/// Why a message must be delivered again. A step that fails is not among these: it is put back by its
/// state, and its message is spent.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("the film cannot be delivered: {0}")]
    Delivery(String),
}

impl Worker {
    /// Runs the step that a message names, if it is still to be run. Cost on the table: a claim, one read
    /// for an artefact that may be there, a renewal every 15 s, and the commit.
    pub async fn handle(&self, message: &StepMessage) -> Result<(), WorkerError> {
        let Claim::Run(step) = self.studio.claim(message).await? else { return Ok(()) };
        let tenant = &message.tenant;
        if step.is_exhausted() {
            let message = "A step's worker stopped several times.".to_owned();
            let failure = StepFailure { status: 500, message, retry: false };
            return self.fail(tenant, &step, &failure).await;
        }
        let begun = Instant::now();
        let outcome = match self.studio.artefact(tenant, &step.artefact).await? {
            Some(artefact) => Ok((Made::reused(&artefact), artefact)),
            None => self.make(tenant, &step).await,
        };
        match outcome {
            Ok((made, artefact)) => {
                let report = report(&step, &made, begun.elapsed());
                tracing::info!(
                    job = %step.job, step = %step.id, provider = report.provider, reused = report.reused,
                    attempt = step.attempts, ran_ms = report.ran_ms, "{} done", step.id
                );
                self.commit(tenant, &step, &artefact, &report).await
            }
            Err(StepError::Superseded) => {
                tracing::info!(job = %step.job, step = %step.id, "{} was taken over", step.id);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(job = %step.job, step = %step.id, attempt = step.attempts, error = %error, "{} failed: {error}", step.id);
                self.give_back(tenant, &step, &error.failure()).await
            }
        }
    }

    /// Makes the artefact while the lease is renewed; stops when it takes too long.
    async fn make(&self, tenant: &TenantId, step: &Step) -> Result<(Made, Artefact), StepError> {
        let limit = if step.input.kind() == StepKind::Stitch { STITCH_TIMEOUT } else { STEP_TIMEOUT };
        let made = tokio::select! {
            made = tokio::time::timeout(limit, steps::run(&self.kit, tenant, step)) => {
                made.map_err(|_| StepError::Timeout(limit.as_secs()))??
            }
            () = self.keep_lease(tenant, step) => return Err(StepError::Superseded),
        };
        let artefact = Artefact {
            kind: step.input.kind(),
            made_by: made.provider.clone(),
            film: made.film.clone(),
            created_at: clock::now(),
        };
        Ok((made, artefact))
    }

    /// Returns when another worker has the step. A renewal that the table does not answer is not the end:
    /// if the step is taken over meanwhile, its fence refuses this worker's commit.
    async fn keep_lease(&self, tenant: &TenantId, step: &Step) {
        loop {
            tokio::time::sleep(Studio::renewal_interval()).await;
            match self.studio.renew(tenant, step).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(step = %step.id, error = %error, "lease not renewed: {error}"),
            }
        }
    }

    async fn commit(
        &self,
        tenant: &TenantId,
        step: &Step,
        artefact: &Artefact,
        report: &StepReport,
    ) -> Result<(), WorkerError> {
        let delivery = match &step.input {
            StepInput::Stitch(_) => self.delivery(tenant, step, artefact, report).await?,
            _ => Vec::new(),
        };
        match self.studio.finish(tenant, step, artefact, report, &delivery).await? {
            Finished::Released(next) => self.send(tenant, step, next, Duration::ZERO).await,
            Finished::Superseded => tracing::info!(step = %step.id, "{} was superseded", step.id),
        }
        Ok(())
    }

    /// The writes that end a job with its film: job, library, settlement. The summary is stored first, so
    /// that a delivered job always has one.
    async fn delivery(
        &self,
        tenant: &TenantId,
        step: &Step,
        artefact: &Artefact,
        report: &StepReport,
    ) -> Result<Vec<TransactWriteItem>, WorkerError> {
        let StepInput::Stitch(film) = &step.input else { return Ok(Vec::new()) };
        let missing = |what: &str| WorkerError::Delivery(format!("{what} is missing"));
        let job = self.studio.job(tenant, &step.job).await?.ok_or_else(|| missing("the job"))?;
        let video = Video {
            // A job has one film: whoever delivers it gives it the same id.
            id: VideoId::from_uuid(job.id.uuid()),
            project: job.project,
            job: job.id,
            title: film.title.clone(),
            language: film.language.clone(),
            aspect: film.aspect,
            resolution: film.resolution,
            artefact: step.artefact,
            film: artefact.film.clone().ok_or_else(|| missing("what inspection found"))?,
            created_at: clock::now(),
        };
        let tally = job.tally.with(report);
        let steps = self.studio.steps(tenant, &step.job).await?;
        let steps: Vec<_> = steps.iter().filter(|s| s.id != step.id).map(|s| (&s.id, &s.report)).collect();
        let ended = Job {
            status: JobStatus::Done,
            ended_at: Some(clock::now()),
            video: Some(video.id),
            ..job.clone()
        };
        let summary = serde_json::json!({
            "job": ended, "video": video, "tally": tally, "steps": steps, "stitch": report,
        });
        let key = ObjectKey::job(tenant, job.id.uuid(), JobDocument::Summary);
        let stored = self.kit.bucket.put(&key, summary.to_string().into_bytes(), "application/json").await;
        stored.map_err(|error| WorkerError::Delivery(error.to_string()))?;

        let mut writes = self.studio.delivery(tenant, step, report, &video)?;
        if let Some(hold) = self.quotas.find_hold(tenant, job.id.uuid()).await? {
            writes.extend(self.quotas.commit(tenant, &hold, used(&tally))?);
        }
        Ok(writes)
    }

    async fn give_back(
        &self,
        tenant: &TenantId,
        step: &Step,
        failure: &StepFailure,
    ) -> Result<(), WorkerError> {
        match self.studio.give_back(tenant, step, failure).await? {
            Verdict::Retry(delay) => self.send(tenant, step, vec![step.id.clone()], delay).await,
            Verdict::Superseded => {}
            Verdict::GiveUp => self.fail(tenant, step, failure).await?,
        }
        Ok(())
    }

    /// Ends the job. What other steps finished is kept and charged, the rest of the hold is free again; a
    /// step that finishes between look and write makes it look again.
    async fn fail(&self, tenant: &TenantId, step: &Step, failure: &StepFailure) -> Result<(), WorkerError> {
        loop {
            let Some(job) = self.studio.job(tenant, &step.job).await? else { return Ok(()) };
            let hold = self.quotas.find_hold(tenant, job.id.uuid()).await?;
            let settlement =
                hold.map(|hold| self.quotas.commit(tenant, &hold, used(&job.tally))).transpose()?;
            if self.studio.fail_job(tenant, step, &job, failure, settlement.unwrap_or_default()).await? {
                return Ok(());
            }
        }
    }

    /// A message that is not taken now is sent by the sweeper later.
    async fn send(&self, tenant: &TenantId, step: &Step, next: Vec<studio::StepId>, delay: Duration) {
        if let Err(error) = self.steps.send(tenant, step.job, next, delay).await {
            tracing::error!(job = %step.job, error = %error, "left to the sweeper: {error}");
        }
    }
}

fn report(step: &Step, made: &Made, ran: Duration) -> StepReport {
    StepReport {
        provider: made.provider.clone(),
        reused: made.reused,
        degraded: made.degraded,
        waited_ms: step.started_at - step.ready_at,
        ran_ms: i64::try_from(ran.as_millis()).unwrap_or(i64::MAX),
        images: made.images,
        speech_ms: made.speech_ms,
        render_ms: made.render_ms,
        notes: made.notes.clone(),
    }
}

fn used(tally: &Tally) -> Amounts {
    Amounts {
        images: tally.images,
        speech_ms: tally.speech_ms,
        render_ms: tally.render_ms,
        ..Amounts::default()
    }
}
