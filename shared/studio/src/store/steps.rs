use std::time::Duration;

use cloud::clock;
use cloud::table::{TableError, Update, conflict_pause, types::TransactWriteItem};
use tenancy::{ContentHash, TenantId};

use super::{StepMessage, Studio, artefact_key, job_key, step_key, sweep};
use crate::{Artefact, Failure, Job, JobStatus, Step, StepId, StepReport, StepState, Tally};

/// How long a worker may be silent before its step is given to another. Workers renew every third of it.
const LEASE: Duration = Duration::from_secs(45);

/// How long a message may be under way before the sweeper sends another.
pub(super) const DELIVERY: Duration = Duration::from_secs(120);

/// Waits before the second, third and fourth attempt (the deployment guide's 2, 4, 8 s, then fail).
const RETRIES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// What a worker got when it asked for a step.
#[derive(Debug)]
pub enum Claim {
    /// The step is its own until the lease ends.
    Run(Box<Step>),
    /// Somebody else has it, or it is done, or its job has ended: nothing to do.
    Nothing,
}

/// What became of a worker's result.
#[derive(Debug, PartialEq, Eq)]
pub enum Finished {
    /// Kept; these steps may now run.
    Released(Vec<StepId>),
    /// Another worker had taken the step over, or the job had ended: nothing was written.
    Superseded,
}

/// Why a step did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFailure {
    /// For the person who asked.
    pub status: u16,
    /// For the person who asked, in plain words.
    pub message: String,
    /// Whether another attempt could succeed.
    pub retry: bool,
}

/// What follows from a failure.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Try again after this.
    Retry(Duration),
    /// The job must end: settle it.
    GiveUp,
    /// Another worker has the step.
    Superseded,
}

impl Step {
    /// Whether it was begun more often than retries allow: its workers died, or were stopped from outside,
    /// and would again.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        usize::try_from(self.attempts).is_ok_and(|attempts| attempts > RETRIES.len() + 1)
    }
}

impl Studio {
    /// Takes a step for a worker. Every claim raises the fence, so that whoever held the step before can
    /// no longer write. Cost: one read, one write (two reads and a write where a dead worker's lease is
    /// taken over).
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn claim(&self, message: &StepMessage) -> Result<Claim, TableError> {
        let StepMessage { tenant, job, step } = message;
        if !self.job(tenant, job).await?.is_some_and(|job| job.status == JobStatus::Running) {
            self.forget(tenant, message).await?;
            return Ok(Claim::Nothing);
        }
        let ready = self.lease(message).when("state", "=", StepState::Ready);
        match ready.send::<Step>().await {
            Ok(step) => return Ok(Claim::Run(Box::new(step))),
            Err(TableError::Condition { .. }) => {}
            Err(error) => return Err(error),
        }
        let held: Option<Step> = self.table.get(&step_key(tenant, job, step)).await?;
        let now = clock::now_ms();
        let expired = held.filter(|step| {
            step.state == StepState::Running && step.due.as_ref().is_some_and(|due| due.due_at <= now)
        });
        let Some(held) = expired else { return Ok(Claim::Nothing) };
        let taken = self.lease(message).when("fence", "=", held.fence).when("state", "=", StepState::Running);
        match taken.send::<Step>().await {
            Ok(step) => Ok(Claim::Run(Box::new(step))),
            Err(TableError::Condition { .. }) => Ok(Claim::Nothing),
            Err(error) => Err(error),
        }
    }

