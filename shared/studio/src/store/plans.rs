//! The plans of accepted jobs, as deflated JSON in as many items as they need.

use cloud::clock;
use cloud::table::{Key, TableError, types::TransactWriteItem};
use serde::{Deserialize, Serialize};
use tenancy::TenantId;

use super::studio::Studio;
use crate::deflated_json;
use crate::ids::JobId;
use crate::plan::Plan;

/// The most bytes of one part: DynamoDB's 400 KB for an item, less room for its other attributes. A transaction takes
/// 4 MB, and so ten parts with what else accepts the job; the plan of the longest text has two.
const PART: usize = deflated_json::LARGEST;

/// How long a plan stays in the table, in seconds: a job runs for a day at most, and the second day is a margin. What
/// is kept of it for good is the document in the bucket.
const RETENTION_S: i64 = 2 * 24 * 3600;

/// A part of a job's deflated plan. `expires_at` is the attribute of the table's time to live, seconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
struct PlanPart {
    #[serde(with = "serde_bytes")]
    deflated: Vec<u8>,
    expires_at: i64,
}

impl Studio {
    /// The writes that keep a job's plan, for the transaction that accepts the job: so no process can die between the
    /// two, and a job that is refused leaves nothing. Cost: one item for every 380 KB of the deflated plan.
    pub(super) fn plan_writes(
        &self,
        tenant: &TenantId,
        job: &JobId,
        deflated: &[u8],
    ) -> Result<Vec<TransactWriteItem>, TableError> {
        let expires_at = clock::now().as_second() + RETENTION_S;
        let parts = deflated.chunks(PART).enumerate().map(|(index, part)| {
            let key = Key::of(&tenant.partition(), format!("{}{index:02}", prefix(job)));
            self.table.put_new(&key, &PlanPart { deflated: part.to_vec(), expires_at })
        });
        parts.collect()
    }

    /// The plan that a job was accepted with; none when it was accepted before plans were kept in the table. Cost: one
    /// query, one read for every 4 KB of the deflated plan.
    pub(crate) async fn plan(
        &self,
        tenant: &TenantId,
        job: &JobId,
    ) -> Result<Option<std::io::Result<Plan>>, TableError> {
        let parts: Vec<PlanPart> = self.table.query_all(&tenant.partition(), &prefix(job)).await?;
        let deflated: Vec<u8> = parts.into_iter().flat_map(|part| part.deflated).collect();
        Ok((!deflated.is_empty()).then(|| deflated_json::decode(&deflated)))
    }
}

fn prefix(job: &JobId) -> String {
    format!("PLAN#{job}#")
}
