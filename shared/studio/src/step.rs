//! Steps: one unit of work of a job, run by one worker at a time, as often as it takes to succeed once.

use metering::Amounts;
use serde::{Deserialize, Serialize};
use tenancy::{AttemptId, ContentHash};
use utoipa::ToSchema;

use crate::due::Due;
use crate::failure::{Fallback, StepFailure};
use crate::ids::JobId;
use crate::step_input::StepInput;
use crate::step_kind::StepId;

/// Where a step is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Other steps must end first.
    Waiting,
    /// May be run, and stands in its tenant's line.
    Ready,
    /// A message for a worker is under way.
    Queued,
    /// A worker holds the lease.
    Running,
    /// Its artefact is there.
    Done,
    /// Tried often enough.
    Failed,
    /// Its job had ended when a worker came to it.
    Cancelled,
}

/// A step as the table has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its job.
    pub job: JobId,
    /// Its name within the job.
    pub id: StepId,
    /// Its place in the plan, and so in the line.
    pub position: usize,
    /// Where it is in its life.
    pub state: StepState,
    /// How many steps must end before it may run.
    pub waits: usize,
    /// Steps that wait for this one.
    pub dependents: Vec<StepId>,
    /// What it is made from. The stitch of an hour's film names every scene: packed, it fits an item.
    #[serde(with = "crate::deflated_json")]
    pub input: StepInput,
    /// The artefact's name.
    pub artefact: ContentHash,
    /// Milliseconds of speech or film that it works on, estimated from the text; a picture has none.
    pub estimate_ms: u64,
    /// Its share of the job's hold: the most that it may be charged.
    pub allowance: Amounts,
    /// How often a worker has begun.
    pub attempts: u32,
    /// Raised by every worker that takes it: an older one can no longer write.
    pub fence: u64,
    /// The fence of the worker that was slow, while another one tries to be faster: both may write, and the
    /// first one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rival: Option<u64>,
    /// All attempts, the present or last one last. Any of them may have stored all of its objects and died
    /// before it could say so.
    #[serde(rename = "tries", default)]
    pub attempt_ids: Vec<AttemptId>,
    /// The attempt whose objects are to be deleted: its artefact's record is gone, because no film uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletes: Option<AttemptId>,
    /// Since when it may be run, milliseconds since 1970.
    pub ready_at: i64,
    /// When the present or last attempt began, milliseconds since 1970.
    pub started_at: i64,
    /// What the sweeper looks for: set while somebody must do something about this step.
    #[serde(flatten)]
    pub due: Option<Due>,
    /// The attempts that failed.
    #[serde(default)]
    pub failures: Vec<StepFailure>,
    /// What was done, once it is done.
    pub report: Option<StepReport>,
}

/// What a step did, as the receipt shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepReport {
    /// Who did it: `painter`, `kokoro`, `bedrock` …
    pub provider: String,
    /// Whether the artefact was there already.
    pub reused: bool,
    /// Whether a better provider was tried and failed.
    pub degraded: bool,
    /// Milliseconds between ready and begun, of the attempt that succeeded.
    pub waited_ms: i64,
    /// Milliseconds that the successful attempt took.
    pub ran_ms: i64,
    /// What is charged: of pictures, speech and film what was made, of objects what was stored.
    #[serde(flatten)]
    pub used: Amounts,
    /// What it cost to run, millionths of a dollar: the time on Lambda, and the provider's price for what it
    /// made. Nothing where the artefact was there before.
    #[serde(default)]
    pub cost_micro_usd: u64,
    /// The better providers that were tried and failed.
    #[serde(default)]
    pub fallbacks: Vec<Fallback>,
    /// Anything else a person should know, in words.
    pub notes: Vec<String>,
}
