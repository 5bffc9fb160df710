//! The orchestration of one step, from its claim to the commit of its result.

use std::time::{Duration, Instant};

use cloud::table::TableError;
use studio::{
    Artefact, Claim, FailureCode, FinishOutcome, LeasedStep, NackOutcome, StepFailure, StepKind, StepMessage,
    StepQueue, StepReceipt, StepReport, StepState, Studio, Totals, prices,
};
use tenancy::ArtefactVersion;

use crate::error::StepError;
use crate::maker::ArtefactMaker;
use crate::output::StepOutput;

/// The time limit of a step, a requirement of the product.
const STEP_TIMEOUT: Duration = Duration::from_secs(300);

/// The time limit of a stitch, which moves gigabytes for a film of an hour. Lambda's own limit is 900 s.
const STITCH_TIMEOUT: Duration = Duration::from_secs(840);

/// How long the commit of a result is retried while DynamoDB does not answer. After that another worker makes the result
/// again, which costs more.
const COMMIT_RETRY_LIMIT: Duration = Duration::from_secs(60);

/// The delay between two tries to commit.
const COMMIT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// Runs the steps that messages name.
pub struct Worker<M> {
    /// The store of jobs and steps.
    pub studio: Studio,
    /// The queue to which ready steps are sent.
    pub steps: StepQueue,
    /// Makes the artefacts of steps.
    pub maker: M,
    /// The function's memory in MB, which decides what a second of it costs.
    pub memory_mb: u32,
}

/// Why a message must be delivered again. The failure of a step is no such error: the step's state in the table says what
/// happens next, and the message is done with.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// DynamoDB failed or did not answer.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The summary of the job could not be stored, and a film is never delivered without one.
    #[error("the film cannot be delivered: {0}")]
    Delivery(StepError),
}

impl<M: ArtefactMaker> Worker<M> {
    /// Runs the step that a message names, if it still has to run. Cost on the tables: the claim (one write), the records
    /// of the artefacts that it is made from (one read), a renewal every third of the lease, and the commit (a read, a
    /// query if the tenant has a backlog, a transaction).
    ///
    /// # Errors
    /// [`WorkerError::Table`] when DynamoDB does not answer, [`WorkerError::Delivery`] when the summary of a finished film
    /// cannot be stored. SQS delivers the message again in both cases.
    pub async fn handle(&self, message: &StepMessage) -> Result<(), WorkerError> {
        match self.studio.claim(message).await? {
            Claim::Run(leased) if leased.step.is_exhausted() => {
                self.fail(&leased, &StepFailure::of(FailureCode::WorkersLost, false)).await
            }
            Claim::Run(leased) => self.run(*leased).await,
            Claim::JobEnded(next) => {
                self.send(next, Duration::ZERO).await;
                Ok(())
            }
            Claim::NotAvailable => Ok(()),
        }
    }

    async fn run(&self, leased: LeasedStep) -> Result<(), WorkerError> {
        let (job, step, attempt) = (leased.job.id, &leased.step.id, leased.step.attempts);
        let started = Instant::now();
        let (artefact, output) = match self.obtain(&leased).await {
            Ok(obtained) => obtained,
            Err(StepError::Superseded) => {
                tracing::info!(%job, %step, "{step} was taken over");
                return Ok(());
            }
            Err(error) => {
                tracing::warn!(%job, %step, attempt, %error, "{step} failed: {error}");
                let ran = started.elapsed();
                let failure = StepFailure {
                    ran_ms: ms(ran),
                    cost_micro_usd: prices::run_micro_usd(ran, self.memory_mb),
                    ..error.failure()
                };
                return self.nack(&leased, &failure).await;
            }
        };
        let report = self.report(&leased, output, started.elapsed());
        if leased.step.input.kind() == StepKind::Stitch {
            self.summarise(&leased, &artefact, &report).await?;
        }
        match commit_with_retries(async || self.studio.finish(&leased, &artefact, &report).await).await? {
            FinishOutcome::Done(next) => {
                let StepReport { provider, reused, ran_ms, .. } = &report;
                tracing::info!(%job, %step, provider, reused, attempt, ran_ms, "{step} done");
                self.send(next, Duration::ZERO).await;
            }
            FinishOutcome::JobEnded(next) => self.send(next, Duration::ZERO).await,
            FinishOutcome::Superseded => tracing::info!(%job, %step, "{step} was superseded"),
            FinishOutcome::ArtefactGone => {
                if self.studio.requeue(&leased).await? {
                    self.send_again(&leased, Duration::ZERO).await;
                }
            }
        }
        Ok(())
    }

    /// The artefact and the output that it was made with. The output is none when the artefact exists already; it is that
    /// of an earlier attempt when that one stored all of its objects before it died; otherwise the artefact is made now.
    async fn obtain(&self, leased: &LeasedStep) -> Result<(Artefact, Option<StepOutput>), StepError> {
        if let Some(artefact) = &leased.present {
            return Ok((artefact.clone(), None));
        }
        for attempt in leased.earlier_attempts() {
            if let Some(output) =
                self.maker.find(leased, ArtefactVersion { attempt, ..leased.artefact_version() }).await?
            {
                return Ok((Artefact { attempt, ..output.artefact(leased) }, Some(output)));
            }
        }
        let output = self.make(leased).await?;
        Ok((output.artefact(leased), Some(output)))
    }

