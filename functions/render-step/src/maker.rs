//! The seam between the orchestration of steps and what steps make.

use serde_json::Value;
use studio::LeasedStep;
use tenancy::ArtefactVersion;

use crate::error::StepError;
use crate::output::StepOutput;

/// Makes and stores the artefacts of steps. The orchestration knows no more of film than this.
pub trait ArtefactMaker {
    /// Makes a step's artefact and stores its objects.
    fn make(&self, leased: &LeasedStep) -> impl Future<Output = Result<StepOutput, StepError>>;

    /// The output of an earlier attempt that stored all of its objects but died before its record was committed.
    fn find(
        &self,
        leased: &LeasedStep,
        version: ArtefactVersion,
    ) -> impl Future<Output = Result<Option<StepOutput>, StepError>>;

    /// Stores the summary of a job beside its film.
    fn store_summary(
        &self,
        leased: &LeasedStep,
        summary: &Value,
    ) -> impl Future<Output = Result<(), StepError>>;
}
