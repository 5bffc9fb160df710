//! A step that succeeded, and all that follows from it in one transaction.

use std::time::{Duration, Instant};

use cloud::clock;
use cloud::table::{TableError, Update, conflict_backoff, parse, types::TransactWriteItem};
use metering::Amounts;

use super::claim::{Around, Held};
use super::lane::{InLine, Lane, lane_key, messages, turn};
use super::{StepMessage, Studio, artefact_key, job_key, step_key, sweep, video_key};
use crate::{Artefact, Job, JobStatus, Step, StepInput, StepReport, StepState, Tally, Video, VideoId};

/// What became of a worker's result.
#[derive(Debug, PartialEq, Eq)]
pub enum Finished {
    /// Kept; these are to be sent now.
    Kept(Vec<StepMessage>),
    /// The job had ended, so nothing was kept; these are to be sent now.
    Ended(Vec<StepMessage>),
    /// Another worker had finished the step or taken it over: nothing was written.
    Superseded,
    /// The artefact that was to be used again is no longer there: the step must be [begun
    /// anew](Studio::begin_anew), by another attempt, because no attempt stores twice.
    Vanished,
}

/// What a transaction holds, and how much of it is not about other steps: the step, job, artefact, lane,
/// usage events, film and settlement.
const TRANSACTION: usize = 100;
const OWN_ITEMS: usize = 12;

/// How long what a claim read is worth a try: a step that has nothing to make ends at once. What others changed
/// meanwhile refuses the transaction, which costs more than a read.
const FRESH: Duration = Duration::from_millis(500);

/// Which part of the transaction is at which place.
const STEP: usize = 0;
const JOB: usize = 1;
const ARTEFACT: usize = 2;

