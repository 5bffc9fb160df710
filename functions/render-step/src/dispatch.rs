//! Gives a step to the code for its kind.

use serde_json::Value;
use studio::{LeasedStep, StepInput};
use tenancy::{ArtefactVersion, JobDocument, ObjectKey};

use crate::error::StepError;
use crate::maker::ArtefactMaker;
use crate::output::StepOutput;
use crate::runner::StepRunner;
use crate::steps::{clip, image, narration, soundtrack, stitch};

impl ArtefactMaker for StepRunner {
    async fn make(&self, leased: &LeasedStep) -> Result<StepOutput, StepError> {
        let folder = self.scratch.empty()?;
        let scratch = folder.path();
        match &leased.step.input {
            StepInput::Image(input) => image::run(self, leased, input).await,
            StepInput::Narration(input) => narration::run(self, leased, input).await,
            StepInput::Clip(input) => clip::run(self, leased, input, scratch).await,
            StepInput::Soundtrack(input) => soundtrack::run(self, leased, input, scratch).await,
            StepInput::Stitch(input) => stitch::run(self, leased, input, scratch).await,
        }
    }

    async fn find(
        &self,
        leased: &LeasedStep,
        version: ArtefactVersion,
    ) -> Result<Option<StepOutput>, StepError> {
        // The output is the metadata of the object that is stored last, so its presence means that all are stored.
        let Some(last) = leased.step.input.kind().objects(&leased.tenant, &version).pop() else {
            return Ok(None);
        };
        let note = self.bucket.head(&last).await?.and_then(|object| object.note);
        Ok(note.and_then(|note| serde_json::from_value(note).ok()))
    }

    async fn store_summary(&self, leased: &LeasedStep, summary: &Value) -> Result<(), StepError> {
        let key = ObjectKey::job(&leased.tenant, leased.job.id.uuid(), JobDocument::Summary);
        Ok(self.bucket.put(&key, summary.to_string().into_bytes(), "application/json").await?)
    }
}
