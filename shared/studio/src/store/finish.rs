//! Finishing a step that succeeded, and everything that follows from it, in one transaction.

use std::time::{Duration, Instant};

use cloud::clock;
use cloud::table::{TableError, Update, conflict_backoff, parse, types::TransactWriteItem};
use metering::Amounts;

use super::due_index;
use super::keys::{artefact_key, job_key, slots_key, step_key, video_key};
use super::leased_step::{ClaimContext, LeasedStep};
use super::studio::Studio;
use super::tenant_slots::{BacklogEntry, TenantSlots, messages, spread};
use crate::artefact::Artefact;
use crate::ids::VideoId;
use crate::job::{Job, JobStatus, Tally};
use crate::step::{Step, StepReport, StepState};
use crate::step_input::StepInput;
use crate::step_message::StepMessage;
use crate::video::Video;

/// The outcome of [`Studio::finish`].
#[derive(Debug, PartialEq, Eq)]
pub enum FinishOutcome {
    /// The step is done. These messages are to be sent now.
    Done(Vec<StepMessage>),
    /// The job had ended, so the step was cancelled. These messages are to be sent now.
    JobEnded(Vec<StepMessage>),
    /// Another worker has finished the step or taken it over: nothing was written.
    Superseded,
    /// The artefact that was to be reused has been deleted meanwhile. The step must be [requeued](Studio::requeue), so
    /// that another attempt makes the artefact: no attempt may store its objects twice.
    ArtefactGone,
}

/// The most items that DynamoDB takes in one transaction, and how many of them are needed for other things than
/// dependent steps and backlog entries: step, job, artefact, slots, usage events, film and settlement.
const TRANSACTION: usize = 100;
const OWN_ITEMS: usize = 12;

/// How long the items that a claim read are used without being read again. A step that reuses its artefact finishes
/// well within it. After that they have probably changed, and a refused transaction costs more than a read.
const FRESH: Duration = Duration::from_millis(500);

/// Positions in the transaction whose refused condition tells what happened.
const STEP: usize = 0;
const JOB: usize = 1;
const ARTEFACT: usize = 2;

