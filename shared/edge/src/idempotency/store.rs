//! The records of keys, in a table.

use std::time::Duration;

use axum::response::Response;
use cloud::clock;
use cloud::table::{Attempt, Key, Table, TableError, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use tenancy::ContentHash;
use tenancy::uuid::Uuid;

use super::answer::{KEPT, KeptAnswer};

/// How long a request may work before another one with the same key may take its place: longer than API Gateway and the
/// functions behind it let a request run (29 s), so that the first has ended by then.
const CLAIM: Duration = Duration::from_secs(30);

/// Keeps the keys of requests and their answers in a table, each in its caller's partition.
#[derive(Clone)]
pub struct IdempotencyStore {
    table: Table,
}

/// The record of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// Hash of the request that the key came with.
    request: ContentHash,
    /// The id for what the request makes.
    id: Uuid,
    /// Until when the request has to itself what it does, milliseconds since 1970; zero when it has failed.
    claimed_until: i64,
    /// When the record is void, in seconds since 1970; also the table's time to live.
    expires_at: i64,
    /// The attempt that has the claim, by which a process knows its own write again. Absent in records of earlier
    /// versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimant: Option<Uuid>,
    /// What the request was answered with, once it has succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<ByteBuf>,
}

/// A key that this request has to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claimed {
    pub(super) id: Uuid,
    /// Whether an earlier request with the key began the work and failed, or died.
    pub(super) is_retry: bool,
    claimed_until: i64,
    claimant: Uuid,
}

/// The outcome of a claim.
pub(super) enum Claim {
    /// The request may do its work.
    Mine(Claimed),
    /// The work is done: this is the answer.
    Answered(KeptAnswer),
    /// Another request with the key is at work.
    AtWork,
    /// The key came before with another request.
    Mismatch,
}

/// What the record of a key that is still valid means to a request.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    Mismatch,
    Answered(KeptAnswer),
    AtWork,
    Abandoned,
}

impl Record {
    fn standing(&self, request: &ContentHash, now: Timestamp) -> Standing {
        if self.request != *request {
            return Standing::Mismatch;
        }
        match &self.answer {
            // The work is done even where its answer cannot be read.
            Some(answer) => Standing::Answered(KeptAnswer::inflated(answer).unwrap_or_default()),
            None if self.claimed_until > now.as_millisecond() => Standing::AtWork,
            None => Standing::Abandoned,
        }
    }
}

impl IdempotencyStore {
    /// In this table, whose credentials must be those of the caller's tenant.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Claims a key for a request. Cost: one write; where an earlier request was abandoned, two.
    pub(super) async fn claim(&self, key: &Key, request: ContentHash) -> Result<Claim, TableError> {
        let now = clock::now();
        let claimed_until = now.as_millisecond() + millis(CLAIM);
        let (id, claimant) = (Uuid::now_v7(), Uuid::now_v7());
        let claim = |update: Update| {
            let claimed = update.set("claimed_until", claimed_until).set("claimant", claimant);
            claimed.set("expires_at", now.as_second() + seconds(KEPT))
        };
        let mine = |id, is_retry| Claim::Mine(Claimed { id, is_retry, claimed_until, claimant });
        let new = claim(self.table.update(key)).set("request", request).set("id", id).remove("answer");
        let new = new.when_absent_or("expires_at", "<=", now.as_second());
        let before = match own(new.attempt().await?, claimant) {
            Attempt::Done(Record { id, .. }) => return Ok(mine(id, false)),
            Attempt::Refused(None) => return Ok(Claim::AtWork),
            Attempt::Refused(Some(before)) => before,
        };
        match before.standing(&request, now) {
            Standing::Mismatch => Ok(Claim::Mismatch),
            Standing::Answered(answer) => Ok(Claim::Answered(answer)),
            Standing::AtWork => Ok(Claim::AtWork),
            Standing::Abandoned => {
                let taken = claim(self.table.update(key)).when("id", "=", before.id);
                let taken = taken.when("claimed_until", "=", before.claimed_until);
                Ok(match own(taken.attempt().await?, claimant) {
                    Attempt::Done(Record { id, .. }) => mine(id, true),
                    Attempt::Refused(_) => Claim::AtWork,
                })
            }
        }
    }

    /// Ends a claim with what the request is answered with. A failure is logged only: the work is done, and a repeated
    /// request claims the key again. Cost: one write.
    pub(super) async fn end(&self, key: &Key, claimed: &Claimed, response: Response) -> Response {
        let mine = self.table.update(key).when("id", "=", claimed.id);
        // Both, because a process of an earlier version that takes the claim over does not set the claimant.
        let mine = mine.when("claimed_until", "=", claimed.claimed_until);
        let mine = mine.when("claimant", "=", claimed.claimant);
        let status = response.status();
        let now = clock::now().as_second();
        let (update, response) = if status.is_success() {
            let (answer, lifetime, response) = KeptAnswer::of(response).await;
            let answered =
                mine.set("answer", ByteBuf::from(answer)).set("expires_at", now + seconds(lifetime));
            (answered, response)
        } else if status.is_client_error() && !claimed.is_retry {
            // Nothing was done: the key can be used for a corrected request.
            (mine.set("expires_at", now), response)
        } else {
            (mine.set("claimed_until", 0), response)
        };
        if let Err(error) = update.send::<Record>().await {
            tracing::warn!(%status, reason = %error, "the answer of an idempotency key is not kept: {error}");
        }
        response
    }
}

/// The outcome of a claimant's write. One that is refused was carried out all the same where the record has the
/// claimant: the answer was lost, and the AWS SDK sent the write again.
fn own(attempt: Attempt<Record>, claimant: Uuid) -> Attempt<Record> {
    match attempt {
        Attempt::Refused(Some(record)) if record.claimant == Some(claimant) => Attempt::Done(record),
        other => other,
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
