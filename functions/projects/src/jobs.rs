//! `/api/v1/jobs`: progress, receipts, cancelling.

use std::time::Duration;

use axum::extract::State;
use axum::routing::{get, post};
use cloud::table::TableError;
use edge::{Answer, Caller, Code, Json, Path, Problem, Query, Router};
use jiff::Timestamp;
use metering::Amounts;
use serde::{Deserialize, Serialize};
use studio::{
    Failure, Job, JobId, JobStatus, ProjectId, Resolution, Step, StepId, StepKind, StepReport, StepState,
    Tally, VideoId,
};
use tokio::time::Instant;

use crate::app::App;
use crate::page::{Cursor, Listed};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/jobs", get(list))
        .route("/api/v1/jobs/{id}", get(read))
        .route("/api/v1/jobs/{id}/cancel", post(cancel))
        .route("/api/v1/jobs/{id}/receipt", get(receipt))
}

/// Longest wait of a long poll: well inside the HTTP API's 30 s.
const LONGEST_WAIT_S: u64 = 20;

/// How often a long poll looks: often enough to feel live, at one read a look.
const LOOK: Duration = Duration::from_millis(700);

/// Steps of one job that run at once, for the estimate of what is left.
const WORKERS: u32 = 2;

#[derive(Debug, Serialize)]
pub struct JobView {
    id: JobId,
    project: ProjectId,
    title: String,
    resolution: Resolution,
    status: JobStatus,
    version: u64,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
    video: Option<VideoId>,
    failure: Option<Failure>,
    progress: Progress,
}

#[derive(Debug, Serialize)]
struct Progress {
    percent: u64,
    /// Estimated seconds left.
    left_s: u64,
    kinds: Vec<KindProgress>,
}

#[derive(Debug, Serialize)]
struct KindProgress {
    kind: StepKind,
    total: u64,
    done: u64,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            progress: Progress::of(&job),
            id: job.id,
            project: job.project,
            title: job.title,
            resolution: job.resolution,
            status: job.status,
            version: job.version,
            created_at: job.created_at,
            ended_at: job.ended_at,
            video: job.video,
            failure: job.failure,
        }
    }
}

impl Progress {
    fn of(job: &Job) -> Self {
        let kinds: Vec<KindProgress> = StepKind::ALL
            .into_iter()
            .map(|kind| {
                let (total, done, _) = job.tally.of(kind);
                KindProgress { kind, total, done }
            })
            .collect();
        // By usual cost, so that ten quick pictures do not count as much as ten slow clips.
        let weigh = |count: fn(&KindProgress) -> u64| -> u64 {
            kinds.iter().map(|k| count(k) * u64::from(k.kind.usual_s())).sum()
        };
        let percent = weigh(|k| k.done) * 100 / weigh(|k| k.total).max(1);
        let left_s = if job.status == JobStatus::Running { job.tally.left_s(WORKERS) } else { 0 };
        Self { percent, left_s, kinds }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LongPoll {
    wait: Option<u64>,
    version: Option<u64>,
}

/// Jobs, newest first. Cost: one query.
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor<JobId>>,
) -> Answer<Json<Listed<JobView>>> {
    let page = app.studio.jobs(&caller.tenant, cursor.limit(), cursor.after).await?;
    Ok(Json(Listed::from_page(page, JobView::from)))
}

/// One job. With `wait` (seconds, at most 20) and the `version` last seen, answers as soon as there is
/// something new. Cost: one read, with `wait` one every 0.7 s.
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
    Query(poll): Query<LongPoll>,
) -> Answer<Json<JobView>> {
    let wait = Duration::from_secs(poll.wait.unwrap_or(0).min(LONGEST_WAIT_S));
    let deadline = Instant::now() + wait;
    loop {
        let job = app.studio.job(&caller.tenant, &id).await?.ok_or_else(|| Problem::not_found("job"))?;
        let news = job.version > poll.version.unwrap_or(0) || job.status != JobStatus::Running;
        if news || Instant::now() + LOOK > deadline {
            return Ok(Json(JobView::from(job)));
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Stops a job. What is finished is kept and charged, the rest of the hold is free again. Cost: two
/// reads, one transaction of three items.
async fn cancel(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
) -> Answer<Json<JobView>> {
    let tenant = &caller.tenant;
    // A step that ends meanwhile changes what is to be charged: look again, as often as it takes.
    for _ in 0..20 {
        let job = app.studio.job(tenant, &id).await?.ok_or_else(|| Problem::not_found("job"))?;
        if job.status != JobStatus::Running {
            return Err(Problem::new(Code::Conflict, "The job has ended already."));
        }
        let hold = app.meter.find_hold(tenant, id.uuid()).await?;
        let writes = hold.map(|hold| app.meter.settle(tenant, &hold, used(&job.tally))).transpose()?;
        match app.studio.cancel_job(tenant, &job, writes.unwrap_or_default()).await {
            Ok(()) => {
                let job = app.studio.job(tenant, &id).await?.ok_or_else(|| Problem::not_found("job"))?;
                return Ok(Json(JobView::from(job)));
            }
            Err(TableError::Condition { .. } | TableError::Conflict) => tokio::time::sleep(LOOK / 20).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::unavailable("table", "the job changes faster than it can be stopped"))
}

#[derive(Debug, Serialize)]
struct Receipt {
    job: JobView,
    totals: Totals,
    steps: Vec<StepView>,
}

#[derive(Debug, Serialize)]
struct Totals {
    images: u64,
    speech_ms: u64,
    render_ms: u64,
    /// With the embedded providers, millionths of a dollar.
    cost_micro_usd: u64,
}

#[derive(Debug, Serialize)]
struct StepView {
    id: StepId,
    kind: StepKind,
    state: StepState,
    attempts: u32,
    #[serde(flatten)]
    report: StepReport,
}

/// What every step did: who, how often, how long, what it used. Cost: one read and one query.
async fn receipt(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
) -> Answer<Json<Receipt>> {
    let job = app.studio.job(&caller.tenant, &id).await?.ok_or_else(|| Problem::not_found("job"))?;
    let steps = app.studio.steps(&caller.tenant, &id).await?;
    let Tally { images, speech_ms, render_ms, .. } = job.tally;
    let steps = steps.into_iter().map(|Step { id, input, state, attempts, report, .. }| StepView {
        id,
        kind: input.kind(),
        state,
        attempts,
        report: report.unwrap_or_default(),
    });
    let cost_micro_usd = studio::cost_micro_usd(images, speech_ms, render_ms);
    let totals = Totals { images, speech_ms, render_ms, cost_micro_usd };
    Ok(Json(Receipt { job: JobView::from(job), totals, steps: steps.collect() }))
}

fn used(tally: &Tally) -> Amounts {
    Amounts { images: tally.images, speech_ms: tally.speech_ms, render_ms: tally.render_ms }
}
