//! `/api/v1/jobs`: the list, receipts and cancelling. One job and its changes: `job_progress`.

use axum::extract::State;
use edge::{Answer, Caller, Code, IdempotencyHeader, Idempotent, Json, Path, Problem, Query, Router, routes};
use film_vocabulary::Resolution;
use jiff::Timestamp;
use serde::Serialize;
use studio::{
    Failure, Job, JobId, JobStatus, ProjectId, StepKind, StepReceipt, Totals, VideoId, readable_title,
};
use utoipa::ToSchema;

use crate::app::App;
use crate::page::{Cursor, Listed};

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(list)).routes(routes!(cancel)).routes(routes!(receipt))
}

/// A render of one revision of a project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobView {
    /// The id.
    id: JobId,
    /// The id of the project.
    project: ProjectId,
    /// The title of the project when the render began.
    title: String,
    /// The resolution of the film.
    resolution: Resolution,
    /// The state of the job.
    status: JobStatus,
    /// Counts the changes of the job, for long polls.
    version: u64,
    /// When the job was accepted.
    created_at: Timestamp,
    /// When the job ended; null while it runs.
    ended_at: Option<Timestamp>,
    /// The id of the film, once it is finished.
    video: Option<VideoId>,
    /// Why the job failed; null unless it did.
    failure: Option<Failure>,
    /// How far the job is.
    progress: Progress,
}

/// How far a job is.
#[derive(Debug, Serialize, ToSchema)]
struct Progress {
    /// The finished part of the job in percent, where each step counts by the time that its kind usually takes.
    #[schema(maximum = 100)]
    percent: u64,
    /// The estimated seconds left at the present pace, other jobs of the tenant included; null before the first step is
    /// done.
    left_s: Option<u64>,
    /// The progress of each kind of step.
    kinds: Vec<KindProgress>,
}

/// The progress of one kind of step.
#[derive(Debug, Serialize, ToSchema)]
struct KindProgress {
    /// The kind of step.
    kind: StepKind,
    /// The number of steps of this kind.
    total: u64,
    /// The number of these that are done.
    done: u64,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            progress: Progress::of(&job),
            id: job.id,
            project: job.project,
            title: readable_title(&job.title),
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
        // Weighted by the usual time, so that ten quick pictures do not count as much as ten slow clips.
        let weigh = |count: fn(&KindProgress) -> u64| -> u64 {
            kinds.iter().map(|k| count(k) * u64::from(k.kind.usual_s())).sum()
        };
        let percent = weigh(|k| k.done) * 100 / weigh(|k| k.total).max(1);
        let left_s = if job.status == JobStatus::Running { job.left_s(cloud::clock::now()) } else { Some(0) };
        Self { percent, left_s, kinds }
    }
}

// An alias without type parameters, because the path macro derives no schema for a generic type.
type Jobs = Listed<JobView>;

/// Lists the jobs.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    tag = "jobs",
    params(Cursor<JobId>),
    responses((status = 200, description = "One page of the list.", body = Jobs))
)]
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor<JobId>>,
) -> Answer<Json<Jobs>> {
    let page = app.studio.jobs(&caller.tenant, cursor.limit(), cursor.after).await?;
    Ok(Json(Listed::from_page(page, JobView::from)))
}

/// Stops a job.
///
/// Finished steps are kept and charged; the rest of the held quota is released. A job that is cancelled already is
/// answered as the first time. Reads: three items. Writes: one transaction of four items; none when it is cancelled
/// already.
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/cancel",
    tag = "jobs",
    params(("id" = JobId, Path, description = "The id of the job."), IdempotencyHeader),
    responses(
        (status = 200, description = "The job, which is cancelled.", body = JobView),
        (status = 409, description = "`conflict`: the job is done or has failed."),
    )
)]
async fn cancel(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<JobId>,
    _: Idempotent,
) -> Answer<Json<JobView>> {
    match app.studio.cancel_job(&caller.tenant, &id).await? {
        Some((job, ended)) if ended || job.status == JobStatus::Cancelled => Ok(Json(JobView::from(job))),
        Some(_) => Err(Problem::new(Code::Conflict, "The job has ended already. Read it to see how.")),
        None => Err(Problem::not_found("job")),
    }
}

/// The receipt of a job: what its steps did and used.
#[derive(Debug, Serialize, ToSchema)]
struct Receipt {
    /// The job.
    job: JobView,
    /// The sums over all steps.
    totals: Totals,
    /// The receipt of each step.
    steps: Vec<StepReceipt>,
}

/// Shows a job's receipt.
///
/// For every step: the provider, the number of attempts, the time taken, the failures, the use and the cost. Reads: one
/// item and one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}/receipt",
    tag = "jobs",
    params(("id" = JobId, Path, description = "The id of the job.")),
    responses((status = 200, description = "The receipt as of now.", body = Receipt))
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
