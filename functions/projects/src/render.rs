//! `/api/v1/projects/{id}/render`: what a film will cost, and the job that makes it.

use std::time::Duration;

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use edge::{Answer, Caller, Code, Json, Path, Problem, Router, require_paid_subscription, routes};
use garde::Validate;
use http::{HeaderMap, StatusCode, header};
use metering::{Allowance, Amounts, Feature, Refusal};
use serde::{Deserialize, Serialize};
use studio::{
    Accepted, IdempotencyKey, Job, JobId, JobStatus, Plan, Project, ProjectId, Resolution, StepKind,
};
use tenancy::{ContentHash, JobDocument, ObjectKey, TenantContext};
use utoipa::ToSchema;

use crate::app::{App, bucket_problem};
use crate::jobs::JobView;

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(quote)).routes(routes!(start)).routes(routes!(stitch))
}

/// What to make of a project.
#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"resolution": "480p"})))]
struct Order {
    /// `1080p`, unless given.
    resolution: Resolution,
}

/// What a film will use and cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
#[allow(clippy::struct_field_names, reason = "names of the API")]
struct QuoteView {
    /// Of the film.
    resolution: Resolution,
    /// Steps of the job.
    steps: usize,
    /// Of these, done before.
    reused_steps: usize,
    /// Pictures to be made.
    images: u64,
    /// Seconds of speech to be made.
    narration_seconds: f64,
    /// Minutes of film to be rendered.
    render_minutes: f64,
    /// How long the film will be.
    film_seconds: f64,
    /// With the embedded providers, millionths of a dollar.
    cost_micro_usd: u64,
    /// Whether the quota suffices for the worst case.
    fits: bool,
}

/// Says what a film will use and cost.
///
/// Nothing is spent. Reads: four items, two queries and one item for each artefact. Writes: none.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/render/quote",
    tag = "renders",
    params(("id" = ProjectId, Path, description = "Which project.")),
    request_body = Order,
    responses(
        (status = 200, description = "The quote.", body = QuoteView),
        (
            status = 422,
            description = "`invalid`: the film would be too long at this `resolution`; `film_seconds` and \
                           `limit_seconds` say by how much."
        )
    )
)]
async fn quote(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Json(order): Json<Order>,
) -> Answer<Json<QuoteView>> {
    let Drawn { mut plan, present, .. } = draw(&app, &caller, &id, order.resolution).await?;
    let quote = plan.quote(&present);
    let allowance = app.entitlements.allowance(&caller.tenant, caller.plan).await?;
    let refusal = app.quotas.enforce(&caller.tenant, &allowance, plan.allow(&present)).await?;
    Ok(Json(QuoteView {
        resolution: order.resolution,
        steps: quote.steps,
        reused_steps: quote.reused_steps,
        images: quote.images,
        narration_seconds: seconds(quote.speech_ms),
        render_minutes: seconds(quote.render_ms) / 60.0,
        film_seconds: seconds(quote.film_ms),
        cost_micro_usd: quote.cost_micro_usd,
        fits: refusal.is_none(),
    }))
}

/// Starts a render.
///
/// The worst case is held against the quota in the transaction that accepts the job; the same
/// `Idempotency-Key` with the same order gives the same job. Reads: two items, two queries and one
/// item for each artefact, for 4K two items more. Writes: one object; one transaction of three to five items, one more for each
/// hundred steps; one message for each picture and narration; one item.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/render",
    tag = "renders",
    params(
        ("id" = ProjectId, Path, description = "Which project."),
        (
            "Idempotency-Key" = Option<String>,
            Header,
            description = "Any text of the client's own, a new one for each order.",
            nullable = false,
            min_length = 1,
            max_length = 255
        ),
    ),
    request_body = Order,
    responses(
        (
            status = 202,
            description = "The job, which has begun.",
            body = JobView,
            headers(("Location" = String, description = "Its path."))
        ),
        (
            status = 402,
            description = "`plan_required`: 4K is part of the paid plans. `quota_exceeded`: the month's quota \
                           does not suffice for the worst case, and `metric`, `limit`, `used`, `asked` and \
                           `resets_at` say why. Both have an `upgrade_url`."
        ),
        (status = 403, description = "`feature_disabled`: 4K is switched off for a time."),
        (status = 422, description = "`invalid`: the film would be too long at this `resolution`, as for a quote."),
        (status = 409, description = "The key came with another order: `idempotency_mismatch`."),
    )
)]
async fn start(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    headers: HeaderMap,
    Json(order): Json<Order>,
) -> Answer<impl IntoResponse> {
    accept(&app, &caller, &id, &headers, order, Extent::Film).await
}

