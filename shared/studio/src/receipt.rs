//! Receipts: what each step of a job did, and what the job used and cost together.

use metering::Amounts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::StepFailure;
use crate::step::{Step, StepReport, StepState};
use crate::step_kind::{StepId, StepKind};

/// What a job used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Totals {
    /// What it is charged.
    #[serde(flatten)]
    pub used: Amounts,
    /// What its steps cost to run, failed attempts among them, millionths of a dollar.
    pub cost_micro_usd: u64,
}

impl Totals {
    /// Sums up the steps of a job.
    #[must_use]
    pub fn of(steps: &[StepReceipt]) -> Self {
        steps.iter().fold(Self::default(), |sum, step| Self {
            used: sum.used + step.report.used,
            cost_micro_usd: sum.cost_micro_usd + step.report.cost_micro_usd,
        })
    }
}

/// One step of a job in its receipt.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepReceipt {
    /// Names it within the job.
    pub id: StepId,
    /// The kind of artefact that it makes.
    pub kind: StepKind,
    /// Where it is in its life.
    pub state: StepState,
    /// How often it was begun.
    pub attempts: u32,
    /// The attempts that failed, the first one first. One whose worker died is not among them.
    pub failures: Vec<StepFailure>,
    /// What it did. Its cost is that of all attempts.
    #[serde(flatten)]
    pub report: StepReport,
}

impl From<Step> for StepReceipt {
    fn from(step: Step) -> Self {
        let mut report = step.report.unwrap_or_default();
        report.cost_micro_usd += step.failures.iter().map(|failure| failure.cost_micro_usd).sum::<u64>();
        Self {
            id: step.id,
            kind: step.input.kind(),
            state: step.state,
            attempts: step.attempts,
            failures: step.failures,
            report,
        }
    }
}
