use std::time::Duration;

use cloud::clock;
use cloud::table::{TableError, types::AttributeValue};
use serde::{Deserialize, Serialize};
use tenancy::TenantId;

use super::{StepMessage, Studio};
use crate::{Due, JobId};

/// Partitions of the index `due`. More would serve more than 8,000 writes a second; each costs the sweeper
/// one query a minute.
const SHARDS: u64 = 8;

/// How long the sweeper waits before it sends the same again: longer than any queue should be.
const AGAIN: Duration = Duration::from_secs(300);

/// Something that nobody took care of in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// A job whose steps were not all laid out.
    Job(TenantId, JobId),
    /// A step whose message was lost or whose worker died.
    Step(StepMessage),
}

/// The entry that makes the sweeper look after `after`.
pub(crate) fn due(tenant: &TenantId, after: Duration) -> Due {
    let shard = tenancy::ContentHash::of(tenant.to_string().as_bytes()).seed() % SHARDS;
    Due { due_shard: shard.to_string(), due_at: clock::now_ms().saturating_add_unsigned(millis(after)) }
}

impl Due {
    /// The entry of a job that is about to be laid out: due if that takes longer than it ever should.
    #[must_use]
    pub fn for_layout(tenant: &TenantId) -> Self {
        due(tenant, Duration::from_secs(30))
    }
}

#[derive(Serialize, Deserialize)]
struct Entry {
    pk: String,
    sk: String,
    due_at: i64,
}

impl Studio {
    /// What is overdue now, at most 1,000 entries a shard, and puts each off, so that two sweeps do not
    /// send it twice. Cost: one query a shard, one write an entry.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn overdue(&self) -> Result<Vec<Overdue>, TableError> {
        let mut found = Vec::new();
        for shard in 0..SHARDS {
            for entry in self.entries(shard).await? {
                let Some(overdue) = parse(&entry) else { continue };
                let later = clock::now_ms().saturating_add_unsigned(millis(AGAIN));
                let key = cloud::table::Key::of(&tenant_of(&overdue).partition(), entry.sk);
                // A lease that ended must stay ended, or nobody could take the step over: only the index
                // entry of a message is put off, and a lease is marked by its state.
                let put_off = self.table.update(&key).set("due_at", later).when("due_at", "=", entry.due_at);
                let put_off = put_off.when_absent_or("state", "<>", crate::StepState::Running);
                match put_off.send::<serde::de::IgnoredAny>().await {
                    Ok(_) | Err(TableError::Condition { .. }) => found.push(overdue),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(found)
    }

    async fn entries(&self, shard: u64) -> Result<Vec<Entry>, TableError> {
        let request = self
            .table
            .client()
            .query()
            .table_name(self.table.name())
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND due_at <= :now")
            .expression_attribute_values(":shard", AttributeValue::S(shard.to_string()))
            .expression_attribute_values(":now", AttributeValue::N(clock::now_ms().to_string()))
            .limit(1000);
        self.table.collect(request).await
    }
}

fn tenant_of(overdue: &Overdue) -> &TenantId {
    match overdue {
        Overdue::Job(tenant, _) | Overdue::Step(StepMessage { tenant, .. }) => tenant,
    }
}

fn parse(entry: &Entry) -> Option<Overdue> {
    let tenant = entry.pk.strip_prefix("TENANT#")?.parse().ok()?;
    if let Some(job) = entry.sk.strip_prefix("JOB#") {
        return Some(Overdue::Job(tenant, job.parse().ok()?));
    }
    let (job, step) = entry.sk.strip_prefix("STEP#")?.split_once('#')?;
    let step = serde_json::from_value(step.into()).ok()?;
    Some(Overdue::Step(StepMessage { tenant, job: job.parse().ok()?, step }))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