impl Studio {
    /// Finishes a step in one transaction: the step is done, its artefact is recorded, its usage is counted once, the
    /// job's counters rise, its slot goes to the next step, and each dependent step waits for one step less. The last
    /// step that a dependent waits for, and only that one, releases it. The last step of a job also puts the film into
    /// the library, ends the job and settles its hold.
    ///
    /// Where another job has recorded the same artefact meanwhile, that record counts, and this step is charged
    /// nothing.
    ///
    /// Cost: one read of job, slots and dependents unless the claim's is fresh; one query where there is a backlog; one
    /// transaction of four items, one more for each metric used and each dependent, two more for each step that leaves
    /// or joins the backlog.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer, when the dependents have not all been created yet, or
    /// when a film comes without the facts of its inspection.
    pub async fn finish(
        &self,
        leased: &LeasedStep,
        artefact: &Artefact,
        report: &StepReport,
    ) -> Result<FinishOutcome, TableError> {
        let (mut artefact, mut report) = (artefact.clone(), report.clone());
        report.used = report.used.min(leased.step.allowance);
        let tenant = &leased.tenant;
        let (mut job, mut context) = (leased.job.clone(), leased.context.clone());
        if context.read_at.elapsed() > FRESH {
            (job, context) = self.read_context(leased).await?;
        }
        loop {
            let Some(dependents) = &context.dependents else {
                let detail = format!("steps that wait for {} are not created yet", leased.step.id);
                return Err(TableError::Unavailable(detail));
            };
            let (writes, next) =
                self.writes(leased, &job, &context.slots, dependents, &artefact, &report).await?;
            match self.table.transact(writes).await {
                Ok(()) => return Ok(FinishOutcome::Done(next)),
                Err(TableError::Condition { failed }) => {
                    let is_refused = |part: usize| failed.get(part) == Some(&true);
                    if is_refused(STEP) {
                        return Ok(FinishOutcome::Superseded);
                    }
                    if is_refused(JOB) && self.has_ended(leased).await? {
                        return Ok(FinishOutcome::JobEnded(self.cancel_step(leased).await?));
                    }
                    if is_refused(ARTEFACT) {
                        // A record that was to be reused was deleted, or another job recorded it first.
                        match self.artefact(tenant, &artefact.made_from).await? {
                            None => return Ok(FinishOutcome::ArtefactGone),
                            Some(first) => {
                                report = StepReport {
                                    provider: first.made_by.clone(),
                                    reused: true,
                                    degraded: first.degraded,
                                    used: Amounts::default(),
                                    ..report
                                };
                                artefact = first;
                            }
                        }
                    }
                    // Otherwise a dependent or the slots changed between read and write: read them again.
                    conflict_backoff().await;
                }
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error),
            }
            (job, context) = self.read_context(leased).await?;
        }
    }

    /// Reads the items that finishing a step changes. Cost: one read of each.
    async fn read_context(&self, leased: &LeasedStep) -> Result<(Job, ClaimContext), TableError> {
        let tenant = &leased.tenant;
        let mut keys = vec![job_key(tenant, &leased.step.job), slots_key(tenant)];
        keys.extend(leased.step.dependents.iter().map(|id| step_key(tenant, &leased.step.job, id)));
        let read_at = Instant::now();
        let mut items = self.table.get_items(&keys).await?.into_iter();
        let job: Option<Job> = items.next().flatten().map(parse).transpose()?;
        let slots = items.next().flatten().map(parse).transpose()?.unwrap_or_default();
        let dependents = items.map(|item| item.map(parse)).collect::<Option<Result<_, _>>>().transpose()?;
        let job =
            job.ok_or_else(|| TableError::Unavailable(format!("step {} has no job", leased.step.id)))?;
        Ok((job, ClaimContext { slots, dependents, read_at }))
    }

    async fn writes(
        &self,
        leased: &LeasedStep,
        job: &Job,
        tenant_slots: &TenantSlots,
        dependents: &[Step],
        artefact: &Artefact,
        report: &StepReport,
    ) -> Result<(Vec<TransactWriteItem>, Vec<StepMessage>), TableError> {
        let (tenant, step) = (&leased.tenant, &leased.step);
        let released = dependents.iter().filter(|waiting| waiting.waits == 1).count();
        let most_next = (TRANSACTION - OWN_ITEMS).saturating_sub(2 * dependents.len()) / 2;
        let slots = self.allocate_slots(tenant, tenant_slots, 1, (released, most_next), spread(step)).await?;
        let ran_ms = u64::try_from(report.ran_ms).unwrap_or(0);
        let learned = if report.reused {
            slots.update
        } else {
            tenant_slots.estimates.observe(slots.update, step, ran_ms)
        };

        let film = match &step.input {
            StepInput::Stitch(film) => Some(film_of(job, film, artefact)?),
            _ => None,
        };
        let counted = match &film {
            None => self
                .table
                .update(&job_key(tenant, &step.job))
                .when("status", "=", JobStatus::Running)
                .add("version", 1),
            // Conditional on the job's version: what is settled must be the sum over all steps.
            Some(film) => self.end_update(tenant, job, JobStatus::Done, clock::now()).set("video", film.id),
        };
        let kept = match report.reused {
            false => self.table.put_new(
                &artefact_key(tenant, &artefact.made_from),
                &Artefact { uses: 1, ..artefact.clone() },
            )?,
            true => {
                let again = self.table.update(&artefact_key(tenant, &artefact.made_from)).add("uses", 1);
                again.when("attempt", "=", artefact.attempt).build()?
            }
        };
        let mut writes = vec![
            self.done(leased, report).build()?,
            count(counted, step, report).build()?,
            kept,
            learned.build()?,
        ];
        writes.extend(self.counter.record(
            tenant,
            step.job.uuid(),
            step.id.as_str(),
            job.created_at,
            report.used,
        )?);
        let mut next = messages(tenant, &slots.next);
        let mut queued = 0;
        for waiting in dependents {
            let less = self.one_less(leased, waiting);
            let less = match waiting.waits {
                1 if queued < slots.queued => {
                    queued += 1;
                    next.push(StepMessage::new(*tenant, waiting.job, waiting.id.clone()));
                    let due = due_index::due_after(tenant, self.settings.delivery);
                    let released = less.set("state", StepState::Queued).set("ready_at", clock::now_ms());
                    released.set("due_shard", due.due_shard).set("due_at", due.due_at)
                }
                1 => {
                    let entry = BacklogEntry::of(waiting);
                    writes.push(self.table.put_new(&entry.key(tenant), &entry)?);
                    less.set("state", StepState::Ready).set("ready_at", clock::now_ms())
                }
                _ => less,
            };
            writes.push(less.build()?);
        }
        for entry in &slots.next {
            writes.extend(self.queue_entry(tenant, entry)?);
        }
        if let Some(film) = film {
            writes.push(self.table.put_new(&video_key(tenant, &film.id), &film)?);
            let used = job.tally.used + report.used;
            writes.extend(self.settlement(tenant, &step.job, used).await?);
        }
        Ok((writes, next))
    }

    fn done(&self, leased: &LeasedStep, report: &StepReport) -> Update {
        let done = self.fenced_update(leased).set("state", StepState::Done).set("report", report);
        done.remove("due_at").remove("due_shard")
    }

    /// Takes one off what a dependent waits for, on condition that it is as it was read.
    fn one_less(&self, leased: &LeasedStep, waiting: &Step) -> Update {
        let update = self.table.update(&step_key(&leased.tenant, &waiting.job, &waiting.id)).add("waits", -1);
        update.when("waits", "=", waiting.waits).when("state", "=", StepState::Waiting)
    }

    async fn has_ended(&self, leased: &LeasedStep) -> Result<bool, TableError> {
        let job = self.job(&leased.tenant, &leased.step.job).await?;
        Ok(job.is_none_or(|job| job.status != JobStatus::Running))
    }
}

/// Adds a step to the job's counters.
fn count(job: Update, step: &Step, report: &StepReport) -> Update {
    let kind = step.input.kind();
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    job.set_if_absent("begun_at", step.started_at)
        .add(Tally::done_attribute(kind), 1)
        .add(Tally::ran_attribute(kind), if report.reused { 0 } else { report.ran_ms })
        .add("images", signed(report.used.images))
        .add("speech_ms", signed(report.used.speech_ms))
        .add("render_ms", signed(report.used.render_ms))
        .add("stored_bytes", signed(report.used.stored_bytes))
}

fn film_of(job: &Job, film: &crate::StitchInput, artefact: &Artefact) -> Result<Video, TableError> {
    let facts = artefact.film.clone();
    let facts =
        facts.ok_or_else(|| TableError::Unavailable("a film without what inspection found".to_owned()))?;
    Ok(Video {
        // A job has one film: whoever delivers it gives it the same id.
        id: VideoId::from_uuid(job.id.uuid()),
        project: job.project,
        job: job.id,
        title: film.title.clone(),
        language: film.language.clone(),
        aspect: film.aspect,
        resolution: film.resolution,
        artefact: artefact.version(),
        film: facts,
        created_at: clock::now(),
    })
}
