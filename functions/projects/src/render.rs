//! `/api/v1/projects/{id}/render`: quotes a film, and starts the job that makes it. What is planned, held and written
//! stands at [`studio::RenderStarter`].

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use edge::{
    Answer, Caller, Code, IdempotencyHeader, Json, Path, Problem, REPLAYED, Router, ScopedKey,
    require_paid_subscription, routes,
};
use film_vocabulary::Resolution;
use garde::Validate;
use http::{StatusCode, header};
use metering::Feature;
use serde::{Deserialize, Serialize};
use studio::{
    Narration, Notice, ProjectId, RenderError, RenderExtent, RenderOrder, RenderQuote, StartedRender,
    UnreadWords, is_premium,
};
use tenancy::{Plan, TenantContext};
use utoipa::ToSchema;

use crate::app::App;
use crate::jobs::JobView;
use crate::narration::no_voice;
use crate::quota::quota_exceeded;

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(quote)).routes(routes!(start)).routes(routes!(stitch))
}

/// How a project's film should be made.
#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"resolution": "480p"})))]
struct Order {
    /// The frame's size; `1080p` unless given.
    resolution: Resolution,
}

/// What a film will use and cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
#[allow(clippy::struct_field_names, reason = "names of the API")]
struct QuoteView {
    /// The frame's size that was asked for.
    resolution: Resolution,
    /// Number of steps of the job.
    steps: usize,
    /// How many of them reuse what an earlier job made.
    reused_steps: usize,
    /// Number of pictures to be made.
    images: u64,
    /// Seconds of speech to be made.
    narration_seconds: f64,
    /// Minutes of film to be rendered.
    render_minutes: f64,
    /// Length of the film, seconds.
    film_seconds: f64,
    /// What it costs with the embedded providers, millionths of a dollar.
    cost_micro_usd: u64,
    /// Who speaks the film, and how well.
    narration: Narration,
    /// What to look at before the film is made.
    notices: Vec<Notice>,
    /// Whether the quota suffices for the worst case.
    fits: bool,
    /// Whether a render would be accepted now: the plan includes the resolution, the resolution is not switched off,
    /// and the quota suffices.
    allowed: bool,
    /// The smallest plan that includes the resolution, where the account's plan lacks it.
    plan_required: Option<Plan>,
}

/// Says what a film will use and cost.
///
/// Nothing is spent. Reads: six items, two queries and one item for each artefact, for 4K two items more. Writes:
/// none.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/render/quote",
    tag = "renders",
    params(("id" = ProjectId, Path, description = "Which project.")),
    request_body(content = Option<Order>),
    responses(
        (status = 200, description = "The quote.", body = QuoteView),
        (
            status = 422,
            description = "`invalid`: the film would be too long at this `resolution`; `film_seconds` and \
                           `limit_seconds` say by how much. Or no voice reads the `words` of a `scene`, counted \
                           from zero. `no_voice`: nobody speaks the language; `voices` lists what can be chosen as \
                           the project's voice instead."
        )
    )
)]
async fn quote(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Json(order): Json<Order>,
) -> Answer<Json<QuoteView>> {
    let quoted = app.renders.quote(&caller.tenant, &id, order.resolution).await;
    let RenderQuote { quote, fits, tenant_plan, narration, notices } =
        quoted.map_err(|error| render_problem(error, &app.frontend))?;
    let is_premium = is_premium(order.resolution);
    let plan_required = (is_premium && tenant_plan == Plan::Free).then_some(Plan::Pro);
    let is_on = !is_premium || app.entitlements.features(&caller.tenant).await?.is_on(Feature::Uhd);
    Ok(Json(QuoteView {
        resolution: order.resolution,
        steps: quote.steps,
        reused_steps: quote.reused_steps,
        images: quote.images,
        narration_seconds: seconds(quote.speech_ms),
        render_minutes: seconds(quote.render_ms) / 60.0,
        film_seconds: seconds(quote.film_ms),
        cost_micro_usd: quote.cost_micro_usd,
        narration,
        notices,
        fits,
        allowed: fits && is_on && plan_required.is_none(),
        plan_required,
    }))
}