/// Joins the scenes that are rendered into a film.
///
/// As a render, but only where every scene's picture, narration and clip is there already, at this resolution:
/// for other music or another title, without ever being charged for scenes. Reads and writes: as a render.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/render/stitch",
    tag = "renders",
    params(
        ("id" = ProjectId, Path, description = "Which project."),
        (
            "Idempotency-Key" = Option<String>,
            Header,
            description = "Any text of the client's own, a new one for each order.",
            nullable = false,
            min_length = 1,
            max_length = 255
        ),
    ),
    request_body = Order,
    responses(
        (
            status = 202,
            description = "The job, which has begun.",
            body = JobView,
            headers(("Location" = String, description = "Its path."))
        ),
        (status = 402, description = "`plan_required` or `quota_exceeded`, as for a render."),
        (status = 403, description = "`feature_disabled`: 4K is switched off for a time."),
        (status = 422, description = "`invalid`: the film would be too long at this `resolution`, as for a quote."),
        (
            status = 409,
            description = "`not_rendered`: `steps` of the scenes are still to be made. `idempotency_mismatch`: \
                           the key came with another order."
        ),
    )
)]
async fn stitch(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    headers: HeaderMap,
    Json(order): Json<Order>,
) -> Answer<impl IntoResponse> {
    accept(&app, &caller, &id, &headers, order, Extent::Stitch).await
}

/// How much of a film may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Extent {
    /// All of it.
    Film,
    /// Its sound and what joins its scenes.
    Stitch,
}

async fn accept(
    app: &App,
    caller: &TenantContext,
    id: &ProjectId,
    headers: &HeaderMap,
    order: Order,
    extent: Extent,
) -> Answer<impl IntoResponse + use<>> {
    if order.resolution.is_premium() {
        check_premium(app, caller).await?;
    }
    let idempotency = idempotency_key(headers, id, order.resolution, extent)?;
    if let Some(key) = &idempotency
        && let Some(before) = app.studio.remembered(&caller.tenant, key).await?
    {
        return accepted(job_before(app, caller, before).await?);
    }
    let Drawn { project, mut plan, present } = draw(app, caller, id, order.resolution).await?;
    if extent == Extent::Stitch {
        check_rendered(&plan, &present)?;
    }
    let held = plan.allow(&present);
    let job = new_job(caller, &project, &plan, order.resolution);
    let document = serde_json::to_vec(&plan).map_err(Problem::internal)?;
    let key = ObjectKey::job(&caller.tenant, job.id.uuid(), JobDocument::Plan);
    app.bucket.put(&key, document, "application/json").await.map_err(bucket_problem)?;

    let allowance = app.entitlements.allowance(&caller.tenant, caller.plan).await?;
    let accepted_as = app.studio.accept_job(&caller.tenant, &job, idempotency.as_ref(), &allowance, held);
    let job = match accepted_as.await? {
        Accepted::New => {
            // From here on the job is accepted: whatever fails now is made good by the sweeper.
            if let Err(error) = begin(app, caller, &job, &plan).await {
                tracing::error!(job = %job.id, error = %error, "job {} is left to the sweeper: {error}", job.id);
            }
            job
        }
        before @ (Accepted::Before(_) | Accepted::OtherRequest) => job_before(app, caller, before).await?,
        Accepted::Refused => return Err(refusal(app, caller, &allowance, held).await?),
    };
    accepted(job)
}

/// Refuses to make scenes.
fn check_rendered(plan: &Plan, present: &[bool]) -> Result<(), Problem> {
    let is_of_a_scene = |kind| matches!(kind, StepKind::Image | StepKind::Narration | StepKind::Clip);
    let steps = plan.steps.iter().zip(present);
    let missing =
        steps.filter(|(step, is_present)| !**is_present && is_of_a_scene(step.input.kind())).count();
    if missing == 0 {
        return Ok(());
    }
    let detail = format!("{missing} steps of its scenes are still to be made. Render the project first.");
    Err(Problem::new(Code::NotRendered, detail).with("steps", missing))
}

fn accepted(job: Job) -> Answer<impl IntoResponse + use<>> {
    let location = [(header::LOCATION, format!("/api/v1/jobs/{}", job.id))];
    Ok((StatusCode::ACCEPTED, AppendHeaders(location), Json(JobView::from(job))))
}

/// Refuses 4K where the plan lacks it, or the operator has switched it off.
async fn check_premium(app: &App, caller: &TenantContext) -> Result<(), Problem> {
    let feature = Feature::Uhd.as_str();
    require_paid_subscription(caller, feature, &app.frontend)?;
    if !app.entitlements.features(&caller.tenant).await?.is_on(Feature::Uhd) {
        let detail = "4K is switched off for now. Choose 1080p, or try again another day.";
        return Err(Problem::new(Code::FeatureDisabled, detail).with("feature", feature));
    }
    Ok(())
}