impl Studio {
    /// Keeps a worker's result, all in one transaction: the step is done, its artefact known, what it used
    /// counted once, the job's counters rise, its place in the lane goes to the next step, and every step that
    /// waited for it waits for one less. The last one that a step waited for, and only it, releases that step.
    /// With the last step of a job comes its film: the library, the end of the job, and its settlement.
    ///
    /// Where another job made the same artefact meanwhile, that one counts, and this step is charged nothing.
    ///
    /// Cost: one read of lane and dependents unless the claim's is fresh, one query where there is a line, one transaction of four items,
    /// one more for each metric used and each dependent, two more for each step that leaves or joins the line.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn finish(
        &self,
        held: &Held,
        artefact: &Artefact,
        report: &StepReport,
    ) -> Result<Finished, TableError> {
        let (mut artefact, mut report) = (artefact.clone(), report.clone());
        report.used = report.used.min(held.step.allowance);
        let tenant = &held.tenant;
        let (mut job, mut around) = (held.job.clone(), held.around.clone());
        if around.read_at.elapsed() > FRESH {
            (job, around) = self.look_around(held).await?;
        }
        loop {
            let Some(dependents) = &around.dependents else {
                let detail = format!("steps that wait for {} are not laid out yet", held.step.id);
                return Err(TableError::Unavailable(detail));
            };
            let (writes, next) =
                self.writes(held, &job, &around.lane, dependents, &artefact, &report).await?;
            match self.table.transact(writes).await {
                Ok(()) => return Ok(Finished::Kept(next)),
                Err(TableError::Condition { failed }) => {
                    let is_refused = |part: usize| failed.get(part) == Some(&true);
                    if is_refused(STEP) {
                        return Ok(Finished::Superseded);
                    }
                    if is_refused(JOB) && self.has_ended(held).await? {
                        return Ok(Finished::Ended(self.withdraw(held).await?));
                    }
                    if is_refused(ARTEFACT) {
                        // To be used again, it vanished; made new, another job was first.
                        match self.artefact(tenant, &artefact.made_from).await? {
                            None => return Ok(Finished::Vanished),
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
                    // Otherwise a dependent or the lane moved on between read and write: look again.
                    conflict_backoff().await;
                }
                Err(TableError::Conflict) => conflict_backoff().await,
                Err(error) => return Err(error),
            }
            (job, around) = self.look_around(held).await?;
        }
    }

    /// What stands around a step now. Cost: one read.
    async fn look_around(&self, held: &Held) -> Result<(Job, Around), TableError> {
        let tenant = &held.tenant;
        let mut keys = vec![job_key(tenant, &held.step.job), lane_key(tenant)];
        keys.extend(held.step.dependents.iter().map(|id| step_key(tenant, &held.step.job, id)));
        let read_at = Instant::now();
        let mut items = self.table.get_items(&keys).await?.into_iter();
        let job: Option<Job> = items.next().flatten().map(parse).transpose()?;
        let lane = items.next().flatten().map(parse).transpose()?.unwrap_or_default();
        let dependents = items.map(|item| item.map(parse)).collect::<Option<Result<_, _>>>().transpose()?;
        let job = job.ok_or_else(|| TableError::Unavailable(format!("step {} has no job", held.step.id)))?;
        Ok((job, Around { lane, dependents, read_at }))
    }

    async fn writes(
        &self,
        held: &Held,
        job: &Job,
        lane: &Lane,
        dependents: &[Step],
        artefact: &Artefact,
        report: &StepReport,
    ) -> Result<(Vec<TransactWriteItem>, Vec<StepMessage>), TableError> {
        let (tenant, step) = (&held.tenant, &held.step);
        let released = dependents.iter().filter(|waiting| waiting.waits == 1).count();
        let most_next = (TRANSACTION - OWN_ITEMS).saturating_sub(2 * dependents.len()) / 2;
        let places = self.places(tenant, lane, 1, (released, most_next), turn(step)).await?;
        let ran_ms = u64::try_from(report.ran_ms).unwrap_or(0);
        let learned = if report.reused { places.lane } else { lane.paces.learn(places.lane, step, ran_ms) };

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
            // What is settled must be all there is to settle.
            Some(film) => self.ending(tenant, job, JobStatus::Done, clock::now()).set("video", film.id),
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
            self.done(held, report).build()?,
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
        let mut next = messages(tenant, &places.next);
        let mut queued = 0;
        for waiting in dependents {
            let less = self.one_less(held, waiting);
            let less = match waiting.waits {
                1 if queued < places.queued => {
                    queued += 1;
                    next.push(StepMessage::new(*tenant, waiting.job, waiting.id.clone()));
                    let due = sweep::due(tenant, self.settings.delivery);
                    let released = less.set("state", StepState::Queued).set("ready_at", clock::now_ms());
                    released.set("due_shard", due.due_shard).set("due_at", due.due_at)
                }
                1 => {
                    let in_line = InLine::of(waiting);
                    writes.push(self.table.put_new(&in_line.key(tenant), &in_line)?);
                    less.set("state", StepState::Ready).set("ready_at", clock::now_ms())
                }
                _ => less,
            };
            writes.push(less.build()?);
        }
        for from_line in &places.next {
            writes.extend(self.queued(tenant, from_line)?);
        }
        if let Some(film) = film {
            writes.push(self.table.put_new(&video_key(tenant, &film.id), &film)?);
            let used = job.tally.used + report.used;
            writes.extend(self.settlement(tenant, &step.job, used).await?);
        }
        Ok((writes, next))
    }

    fn done(&self, held: &Held, report: &StepReport) -> Update {
        let done = self.held(held).set("state", StepState::Done).set("report", report);
        done.remove("due_at").remove("due_shard")
    }

    /// The step waits for one less, unless another was faster.
    fn one_less(&self, held: &Held, waiting: &Step) -> Update {
        let update = self.table.update(&step_key(&held.tenant, &waiting.job, &waiting.id)).add("waits", -1);
        update.when("waits", "=", waiting.waits).when("state", "=", StepState::Waiting)
    }

    async fn has_ended(&self, held: &Held) -> Result<bool, TableError> {
        let job = self.job(&held.tenant, &held.step.job).await?;
        Ok(job.is_none_or(|job| job.status != JobStatus::Running))
    }
}

/// The job's counters after a step.
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
        artefact: artefact.making(),
        film: facts,
        created_at: clock::now(),
    })
}
