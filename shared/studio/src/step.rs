//! Steps: the units of work of a job. Workers attempt a step until one attempt succeeds.

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
    /// It may run, and waits in the backlog for a slot.
    Ready,
    /// A message for a worker is under way.
    Queued,
    /// A worker holds the lease.
    Running,
    /// Its artefact is recorded.
    Done,
    /// No attempt succeeded, or the last failure could not be retried.
    Failed,
    /// Its job had ended when a worker came to it.
    Cancelled,
}

/// A step, as it is stored in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The job that it belongs to.
    pub job: JobId,
    /// Names it within the job.
    pub id: StepId,
    /// Its position in the plan, which is its order in the backlog.
    pub position: usize,
    /// Where it is in its life.
    pub state: StepState,
    /// How many steps must still end before it may run.
    pub waits: usize,
    /// Steps that wait for this one.
    pub dependents: Vec<StepId>,
    /// What its artefact is made from. The stitch of an hour's film names every scene, and fits an item only deflated.
    #[serde(with = "crate::deflated_json")]
    pub input: StepInput,
    /// The artefact's name.
    pub artefact: ContentHash,
    /// Milliseconds of speech or film that it works on, estimated from the text; a picture has none.
    pub estimate_ms: u64,
    /// Its share of the job's hold: the most that it may be charged.
    pub allowance: Amounts,
    /// How often a worker has begun it.
    pub attempts: u32,
    /// The fencing token: raised by every claim, so that a worker of an older claim can no longer write.
    pub fence: u64,
    /// While two workers try at once, the fence of the older one, which was slow. Both may write, and the one that
    /// finishes first does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rival: Option<u64>,
    /// All attempts, the present or last one last. Each of them may have stored all objects and died before it wrote
    /// the artefact's record.
    #[serde(rename = "tries", default)]
    pub attempt_ids: Vec<AttemptId>,
    /// The attempt whose objects are to be deleted: the artefact's record is deleted already, because no job uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletes: Option<AttemptId>,
    /// Since when it may be run, milliseconds since 1970.
    pub ready_at: i64,
    /// When the present or last attempt began, milliseconds since 1970.
    pub started_at: i64,
    /// Its entry in the index `due`. While the step is queued, the time by which it should be claimed; while it runs,
    /// the end of the lease.
    #[serde(flatten)]
    pub due: Option<Due>,
    /// Why attempts failed, the first one first.
    #[serde(default)]
    pub failures: Vec<StepFailure>,
    /// What it did; none before it is done.
    pub report: Option<StepReport>,
}

/// What a step did, as the receipt shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepReport {
    /// The provider that made the artefact: `painter`, `kokoro`, `bedrock` …
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
    /// Further remarks for the person who ordered the film.
    pub notes: Vec<String>,
}
