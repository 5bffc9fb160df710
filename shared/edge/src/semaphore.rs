//! Limits on how many requests of one kind are held at once, across processes: slots in the table of the rate limits.
//!
//! The slots of one holder are the attributes `slot_0`, `slot_1`, … of one item. A taken slot holds the time at which
//! its lease ends. So the slot of a function that was killed is free again when its lease is over, and nobody has to
//! clean up. Check and change are one conditional update, so that concurrent processes cannot take the same slot.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::SdkConfig;
use cloud::clock;
use cloud::settings::{SettingError, TableName};
use cloud::table::{Attempt, Key, Table, TableError};
use serde_json::Value;
use tenancy::ContentHash;
use tenancy::uuid::Uuid;

use crate::problem::{Code, Problem};

/// For how many seconds a client is asked to wait at most when all slots are taken. Slots often become free long before
/// their lease ends.
const LONGEST_RETRY_S: u64 = 5;

/// How many seconds after its last lease the item expires.
const EXPIRES_AFTER_S: i64 = 60;

/// How many slots somebody has for a purpose.
#[derive(Clone, Copy, Debug)]
pub struct SlotLimit<'a> {
    /// What the slots are for, as the prefix of the item's key.
    pub purpose: &'static str,
    /// Who holds the slots: a user's or a tenant's id.
    pub who: &'a str,
    /// How many of them can be taken at once; zero for any number.
    pub slots: u16,
}

/// Why no slot was taken.
#[derive(Debug)]
pub enum SemaphoreError {
    /// All slots are taken.
    Full {
        /// How long it takes at most until one is free.
        wait: Duration,
    },
    /// The table does not answer.
    Unavailable(TableError),
}

impl From<SemaphoreError> for Problem {
    fn from(error: SemaphoreError) -> Self {
        match error {
            SemaphoreError::Full { wait } => {
                let seconds = wait.as_secs().clamp(1, LONGEST_RETRY_S);
                let detail = format!(
                    "As many requests are waiting already as may wait at once. Ask without `wait`, or again in \
                     {seconds} s."
                );
                Self::new(Code::RateLimited, detail).retry_after(u32::try_from(seconds).unwrap_or(1))
            }
            SemaphoreError::Unavailable(error) => error.into(),
        }
    }
}

/// The range of the random part of a lease, microseconds: a tenth of a second.
const RANDOM_US: u64 = 100_000;

/// Slots that were taken. They are to be [given back](Semaphore::release); otherwise they are taken until their leases
/// end.
#[derive(Debug)]
#[must_use = "the slots are taken until their leases end"]
pub struct Permit {
    slots: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    key: Key,
    name: String,
    /// When the lease ends, microseconds since 1970. It identifies the lease: a slot is taken again only when it has
    /// ended, and of two processes that try at the same moment, the random part of their leases differs.
    until_us: i64,
}

/// Takes and gives back slots in a table.
#[derive(Clone)]
pub struct Semaphore {
    table: Table,
}

impl Semaphore {
    /// Over the deployment's table, `RATES_TABLE`.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `RATES_TABLE` is not set.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        Ok(Self { table: Table::from_settings(config, TableName::Rates)? })
    }

    /// Takes one slot of each of `limits`, or none at all, for at most the time `lease` and a tenth of a second. Cost:
    /// one write for each limit that is not zero; more when others take or give back slots of the same item at that
    /// moment.
    ///
    /// # Errors
    /// [`SemaphoreError::Full`] when all slots of one of the limits are taken, [`SemaphoreError::Unavailable`] when the
    /// table does not answer.
    pub async fn acquire(&self, limits: &[SlotLimit<'_>], lease: Duration) -> Result<Permit, SemaphoreError> {
        let mut permit = Permit { slots: Vec::new() };
        for limit in limits.iter().filter(|limit| limit.slots > 0) {
            match self.take(*limit, lease).await {
                Ok(slot) => permit.slots.push(slot),
                Err(error) => {
                    self.release(permit).await;
                    return Err(error);
                }
            }
        }
        Ok(permit)
    }

    /// Gives slots back. A slot whose lease ended and that somebody else took meanwhile stays theirs. When the table
    /// does not answer, the slots become free when their leases end. Cost: one write for each slot.
    pub async fn release(&self, permit: Permit) {
        for Slot { key, name, until_us } in permit.slots {
            let given = self.table.update(&key).remove(&name).when(&name, "=", until_us);
            match given.attempt::<HashMap<String, Value>>().await {
                Ok(Attempt::Done(_) | Attempt::Refused(_)) => {}
                Err(error) => tracing::warn!(reason = %error, "a slot is not given back: {error}"),
            }
        }
    }

    async fn take(&self, limit: SlotLimit<'_>, lease: Duration) -> Result<Slot, SemaphoreError> {
        // The table stores a digest only, as for the rate limits.
        let key = Key::global(limit.purpose, &ContentHash::of(limit.who.as_bytes()));
        let lease_us = i64::try_from(lease.as_micros()).unwrap_or(i64::MAX);
        let mut wait = lease;
        // A guess, which differs between processes. A refused update returns the item, which tells what is free.
        let mut index = clock::now().subsec_microsecond().unsigned_abs() % u32::from(limit.slots);
        for _ in 0..=limit.slots {
            let now = clock::now();
            let now_us = now.as_microsecond();
            let until_us = now_us.saturating_add(lease_us).saturating_add(random_us());
            let name = slot_name(index);
            let expires_at = until_us / 1_000_000 + EXPIRES_AFTER_S;
            let update = self.table.update(&key).set("expires_at", expires_at).set(&name, until_us);
            let taken = update.when_absent_or(&name, "<", now_us).attempt::<HashMap<String, Value>>().await;
            let item = match taken.map_err(SemaphoreError::Unavailable)? {
                Attempt::Done(_) => return Ok(Slot { key, name, until_us }),
                Attempt::Refused(item) => item.unwrap_or_default(),
            };
            // It was carried out all the same: the answer was lost, and the AWS SDK sent the write again.
            if item.get(&name).and_then(Value::as_i64) == Some(until_us) {
                return Ok(Slot { key, name, until_us });
            }
            match free_slot(&item, limit.slots, now_us) {
                Ok(free) => index = free,
                Err(earliest_us) => {
                    wait = Duration::from_micros((earliest_us - now_us).unsigned_abs());
                    break;
                }
            }
        }
        Err(SemaphoreError::Full { wait })
    }
}