/// Starts a render.
///
/// The worst case is held against the quota in the transaction that accepts the job; the same
/// `Idempotency-Key` with the same order gives the same job. Reads: four items, two queries and one
/// item for each artefact, with a key two items more, for 4K three items more. Writes: one transaction of three to six
/// items; one object; one transaction for each hundred steps; one message for each picture and narration; one item.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/render",
    tag = "renders",
    params(
        ("id" = ProjectId, Path, description = "Which project."),
        IdempotencyHeader,
    ),
    request_body(content = Option<Order>),
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
    key: Option<ScopedKey>,
    Json(order): Json<Order>,
) -> Answer<impl IntoResponse> {
    accept(&app, &caller, &id, key, order, RenderExtent::Film).await
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
        IdempotencyHeader,
    ),
    request_body(content = Option<Order>),
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
    key: Option<ScopedKey>,
    Json(order): Json<Order>,
) -> Answer<impl IntoResponse> {
    accept(&app, &caller, &id, key, order, RenderExtent::Stitch).await
}

async fn accept(
    app: &App,
    caller: &TenantContext,
    project: &ProjectId,
    key: Option<ScopedKey>,
    order: Order,
    extent: RenderExtent,
) -> Answer<impl IntoResponse + use<>> {
    if is_premium(order.resolution) {
        check_premium(app, caller).await?;
    }
    let order = RenderOrder { project: *project, resolution: order.resolution, extent };
    // The job's transaction has a record of the key of its own, so that both are accepted or neither is.
    let idempotency = key.map(|key| order.idempotency_key(key.scoped, key.unscoped));
    let started = app.renders.start(caller, &order, idempotency.as_ref()).await;
    Ok(accepted(started.map_err(|error| render_problem(error, &app.frontend))?))
}

fn accepted(StartedRender { job, is_repeated }: StartedRender) -> impl IntoResponse {
    let location = [(header::LOCATION, format!("/api/v1/jobs/{}", job.id))];
    let replayed = is_repeated.then(|| AppendHeaders([(REPLAYED, "true")]));
    (StatusCode::ACCEPTED, AppendHeaders(location), replayed, Json(JobView::from(job)))
}

/// Refuses 4K with a 402 where the plan lacks it, and with a 403 where an operator has switched it off.
async fn check_premium(app: &App, caller: &TenantContext) -> Result<(), Problem> {
    let feature = Feature::Uhd.as_str();
    let (plan, features) =
        tokio::try_join!(app.entitlements.plan(&caller.tenant), app.entitlements.features(&caller.tenant))?;
    require_paid_subscription(plan, feature, &app.frontend)?;
    if !features.is_on(Feature::Uhd) {
        let detail = "4K is switched off for now. Choose 1080p, or try again another day.";
        return Err(Problem::new(Code::FeatureDisabled, detail).with("feature", feature));
    }
    Ok(())
}

/// What a client is told when nothing was quoted or started.
fn render_problem(error: RenderError, frontend: &str) -> Problem {
    match error {
        RenderError::NoProject => Problem::not_found("project"),
        RenderError::Unread(UnreadWords { scene, words }) => {
            let detail = format!(
                "No voice reads {words} in scene {}. Write it in letters that a voice of the language reads, say in the \
                 project's lexicon how it is read, or choose the voice \"none\" for captions and music only.",
                scene + 1
            );
            Problem::new(Code::Invalid, detail).with("scene", scene).with("words", words)
        }
        RenderError::NoVoice { language } => no_voice(&language),
        RenderError::NoJob => Problem::not_found("job"),
        RenderError::TooLong { film_ms, longest_ms } => too_long(film_ms, longest_ms),
        RenderError::NotRendered { steps } => {
            let detail =
                format!("{steps} steps of its scenes are still to be made. Render the project first.");
            Problem::new(Code::NotRendered, detail).with("steps", steps)
        }
        RenderError::IdempotencyMismatch => {
            let detail = "Use a new Idempotency-Key for a new request.";
            Problem::new(Code::IdempotencyMismatch, detail)
        }
        RenderError::QuotaExceeded(refusal) => quota_exceeded(refusal, "This render may need", frontend),
        // The quota would suffice after all: the client is asked to try again.
        RenderError::QuotaChanged => Problem::unavailable("quota", "changed between two looks"),
        RenderError::Table(error) => error.into(),
        RenderError::Storyboard(error) => Problem::internal(error),
        RenderError::Plan(error) => Problem::internal(error),
    }
}

/// The 422 for a film that could not be joined when all of its scenes are made.
fn too_long(film_ms: u64, longest_ms: u64) -> Problem {
    let detail = format!(
        "The film would be about {} minutes long, and {} are the most at this resolution. Choose a lower one, or \
         divide the text between two projects.",
        film_ms.div_ceil(60_000),
        longest_ms / 60_000
    );
    let problem = Problem::invalid("resolution", detail);
    problem.with("film_seconds", seconds(film_ms)).with("limit_seconds", seconds(longest_ms))
}

#[allow(clippy::cast_precision_loss, reason = "for display")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}
