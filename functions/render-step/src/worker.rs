//! One step from claim to commit.

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

/// A step's time (the deployment guide's five minutes).
const STEP_TIMEOUT: Duration = Duration::from_secs(300);

/// The stitch of an hour's film moves gigabytes; Lambda's own limit is 900 s.
const STITCH_TIMEOUT: Duration = Duration::from_secs(840);

/// How long a result is leased out to a table that does not answer, before the work is given to another: version
/// it again costs more.
const PERSISTENCE: Duration = Duration::from_secs(60);

/// Between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs steps.
pub struct Worker<M> {
    /// Jobs and their steps.
    pub studio: Studio,
    /// Where steps wait for a worker.
    pub steps: StepQueue,
    /// What makes their artefacts.
    pub maker: M,
    /// The function's memory, for what running costs.
    pub memory_mb: u32,
}

/// Why a message must be delivered again. A step that fails is not among these: it is put back by its state,
/// and its message is spent.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The summary of a job cannot be kept.
    #[error("the film cannot be delivered: {0}")]
    Delivery(StepError),
}

impl<M: ArtefactMaker> Worker<M> {
    /// Runs the step that a message names, if it is still to be run. Cost on the tables: a claim (one write),
    /// what it is made from (one read), a renewal every third of the lease, and the commit (a read, a query
    /// where the tenant has a line, a transaction).
    ///
    /// # Errors
    /// [`WorkerError`].
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
        let begun = Instant::now();
        let (artefact, output) = match self.obtain(&leased).await {
            Ok(obtained) => obtained,
            Err(StepError::Superseded) => {
                tracing::info!(%job, %step, "{step} was taken over");
                return Ok(());
            }
            Err(error) => {
                tracing::warn!(%job, %step, attempt, %error, "{step} failed: {error}");
                let ran = begun.elapsed();
                let failure = StepFailure {
                    ran_ms: ms(ran),
                    cost_micro_usd: prices::run_micro_usd(ran, self.memory_mb),
                    ..error.failure()
                };
                return self.nack(&leased, &failure).await;
            }
        };
        let report = self.report(&leased, output, begun.elapsed());
        if leased.step.input.kind() == StepKind::Stitch {
            self.summarise(&leased, &artefact, &report).await?;
        }
        match persistently(async || self.studio.finish(&leased, &artefact, &report).await).await? {
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

    /// The artefact, and what was made for it: nothing when it is there already, what an attempt made that was
    /// lost, or what is made now.
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

    /// Makes the artefact while the lease is renewed; stops when it takes too long.
    async fn make(&self, leased: &LeasedStep) -> Result<StepOutput, StepError> {
        let limit = if leased.step.input.kind() == StepKind::Stitch { STITCH_TIMEOUT } else { STEP_TIMEOUT };
        tokio::select! {
            output = tokio::time::timeout(limit, self.maker.make(leased)) => {
                output.map_err(|_| StepError::Timeout(limit.as_secs()))?
            }
            () = self.keep_lease(leased) => Err(StepError::Superseded),
        }
    }

    /// Returns when the step is no longer this worker's. A renewal that the table does not answer is not the
    /// end: if the step is taken over meanwhile, its fence refuses this worker's commit. A step that takes far
    /// longer than its kind is offered to a second worker, once.
    async fn keep_lease(&self, leased: &LeasedStep) {
        let begun = Instant::now();
        let mut slow_after = leased.slow_after.filter(|_| leased.step.rival.is_none());
        loop {
            tokio::time::sleep(self.studio.renewal_interval()).await;
            if slow_after.is_some_and(|limit| begun.elapsed() > limit) {
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

    /// Keeps what is known of a job before its film is delivered, so that a delivered film always has it.
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

    /// What the receipt says; without an output, the artefact existed already.
    fn report(&self, leased: &LeasedStep, output: Option<StepOutput>, ran: Duration) -> StepReport {
        let reused = output.is_none();
        let there = leased.present.as_ref().filter(|_| reused);
        let cost_micro_usd = match &output {
            Some(output) => output.cost_micro_usd + prices::run_micro_usd(ran, self.memory_mb),
            None => 0,
        };
        let output = output.unwrap_or_else(|| StepOutput {
            provider: there.map(|artefact| artefact.made_by.clone()).unwrap_or_default(),
            degraded: there.is_some_and(|artefact| artefact.degraded),
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

    /// Ends the job. What other steps finished is kept and charged, the rest of the hold is free again.
    async fn fail(&self, leased: &LeasedStep, failure: &StepFailure) -> Result<(), WorkerError> {
        let next = self.studio.fail_job(leased, failure).await?;
        self.send(next, Duration::ZERO).await;
        Ok(())
    }

    /// A message that is not taken now is sent by the sweeper later.
    async fn send(&self, messages: Vec<StepMessage>, delay: Duration) {
        if let Err(error) = self.steps.send(messages, delay).await {
            tracing::error!(error = %error, "left to the sweeper: {error}");
        }
    }
}

/// Tries again while the table does not answer, so that what was made and paid for is not made again.
async fn persistently<T>(commit: impl AsyncFn() -> Result<T, TableError>) -> Result<T, TableError> {
    let begun = Instant::now();
    loop {
        match commit().await {
            Err(error @ TableError::Unavailable(_)) if begun.elapsed() < PERSISTENCE => {
                tracing::warn!(error = %error, "a result is not kept yet: {error}");
                tokio::time::sleep(PAUSE).await;
            }
            other => return other,
        }
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
