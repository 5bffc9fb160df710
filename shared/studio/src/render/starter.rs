use film_vocabulary::Resolution;
use film_voices::{NO_VOICE, chosen};
use futures_util::future::try_join;
use metering::{Allowance, Amounts, Entitlements, QuotaManager};
use tenancy::{ContentHash, TenantContext, TenantId};

use super::dispatcher::StepDispatcher;
use super::error::RenderError;
use super::order::{RenderExtent, RenderOrder};
use crate::deflated_json;
use crate::idempotency::IdempotencyKey;
use crate::ids::JobId;
use crate::job::{Job, JobStatus};
use crate::lexicon::Lexicon;
use crate::narration::{Narration, Notice};
use crate::plan::Plan;
use crate::project::{Manuscript, Project, ProjectId, Style};
use crate::quote::Quote;
use crate::reader::Reader;
use crate::step_kind::StepKind;
use crate::store::jobs::AcceptOutcome;
use crate::video_format::longest_film_ms;

/// Quotes renders and starts them.
#[derive(Clone)]
pub struct RenderStarter {
    dispatcher: StepDispatcher,
    entitlements: Entitlements,
    quotas: QuotaManager,
}

/// What a render is expected to use, and whether it would be accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderQuote {
    /// What it is expected to use.
    pub quote: Quote,
    /// Whether the tenant's quota suffices for the worst case.
    pub fits: bool,
    /// The tenant's plan, which sets the quota.
    pub tenant_plan: tenancy::Plan,
    /// Who speaks the film, and how well.
    pub narration: Narration,
    /// What to look at before the film is made.
    pub notices: Vec<Notice>,
}

/// A job that was started, now or by an earlier request.
#[derive(Clone, Debug)]
pub struct StartedRender {
    /// The job.
    pub job: Job,
    /// Whether an earlier request with the same idempotency key started it.
    pub is_repeated: bool,
}

/// The plan of a project's film, and what of it is there already.
struct PlannedFilm {
    project: Project,
    manuscript: Manuscript,
    lexicon: Lexicon,
    plan: Plan,
    /// For each step of the plan, whether its artefact is there.
    present: Vec<bool>,
}

impl RenderStarter {
    /// Over a dispatcher, the tenants' plans and grants, and their usage and holds.
    #[must_use]
    pub const fn new(dispatcher: StepDispatcher, entitlements: Entitlements, quotas: QuotaManager) -> Self {
        Self { dispatcher, entitlements, quotas }
    }

    /// Says what a film will use and cost; spends nothing. Cost: reads of six items, two queries, and one item for
    /// each artefact.
    ///
    /// # Errors
    /// [`RenderError::NoProject`]; [`RenderError::NoVoice`]; [`RenderError::Unread`]; [`RenderError::TooLong`] at this
    /// resolution; [`RenderError::Table`] when DynamoDB does not answer.
    pub async fn quote(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
        resolution: Resolution,
    ) -> Result<RenderQuote, RenderError> {
        let PlannedFilm { project, manuscript, lexicon, mut plan, present } =
            self.plan(tenant, project, resolution).await?;
        let reader = Reader::new(&project.style, &manuscript.lexicon, &lexicon);
        let quote = plan.quote(&present);
        let allowance = self.entitlements.allowance(tenant).await?;
        let refusal = self.quotas.enforce(tenant, &allowance, plan.set_allowances(&present)).await?;
        Ok(RenderQuote {
            quote,
            fits: refusal.is_none(),
            tenant_plan: allowance.plan(),
            narration: reader.narration(),
            notices: reader.notices_of(&manuscript),
        })
    }