/// The job that an idempotency key stands for.
async fn job_before(app: &App, caller: &TenantContext, before: Accepted) -> Result<Job, Problem> {
    let Accepted::Before(job) = before else {
        let detail = "Use a new Idempotency-Key for a new request.";
        return Err(Problem::new(Code::IdempotencyMismatch, detail));
    };
    app.studio.job(&caller.tenant, &job).await?.ok_or_else(|| Problem::not_found("job"))
}

/// The plan of a project's film.
struct Drawn {
    project: Project,
    plan: Plan,
    /// Of each step, whether its artefact is there already.
    present: Vec<bool>,
}

async fn draw(
    app: &App,
    caller: &TenantContext,
    id: &ProjectId,
    resolution: Resolution,
) -> Result<Drawn, Problem> {
    let (project, manuscript) = app.project_with_text(&caller.tenant, id).await?;
    manuscript.storyboard.verify(&manuscript.text).map_err(Problem::internal)?;
    let plan = Plan::draw(&project, &manuscript, resolution);
    check_length(&plan, resolution)?;
    let artefacts: Vec<ContentHash> = plan.steps.iter().map(|step| step.artefact).collect();
    let present = app.studio.artefacts(&caller.tenant, &artefacts).await?;
    Ok(Drawn { project, plan, present: present.iter().map(Option::is_some).collect() })
}

/// Refuses a film that could not be joined when all of its scenes are made.
fn check_length(plan: &Plan, resolution: Resolution) -> Result<(), Problem> {
    let (film_ms, longest_ms) = (plan.film_ms(), resolution.longest_film_ms());
    if film_ms <= longest_ms {
        return Ok(());
    }
    let detail = format!(
        "The film would be about {} minutes long, and {} are the most at this resolution. Choose a lower one, or \
         divide the text between two projects.",
        film_ms.div_ceil(60_000),
        longest_ms / 60_000
    );
    let problem = Problem::invalid("resolution", detail);
    Err(problem.with("film_seconds", seconds(film_ms)).with("limit_seconds", seconds(longest_ms)))
}

fn new_job(caller: &TenantContext, project: &Project, plan: &Plan, resolution: Resolution) -> Job {
    Job {
        id: JobId::new(),
        project: project.id,
        title: project.title.clone(),
        user: caller.user,
        resolution,
        status: JobStatus::Running,
        version: 1,
        created_at: cloud::clock::now(),
        begun_at: None,
        ended_at: None,
        video: None,
        failure: None,
        tally: plan.tally(),
        laid_out: false,
        discarded: false,
        due: Some(Job::due_for_layout(&caller.tenant)),
    }
}

/// Lays out the steps, sends as many as the tenant may run at once, and says so.
async fn begin(app: &App, caller: &TenantContext, job: &Job, plan: &Plan) -> anyhow::Result<()> {
    app.studio.lay_out(&caller.tenant, job.id, plan).await?;
    app.steps.send(app.studio.pump(&caller.tenant).await?, Duration::ZERO).await?;
    Ok(app.studio.laid_out(&caller.tenant, job).await?)
}

fn idempotency_key(
    headers: &HeaderMap,
    project: &ProjectId,
    resolution: Resolution,
    extent: Extent,
) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    if value.is_empty() || value.len() > 255 {
        return Err(Problem::new(Code::BadRequest, "Send an Idempotency-Key of 1 to 255 characters."));
    }
    let request = serde_json::json!([project, resolution, extent]).to_string();
    Ok(Some(IdempotencyKey {
        key: ContentHash::of(value.as_bytes()),
        request: ContentHash::of(request.as_bytes()),
    }))
}

/// The 402 that names what does not suffice. Where the quota would suffice after all, because another
/// job ended meanwhile, the client is asked to try again.
async fn refusal(
    app: &App,
    caller: &TenantContext,
    allowance: &Allowance,
    asked: Amounts,
) -> Result<Problem, Problem> {
    let refusal = app.quotas.enforce(&caller.tenant, allowance, asked).await?;
    let Some(Refusal { metric, limit, used, asked, resets_at }) = refusal else {
        return Ok(Problem::unavailable("quota", "changed between two looks"));
    };
    let unit = metric.counted_per_shown();
    let remedy = match resets_at {
        Some(at) => format!("It fits again on {at}, or upgrade."),
        None => "Delete videos, or upgrade.".to_owned(),
    };
    let detail = format!(
        "This render may need {} {} and {} of {} are used or held. {remedy}",
        asked.div_ceil(unit),
        metric.as_str(),
        used.div_ceil(unit),
        limit / unit,
    );
    Ok(Problem::new(Code::QuotaExceeded, detail)
        .with("metric", metric.as_str())
        .with("limit", limit / unit)
        .with("used", used.div_ceil(unit))
        .with("asked", asked.div_ceil(unit))
        .with("resets_at", resets_at.map(|at| at.to_string()))
        .with("upgrade_url", format!("{}/billing", app.frontend)))
}

#[allow(clippy::cast_precision_loss, reason = "for display")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}