/// What makes the end of a lease differ from that of another process.
fn random_us() -> i64 {
    // The last 32 bits of a UUID of version 7 are random.
    i64::try_from((Uuid::now_v7().as_u128() & 0xffff_ffff) % u128::from(RANDOM_US)).unwrap_or_default()
}

fn slot_name(index: u32) -> String {
    format!("slot_{index}")
}

/// The number of a slot that is free, or the time at which the first lease ends.
fn free_slot(item: &HashMap<String, Value>, slots: u16, now_us: i64) -> Result<u32, i64> {
    let mut earliest_us = i64::MAX;
    for index in 0..u32::from(slots) {
        match item.get(&slot_name(index)).and_then(Value::as_i64) {
            Some(until_us) if until_us >= now_us => earliest_us = earliest_us.min(until_us),
            _ => return Ok(index),
        }
    }
    Err(earliest_us)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scripted_table::{Answer, attributes, table_that_answers};

    #[test]
    fn a_slot_is_free_when_nobody_has_it_or_its_lease_is_over() {
        let item = |item: Value| serde_json::from_value::<HashMap<String, Value>>(item).unwrap();
        assert_eq!(free_slot(&HashMap::new(), 2, 100), Ok(0));
        assert_eq!(free_slot(&item(json!({"pk": "x", "slot_0": 150})), 2, 100), Ok(1));
        assert_eq!(free_slot(&item(json!({"slot_0": 150, "slot_1": 99})), 2, 100), Ok(1));
        assert_eq!(free_slot(&item(json!({"slot_0": 150, "slot_1": 120})), 2, 100), Err(120));
        // After the number of slots was raised, the new ones are free.
        assert_eq!(free_slot(&item(json!({"slot_0": 150, "slot_1": 120})), 3, 100), Ok(2));
    }

    /// The table carries out the first try of the write, its answer is lost, and the SDK tries again.
    #[tokio::test]
    async fn a_slot_is_taken_once_when_the_answer_was_lost() {
        let limit = SlotLimit { purpose: "TEST", who: "somebody", slots: 1 };
        let semaphore = |second| Semaphore { table: table_that_answers(vec![Answer::Lost, second]) };
        let lease = Duration::from_secs(8);
        let permit = semaphore(Answer::AsWritten).acquire(&[limit], lease).await.unwrap();
        assert_eq!(permit.slots.len(), 1);

        // The same refusal because of another process, which was faster by a moment.
        let taken = attributes(&json!({"slot_0": clock::now().as_microsecond() + 5_000_000}));
        let full = semaphore(Answer::Refused(taken)).acquire(&[limit], lease).await;
        assert!(matches!(full, Err(SemaphoreError::Full { .. })), "{full:?}");
    }

    #[test]
    fn who_finds_no_slot_is_told_when_to_ask_again() {
        for (wait_s, told) in [(0, "1"), (3, "3"), (29, "5")] {
            let problem = Problem::from(SemaphoreError::Full { wait: Duration::from_secs(wait_s) });
            assert_eq!(problem.code(), Code::RateLimited);
            let response = axum::response::IntoResponse::into_response(problem);
            assert_eq!(response.headers()["retry-after"], told);
        }
    }
}