    /// Starts a render, or gives the job that the same order with the same idempotency key started before. The worst
    /// case is held against the quota in the transaction that accepts the job. Cost: reads of four items, two queries
    /// and one item for each artefact, with a key two items more; one transaction of three to six items; then one
    /// object written, and what creating and sending the steps costs.
    ///
    /// # Errors
    /// Any of [`RenderError`]. Except after [`RenderError::Table`], where the answer of DynamoDB may have been lost, no
    /// job was accepted and nothing is held; a repeated request with the same key tells. What fails once the job
    /// is accepted is logged, and left to the sweeper.
    pub async fn start(
        &self,
        caller: &TenantContext,
        order: &RenderOrder,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<StartedRender, RenderError> {
        let tenant = &caller.tenant;
        if let Some(key) = idempotency
            && let Some(started) = self.started_before(caller, key).await?
        {
            return Ok(started);
        }
        let PlannedFilm { project, mut plan, present, .. } =
            self.plan(tenant, &order.project, order.resolution).await?;
        if order.extent == RenderExtent::Stitch {
            check_rendered(&plan, &present)?;
        }
        let hold = plan.set_allowances(&present);
        let job = new_job(caller, &project, &plan, order.resolution);
        let deflated = deflated_json::encode(&plan)?;
        let allowance = self.entitlements.allowance(tenant).await?;
        let studio = &self.dispatcher.studio;
        match studio.accept_job(tenant, &job, idempotency, &allowance, hold, &deflated).await? {
            AcceptOutcome::New => {
                // From here on the job is accepted: whatever fails now is made good by the sweeper.
                if let Err(error) = self.dispatcher.begin(tenant, &job, &plan).await {
                    tracing::error!(job = %job.id, error = %error, "job {} is left to the sweeper: {error}", job.id);
                }
                Ok(StartedRender { job, is_repeated: false })
            }
            before @ (AcceptOutcome::Repeated(_) | AcceptOutcome::KeyReused) => {
                self.job_before(tenant, before).await
            }
            AcceptOutcome::OverQuota => Err(self.refusal(tenant, &allowance, hold).await?),
        }
    }

    async fn plan(
        &self,
        tenant: &TenantId,
        project: &ProjectId,
        resolution: Resolution,
    ) -> Result<PlannedFilm, RenderError> {
        let studio = &self.dispatcher.studio;
        let (found, lexicon) =
            try_join(studio.project_with_text(tenant, project), studio.lexicon(tenant)).await?;
        let (project, manuscript) = found.ok_or(RenderError::NoProject)?;
        manuscript.storyboard.verify(&manuscript.text)?;
        check_voice(&project.style)?;
        let plan = Plan::new(&project, &manuscript, &lexicon, resolution)?;
        check_length(&plan, resolution)?;
        let artefacts: Vec<ContentHash> = plan.steps.iter().map(|step| step.artefact).collect();
        let present = studio.artefacts(tenant, &artefacts).await?;
        let present = present.iter().map(Option::is_some).collect();
        Ok(PlannedFilm { project, manuscript, lexicon, plan, present })
    }

    /// What an earlier request with this idempotency key started. Cost: two reads; where there is such a request, at
    /// most three.
    async fn started_before(
        &self,
        caller: &TenantContext,
        key: &IdempotencyKey,
    ) -> Result<Option<StartedRender>, RenderError> {
        let (studio, tenant) = (&self.dispatcher.studio, &caller.tenant);
        if let Some(before) = studio.find_idempotent(tenant, key).await? {
            return self.job_before(tenant, before).await.map(Some);
        }
        let job = studio.find_unscoped(tenant, &caller.user, key).await?;
        Ok(job.map(|job| StartedRender { job, is_repeated: true }))
    }

    /// The job that an idempotency key stands for.
    async fn job_before(
        &self,
        tenant: &TenantId,
        before: AcceptOutcome,
    ) -> Result<StartedRender, RenderError> {
        let AcceptOutcome::Repeated(job) = before else { return Err(RenderError::IdempotencyMismatch) };
        let job = self.dispatcher.studio.job(tenant, &job).await?.ok_or(RenderError::NoJob)?;
        Ok(StartedRender { job, is_repeated: true })
    }

    /// Which part of the quota does not suffice. Cost: one read.
    async fn refusal(
        &self,
        tenant: &TenantId,
        allowance: &Allowance,
        asked: Amounts,
    ) -> Result<RenderError, RenderError> {
        let refusal = self.quotas.enforce(tenant, allowance, asked).await?;
        Ok(refusal.map_or(RenderError::QuotaChanged, RenderError::QuotaExceeded))
    }
}

/// Refuses a film whose speech nobody could make.
fn check_voice(style: &Style) -> Result<(), RenderError> {
    let voice = style.voice.as_deref();
    if voice == Some(NO_VOICE) || chosen(&style.language, voice).is_some() {
        return Ok(());
    }
    Err(RenderError::NoVoice { language: style.language.clone() })
}

/// Refuses a film that could not be joined when all of its scenes are made.
fn check_length(plan: &Plan, resolution: Resolution) -> Result<(), RenderError> {
    let (film_ms, longest_ms) = (plan.film_ms(), longest_film_ms(resolution));
    if film_ms > longest_ms { Err(RenderError::TooLong { film_ms, longest_ms }) } else { Ok(()) }
}

/// Refuses to make pictures, narrations and clips.
fn check_rendered(plan: &Plan, present: &[bool]) -> Result<(), RenderError> {
    let is_of_a_scene = |kind| matches!(kind, StepKind::Image | StepKind::Narration | StepKind::Clip);
    let steps = plan.steps.iter().zip(present);
    let missing = steps.filter(|(step, present)| !**present && is_of_a_scene(step.input.kind())).count();
    if missing > 0 { Err(RenderError::NotRendered { steps: missing }) } else { Ok(()) }
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
        steps_created: false,
        discarded: false,
        due: Some(Job::due_for_steps(&caller.tenant)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(language: &str, voice: Option<&str>) -> Style {
        let style = serde_json::json!({
            "language": language, "aspect": "16:9", "tradition": "universal", "voice": voice, "pace": 1.0,
            "music": "pad", "seed": 7,
        });
        serde_json::from_value(style).unwrap()
    }

    #[test]
    fn a_language_that_nobody_speaks_is_refused_unless_a_neighbours_voice_or_none_is_chosen() {
        for language in ["yo", "tl", "ig", "ps", "bo", "syc", "xx"] {
            let refused = check_voice(&style(language, None));
            assert!(matches!(refused, Err(RenderError::NoVoice { .. })), "{language}");
            assert!(check_voice(&style(language, Some("none"))).is_ok(), "{language}");
        }
        for (language, voice) in [("yo", "if_sara"), ("tl", "im_nicola"), ("ps", "hf_alpha")] {
            assert!(check_voice(&style(language, Some(voice))).is_ok(), "{language}");
        }
        for language in ["en", "ko", "hi-IN", "am", "ja", "cy"] {
            assert!(check_voice(&style(language, None)).is_ok(), "{language}");
        }
    }
}