    /// Takes a step of an ended job out of the sweeper's index.
    async fn forget(&self, tenant: &TenantId, message: &StepMessage) -> Result<(), TableError> {
        let update = self.table.update(&step_key(tenant, &message.job, &message.step));
        let forgotten = update.remove("due_at").remove("due_shard").when_present().send::<Step>().await;
        match forgotten {
            Ok(_) | Err(TableError::Condition { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn lease(&self, message: &StepMessage) -> Update {
        let due = sweep::due(&message.tenant, LEASE);
        self.table
            .update(&step_key(&message.tenant, &message.job, &message.step))
            .set("state", StepState::Running)
            .set("started_at", clock::now_ms())
            .set("due_shard", due.due_shard)
            .set("due_at", due.due_at)
            .add("attempts", 1)
            .add("fence", 1)
    }

    /// Keeps a step for its worker while it goes on. False when it has been taken over. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn renew(&self, tenant: &TenantId, step: &Step) -> Result<bool, TableError> {
        let due = sweep::due(tenant, LEASE);
        let renewal = self.held(tenant, step).set("due_at", due.due_at).send::<Step>().await;
        match renewal {
            Ok(_) => Ok(true),
            Err(TableError::Condition { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// How often a worker should call [`Studio::renew`].
    #[must_use]
    pub fn renewal_interval() -> Duration {
        LEASE / 3
    }

    fn held(&self, tenant: &TenantId, step: &Step) -> Update {
        self.table.update(&step_key(tenant, &step.job, &step.id)).when("fence", "=", step.fence).when(
            "state",
            "=",
            StepState::Running,
        )
    }

    /// An artefact that is there already. Cost: one read.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn artefact(
        &self,
        tenant: &TenantId,
        hash: &ContentHash,
    ) -> Result<Option<Artefact>, TableError> {
        self.table.get(&artefact_key(tenant, hash)).await
    }

    /// Which of these artefacts are there already. Cost: one read an artefact.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn artefacts(
        &self,
        tenant: &TenantId,
        hashes: &[ContentHash],
    ) -> Result<Vec<Option<Artefact>>, TableError> {
        let keys: Vec<_> = hashes.iter().map(|hash| artefact_key(tenant, hash)).collect();
        self.table.get_all(&keys).await
    }

    /// Keeps a worker's result: the step is done, its artefact known, every step that waited for it waits
    /// for one less, and the job's counters rise, all in one transaction. The last one that a step waited
    /// for, and only it, releases that step.
    ///
    /// `with` are the caller's own writes (delivery and settlement of the last step). Cost: one read a
    /// dependent, one transaction of three items and one a dependent.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn finish(
        &self,
        tenant: &TenantId,
        step: &Step,
        artefact: &Artefact,
        report: &StepReport,
        with: &[TransactWriteItem],
    ) -> Result<Finished, TableError> {
        let keys: Vec<_> = step.dependents.iter().map(|id| step_key(tenant, &step.job, id)).collect();
        loop {
            let dependents: Option<Vec<Step>> = self.table.get_all(&keys).await?.into_iter().collect();
            let dependents = dependents.ok_or_else(|| {
                TableError::Unavailable(format!("steps that wait for {} are not laid out yet", step.id))
            })?;
            let mut writes = vec![
                self.done(tenant, step, report).build()?,
                self.table.put_any(&artefact_key(tenant, &step.artefact), artefact)?,
            ];
            if with.is_empty() {
                writes.push(self.counted(tenant, step, report).build()?);
            }
            let mut released = Vec::new();
            for waiting in &dependents {
                writes.push(self.one_less(tenant, waiting).build()?);
                if waiting.waits == 1 {
                    released.push(waiting.id.clone());
                }
            }
            writes.extend_from_slice(with);
            match self.table.transact(writes).await {
                Ok(()) => return Ok(Finished::Released(released)),
                Err(TableError::Condition { failed }) => {
                    // The step itself, or its job (third item), said no; otherwise a dependent moved on
                    // between read and write: look again.
                    if failed.first() == Some(&true) || failed.get(2) == Some(&true) {
                        return Ok(Finished::Superseded);
                    }
                    conflict_pause().await;
                }
                Err(TableError::Conflict) => conflict_pause().await,
                Err(error) => return Err(error),
            }
        }
    }

    fn done(&self, tenant: &TenantId, step: &Step, report: &StepReport) -> Update {
        self.held(tenant, step)
            .set("state", StepState::Done)
            .set("report", report)
            .remove("due_at")
            .remove("due_shard")
    }

    /// The job's counters after a step.
    fn counted(&self, tenant: &TenantId, step: &Step, report: &StepReport) -> Update {
        let update = self.table.update(&job_key(tenant, &step.job)).when("status", "=", JobStatus::Running);
        count(update.add("version", 1), step, report)
    }

    /// The end of a job with a film, to stand in [`Studio::finish`] of its last step. Its first write is
    /// the job's, as `finish` expects.
    ///
    /// # Errors
    /// [`TableError`] when the writes cannot be put together.
    pub fn delivery(
        &self,
        tenant: &TenantId,
        step: &Step,
        report: &StepReport,
        video: &crate::Video,
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let job = self.ending(tenant, &step.job, JobStatus::Done, clock::now()).set("video", video.id);
        Ok(vec![
            count(job, step, report).build()?,
            self.table.put_new(&super::video_key(tenant, &video.id), video)?,
        ])
    }

    fn one_less(&self, tenant: &TenantId, waiting: &Step) -> Update {
        let update = self.table.update(&step_key(tenant, &waiting.job, &waiting.id));
        let update = update.when("waits", "=", waiting.waits).set("waits", waiting.waits.saturating_sub(1));
        if waiting.waits > 1 {
            return update;
        }
        let due = sweep::due(tenant, DELIVERY);
        update
            .set("state", StepState::Ready)
            .set("ready_at", clock::now_ms())
            .set("due_shard", due.due_shard)
            .set("due_at", due.due_at)
    }

    /// Gives a step back after a failure, or says that its job must end. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn give_back(
        &self,
        tenant: &TenantId,
        step: &Step,
        failure: &StepFailure,
    ) -> Result<Verdict, TableError> {
        let attempt = usize::try_from(step.attempts).unwrap_or(usize::MAX);
        let Some(delay) = RETRIES.get(attempt.saturating_sub(1)).filter(|_| failure.retry) else {
            return Ok(Verdict::GiveUp);
        };
        let due = sweep::due(tenant, *delay + DELIVERY);
        let returned = self.held(tenant, step).set("state", StepState::Ready).set("due_at", due.due_at);
        match returned.send::<Step>().await {
            Ok(_) => Ok(Verdict::Retry(*delay)),
            Err(TableError::Condition { .. }) => Ok(Verdict::Superseded),
            Err(error) => Err(error),
        }
    }

    /// Ends a job because a step failed for good, together with the caller's own writes (the settlement of
    /// what `job` has used). False when the job has changed since it was read: read it again. True also when
    /// there is nothing left to end. Cost: one transaction.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn fail_job(
        &self,
        tenant: &TenantId,
        step: &Step,
        job: &Job,
        failure: &StepFailure,
        with: Vec<TransactWriteItem>,
    ) -> Result<bool, TableError> {
        if job.status != JobStatus::Running {
            return Ok(true);
        }
        let failed =
            Failure { status: failure.status, message: failure.message.clone(), step: step.id.to_string() };
        let ending = self.ending(tenant, &step.job, JobStatus::Failed, clock::now()).set("failure", failed);
        let step_failed = self.held(tenant, step).set("state", StepState::Failed);
        let mut writes = vec![
            step_failed.remove("due_at").remove("due_shard").build()?,
            ending.when("version", "=", job.version).build()?,
        ];
        writes.extend(with);
        match self.table.transact(writes).await {
            Ok(()) => Ok(true),
            // Another worker has the step: the job's end is that worker's to decide.
            Err(TableError::Condition { failed }) if failed.first() == Some(&true) => Ok(true),
            Err(TableError::Condition { .. } | TableError::Conflict) => {
                conflict_pause().await;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

fn count(job: Update, step: &Step, report: &StepReport) -> Update {
    let kind = step.input.kind();
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    job.add(Tally::done_attribute(kind), 1)
        .add(Tally::ran_attribute(kind), if report.reused { 0 } else { report.ran_ms })
        .add("images", signed(report.images))
        .add("speech_ms", signed(report.speech_ms))
        .add("render_ms", signed(report.render_ms))
}
