//! What each kind of step does: inputs from the bucket, work, artefact to the bucket.

mod clip;
mod image;
mod narration;
mod soundtrack;
mod stitch;

use studio::{Artefact, FilmFacts, Step, StepInput};
use tenancy::TenantId;

use crate::error::StepError;
use crate::kit::Kit;

/// What a step made.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// Who did it.
    pub provider: String,
    /// Whether the artefact was there already.
    pub reused: bool,
    /// Whether a better provider was tried and failed.
    pub degraded: bool,
    /// Pictures made.
    pub images: u64,
    /// Milliseconds of speech made.
    pub speech_ms: u64,
    /// Milliseconds of film rendered.
    pub render_ms: u64,
    /// For the receipt.
    pub notes: Vec<String>,
    /// A finished film's facts.
    pub film: Option<FilmFacts>,
}

impl Made {
    /// Nothing: the artefact was there. It costs nothing.
    pub fn reused(artefact: &Artefact) -> Self {
        Self {
            provider: artefact.made_by.clone(),
            reused: true,
            film: artefact.film.clone(),
            ..Self::default()
        }
    }
}

/// Makes a step's artefact and stores it under its name.
pub async fn run(kit: &Kit, tenant: &TenantId, step: &Step) -> Result<Made, StepError> {
    let folder = kit.scratch.empty()?;
    let scratch = folder.path();
    let artefact = &step.artefact;
    match &step.input {
        StepInput::Image(input) => image::run(kit, tenant, artefact, input).await,
        StepInput::Narration(input) => narration::run(kit, tenant, artefact, input).await,
        StepInput::Clip(input) => clip::run(kit, tenant, artefact, input, scratch).await,
        StepInput::Soundtrack(input) => soundtrack::run(kit, tenant, artefact, input, scratch).await,
        StepInput::Stitch(input) => stitch::run(kit, tenant, artefact, input, scratch).await,
    }
}

/// Runs computation where it does not hold up the lease's renewal.
async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StepError> + Send + 'static,
) -> Result<T, StepError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StepError::Panic))
}