    /// Makes the artefact while the lease is renewed, within the time limit of its kind.
    async fn make(&self, leased: &LeasedStep) -> Result<StepOutput, StepError> {
        let limit = if leased.step.input.kind() == StepKind::Stitch { STITCH_TIMEOUT } else { STEP_TIMEOUT };
        tokio::select! {
            output = tokio::time::timeout(limit, self.maker.make(leased)) => {
                output.map_err(|_| StepError::Timeout(limit.as_secs()))?
            }
            () = self.keep_lease(leased) => Err(StepError::Superseded),
        }
    }

    /// Renews the lease until it is lost, and returns then. A renewal that fails because DynamoDB does not answer does not
    /// end the work: if another worker takes over meanwhile, the fence refuses this worker's commit. A step that takes far
    /// longer than others of its kind is hedged once: a second worker may run it too.
    async fn keep_lease(&self, leased: &LeasedStep) {
        let started = Instant::now();
        let mut slow_after = leased.slow_after.filter(|_| leased.step.rival.is_none());
        loop {
            tokio::time::sleep(self.studio.renewal_interval()).await;
            if slow_after.is_some_and(|limit| started.elapsed() > limit) {
                slow_after = None;
                tracing::warn!(job = %leased.job.id, step = %leased.step.id, "{} is slow: a second worker may try", leased.step.id);
                self.send(vec![leased.hedge_message()], Duration::ZERO).await;
            }
            match self.studio.renew(leased).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(step = %leased.step.id, error = %error, "lease not renewed: {error}")
                }
            }
        }
    }

    /// Stores the summary of a job before its film is delivered, so that every delivered film has one.
    async fn summarise(
        &self,
        leased: &LeasedStep,
        artefact: &Artefact,
        report: &StepReport,
    ) -> Result<(), WorkerError> {
        let mut steps = self.studio.steps(&leased.tenant, &leased.job.id).await?;
        for step in steps.iter_mut().filter(|step| step.id == leased.step.id) {
            step.state = StepState::Done;
            step.report = Some(report.clone());
        }
        let steps: Vec<StepReceipt> = steps.into_iter().map(StepReceipt::from).collect();
        let totals = Totals::of(&steps);
        let summary =
            serde_json::json!({ "job": leased.job, "film": artefact, "totals": totals, "steps": steps });
        self.maker.store_summary(leased, &summary).await.map_err(WorkerError::Delivery)
    }

    /// The report for the receipt. Without an output the artefact existed already and is reported as reused.
    fn report(&self, leased: &LeasedStep, output: Option<StepOutput>, ran: Duration) -> StepReport {
        let reused = output.is_none();
        let existing = leased.present.as_ref().filter(|_| reused);
        let cost_micro_usd = match &output {
            Some(output) => output.cost_micro_usd + prices::run_micro_usd(ran, self.memory_mb),
            None => 0,
        };
        let output = output.unwrap_or_else(|| StepOutput {
            provider: existing.map(|artefact| artefact.made_by.clone()).unwrap_or_default(),
            degraded: existing.is_some_and(|artefact| artefact.degraded),
            ..StepOutput::default()
        });
        StepReport {
            provider: output.provider,
            reused,
            degraded: output.degraded,
            waited_ms: (leased.step.started_at - leased.step.ready_at).max(0),
            ran_ms: ms(ran),
            used: output.used.min(leased.step.allowance),
            cost_micro_usd,
            fallbacks: output.fallbacks,
            notes: output.notes,
        }
    }

    async fn nack(&self, leased: &LeasedStep, failure: &StepFailure) -> Result<(), WorkerError> {
        match self.studio.nack(leased, failure).await? {
            NackOutcome::Retry(delay) => self.send_again(leased, delay).await,
            NackOutcome::Superseded => {}
            NackOutcome::FailJob => self.fail(leased, failure).await?,
        }
        Ok(())
    }

    async fn send_again(&self, leased: &LeasedStep, delay: Duration) {
        self.send(vec![StepMessage::new(leased.tenant, leased.step.job, leased.step.id.clone())], delay)
            .await;
    }

    /// Fails the job. What its finished steps made is kept and charged, and the rest of its hold is released.
    async fn fail(&self, leased: &LeasedStep, failure: &StepFailure) -> Result<(), WorkerError> {
        let next = self.studio.fail_job(leased, failure).await?;
        self.send(next, Duration::ZERO).await;
        Ok(())
    }

    /// Sends messages. The sweeper sends those that SQS does not accept now, so an error is only logged.
    async fn send(&self, messages: Vec<StepMessage>, delay: Duration) {
        if let Err(error) = self.steps.send(messages, delay).await {
            tracing::error!(error = %error, "left to the sweeper: {error}");
        }
    }
}

/// Retries a commit while DynamoDB does not answer, so that a result that was paid for is not made again.
async fn commit_with_retries<T>(commit: impl AsyncFn() -> Result<T, TableError>) -> Result<T, TableError> {
    let started = Instant::now();
    loop {
        match commit().await {
            Err(error @ TableError::Unavailable(_)) if started.elapsed() < COMMIT_RETRY_LIMIT => {
                tracing::warn!(error = %error, "a result is not kept yet: {error}");
                tokio::time::sleep(COMMIT_RETRY_DELAY).await;
            }
            other => return other,
        }
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
