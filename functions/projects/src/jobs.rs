//! `/api/v1/jobs`: progress, receipts, cancelling.

use std::time::Duration;

use axum::extract::State;
use edge::{Answer, Caller, Code, Json, Path, Problem, Query, Router, routes};
use film_vocabulary::Resolution;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use studio::{Failure, Job, JobId, JobStatus, ProjectId, StepKind, StepReceipt, Totals, VideoId};
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::page::{Cursor, Listed};

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(cancel)).routes(routes!(receipt))
}

/// Longest wait of a long poll: well inside the HTTP API's 30 s.
const LONGEST_WAIT_S: u64 = 20;

/// How often a long poll looks: often enough to feel live, at one read a look.
const LOOK: Duration = Duration::from_millis(700);

/// The rendering of one revision of a project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobView {
    /// Its id.
    id: JobId,
    /// The project.
    project: ProjectId,
    /// The project's title when it began.
    title: String,
    /// Of the film.
    resolution: Resolution,
    /// Where it is in its life.
    status: JobStatus,
    /// Counts changes, for long polls.
    version: u64,
    /// When it was accepted.
    created_at: Timestamp,
    /// When it ended.
    ended_at: Option<Timestamp>,
    /// The film, once there is one.
    video: Option<VideoId>,
    /// Why it failed.
    failure: Option<Failure>,
    /// How far it is.
    progress: Progress,
}

/// How far a job is.
#[derive(Debug, Serialize, ToSchema)]
struct Progress {
    /// By the usual cost of steps.
    #[schema(maximum = 100)]
    percent: u64,
    /// Seconds left as the job goes, other jobs beside it included; none before its first step is done.
    left_s: Option<u64>,
    /// Kind by kind.
    kinds: Vec<KindProgress>,
}

/// How many steps of a kind there are, and are done.
#[derive(Debug, Serialize, ToSchema)]
struct KindProgress {
    /// What they make.
    kind: StepKind,
    /// How many there are.
    total: u64,
    /// Of these, done.
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
        let left_s = if job.status == JobStatus::Running { job.left_s(cloud::clock::now()) } else { Some(0) };
        Self { percent, left_s, kinds }
    }
}

/// How to wait for news.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LongPoll {
    /// How many seconds to wait at most.
    #[garde(inner(range(max = LONGEST_WAIT_S)))]
    #[param(minimum = 0, maximum = 20, default = 0)]
    wait: Option<u64>,
    /// The version that the client has seen.
    #[garde(inner(range(max = i64::MAX.unsigned_abs())))]
    #[param(default = 0)]
    version: Option<u64>,
}

// Under a name without parameters, for which no schema is derived.
type Jobs = Listed<JobView>;

/// Lists the jobs.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    tag = "jobs",
    params(Cursor<JobId>),
    responses((status = 200, description = "A page of them.", body = Jobs))
)]
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor<JobId>>,
) -> Answer<Json<Jobs>> {
    let page = app.studio.jobs(&caller.tenant, cursor.limit(), cursor.after).await?;
    Ok(Json(Listed::from_page(page, JobView::from)))
}

/// Shows a job.
///
/// With `wait` and the `version` last seen, answers as soon as there is something new. Reads: one item, with
/// `wait` one every 0.7 s. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}",
    tag = "jobs",
    params(("id" = JobId, Path, description = "Which job."), LongPoll),
    responses((status = 200, description = "The job.", body = JobView))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
    Query(poll): Query<LongPoll>,
) -> Answer<Json<JobView>> {
    let wait = Duration::from_secs(poll.wait.unwrap_or(0));
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

/// Stops a job.
///
/// What is finished is kept and charged, the rest of the hold is free again. Reads: three items. Writes: one
/// transaction of four items.
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/cancel",
    tag = "jobs",
    params(("id" = JobId, Path, description = "Which job.")),
    responses(
        (status = 200, description = "The job, which has ended.", body = JobView),
        (status = 409, description = "It had ended already: `conflict`."),
    )
)]
async fn cancel(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
) -> Answer<Json<JobView>> {
    match app.studio.cancel_job(&caller.tenant, &id).await? {
        Some((job, true)) => Ok(Json(JobView::from(job))),
        Some((_, false)) => Err(Problem::new(Code::Conflict, "The job has ended already.")),
        None => Err(Problem::not_found("job")),
    }
}

/// What a job did and used.
#[derive(Debug, Serialize, ToSchema)]
struct Receipt {
    /// The job.
    job: JobView,
    /// All steps together.
    totals: Totals,
    /// Step by step.
    steps: Vec<StepReceipt>,
}

/// Shows a job's receipt.
///
/// What every step did: who, how often, how long, what failed, what it used and cost. Reads: one item and one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}/receipt",
    tag = "jobs",
    params(("id" = JobId, Path, description = "Which job.")),
    responses((status = 200, description = "The receipt, so far.", body = Receipt))
)]
async fn receipt(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
) -> Answer<Json<Receipt>> {
    let job = app.studio.job(&caller.tenant, &id).await?.ok_or_else(|| Problem::not_found("job"))?;
    let steps = app.studio.steps(&caller.tenant, &id).await?;
    let steps: Vec<StepReceipt> = steps.into_iter().map(StepReceipt::from).collect();
    Ok(Json(Receipt { job: JobView::from(job), totals: Totals::of(&steps), steps }))
}
