//! Rate limits that hold across processes: token buckets in a table.
//!
//! A bucket is one item with one number, `full_at`: when the bucket will be full again if nobody takes
//! from it (the generic cell rate algorithm, ITU-T I.371). To take a token is to move `full_at` on by the
//! time that one token takes to grow back, which is refused when that would leave the bucket less than
//! empty. Both are one conditional update, so that no number of processes takes the same token twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use cloud::clock;
use cloud::settings::{self, SettingError, TableName};
use cloud::table::{Attempt, Key, Table, TableError};
use serde::Deserialize;
use tenancy::ContentHash;

use crate::problem::{Code, Problem};

/// Every request waits for the limiter: if its table does not answer in this time, reads go on without.
const TIMEOUT: Duration = Duration::from_millis(700);

/// How many buckets a process remembers the state of.
const MAX_CACHED_BUCKETS: usize = 4096;

/// Full buckets are forgotten by the table after this long.
const BUCKET_TTL_S: i64 = 3600;

/// How much may happen in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How long a token takes to grow back, in microseconds: milliseconds are too coarse for thousands
    /// a second.
    token_us: i64,
    /// How many tokens the bucket holds.
    burst: u32,
}

impl Rate {
    /// `count` in every `period`, all of them at once if need be. Nought counts as one: nobody could do
    /// anything.
    #[must_use]
    pub fn new(count: u32, period: Duration) -> Self {
        let count = count.max(1);
        let period_us = i64::try_from(period.as_micros()).unwrap_or(i64::MAX);
        Self { token_us: (period_us / i64::from(count)).max(1), burst: count }
    }

    /// The same rate with a bucket of another size.
    #[must_use]
    pub fn burst(self, burst: u32) -> Self {
        Self { burst: burst.max(1), ..self }
    }

    /// The latest `full_at` at which a token is left.
    fn last_token(self, now_us: i64) -> i64 {
        now_us.saturating_add(self.token_us.saturating_mul(i64::from(self.burst) - 1))
    }
}

/// Why somebody has to wait.
#[derive(Debug)]
pub enum RateLimitError {
    /// The bucket is empty until then.
    Limited {
        /// Until there is a token again.
        wait: Duration,
    },
    /// The limiter's table does not answer.
    Unavailable(TableError),
}

impl From<RateLimitError> for Problem {
    fn from(refusal: RateLimitError) -> Self {
        match refusal {
            RateLimitError::Limited { wait } => {
                let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
                let detail = format!("Wait {seconds} s, then go on more slowly.");
                Problem::new(Code::RateLimited, detail).retry_after(seconds)
            }
            RateLimitError::Unavailable(error) => error.into(),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Bucket {
    full_at: i64,
}

/// The token buckets of a table.
#[derive(Clone)]
pub struct Limiter {
    table: Table,
    per_user: Rate,
    per_ip: Rate,
    /// What this process saw last of a bucket: a hint which of the two updates will hold, no more.
    cache: Arc<Mutex<HashMap<String, i64>>>,
}

impl Limiter {
    /// Over the table in `RATES_TABLE`, with `USER_REQUESTS_PER_SECOND` (10) and `IP_REQUESTS_PER_MINUTE`
    /// (60) as the deployment guide has them.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `RATES_TABLE` is not set, [`SettingError::Invalid`] when a rate is not a whole
    /// number.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        let per_second = settings::parsed("USER_REQUESTS_PER_SECOND", 10)?;
        let per_minute = settings::parsed("IP_REQUESTS_PER_MINUTE", 60)?;
        Ok(Self::new(config, settings::text(TableName::Rates)?, per_second, per_minute))
    }

    /// Over the table with this name, for so many requests a second of a user and a minute of an IP
    /// address.
    #[must_use]
    pub fn new(config: &SdkConfig, table: String, per_second: u32, per_minute: u32) -> Self {
        let timeouts = TimeoutConfig::builder().operation_timeout(TIMEOUT).build();
        let config =
            config.to_builder().timeout_config(timeouts).retry_config(RetryConfig::disabled()).build();
        Self {
            table: Table::new(&config, table),
            // A page asks for several things at once.
            per_user: Rate::new(per_second, Duration::from_secs(1)).burst(per_second.saturating_mul(2)),
            per_ip: Rate::new(per_minute, Duration::from_secs(60)),
            cache: Arc::default(),
        }
    }

    /// Takes a token from a person's bucket.
    pub(crate) async fn limit_user(&self, user: &str) -> Result<(), RateLimitError> {
        self.take_token("RATE_USER", user, self.per_user).await
    }

    /// Takes a token from the bucket of an address that no credential came from.
    pub(crate) async fn limit_ip(&self, ip: &str) -> Result<(), RateLimitError> {
        self.take_token("RATE_IP", ip, self.per_ip).await
    }

    /// Takes a token from the bucket of `who` for `purpose`. Cost: one write; two when the process's idea
    /// of the bucket is out of date.
    ///
    /// # Errors
    /// [`RateLimitError`].
    pub async fn take_token(
        &self,
        purpose: &'static str,
        who: &str,
        rate: Rate,
    ) -> Result<(), RateLimitError> {
        // The table does not learn who it is.
        let digest = ContentHash::of(who.as_bytes());
        let key = Key::global(purpose, &digest);
        let name = format!("{purpose}#{digest}");
        let mut full_at = self.cached(&name);
        // Each turn knows the bucket as it was a moment ago. Twice is the rule when the first guess is
        // wrong; more often only where a bucket fills up between two turns.
        for _ in 0..4 {
            let now = clock::now();
            let now_us = now.as_microsecond();
            let is_full = full_at.is_none_or(|full_at| full_at < now_us);
            let update = self.table.update(&key).set("expires_at", now.as_second() + BUCKET_TTL_S);
            let update = if is_full {
                update.set("full_at", now_us + rate.token_us).when_absent_or("full_at", "<", now_us)
            } else {
                let update = update.add("full_at", rate.token_us).when("full_at", ">=", now_us);
                update.when("full_at", "<=", rate.last_token(now_us))
            };
            match update.attempt::<Bucket>().await.map_err(RateLimitError::Unavailable)? {
                Attempt::Done(bucket) => {
                    self.store_in_cache(name, bucket.full_at);
                    return Ok(());
                }
                Attempt::Refused(Some(bucket)) if bucket.full_at > rate.last_token(now_us) => {
                    self.store_in_cache(name, bucket.full_at);
                    let wait_us = bucket.full_at - rate.last_token(now_us);
                    return Err(RateLimitError::Limited {
                        wait: Duration::from_micros(wait_us.unsigned_abs()),
                    });
                }
                Attempt::Refused(bucket) => full_at = bucket.map(|bucket| bucket.full_at),
            }
        }
        Err(RateLimitError::Limited { wait: Duration::from_micros(rate.token_us.unsigned_abs()) })
    }

    fn cached(&self, name: &str) -> Option<i64> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }

    fn store_in_cache(&self, name: String, full_at: i64) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= MAX_CACHED_BUCKETS {
            cache.clear();
        }
        cache.insert(name, full_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule that the table applies, without a table.
    fn take(full_at: &mut i64, now_us: i64, rate: Rate) -> bool {
        let allowed = *full_at <= rate.last_token(now_us);
        if allowed {
            *full_at = (*full_at).max(now_us) + rate.token_us;
        }
        allowed
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let rate = Rate::new(10, Duration::from_secs(1)).burst(20);
        let (mut full_at, start) = (0, 1_000_000_000);
        // Two hundred requests within a second, evenly.
        let passed = (0..200).filter(|i| take(&mut full_at, start + i * 5_000, rate)).count();
        assert_eq!(passed, 20 + 9, "the burst, and what grew back meanwhile");
        // After a rest as long as the bucket takes to fill, the burst is there again, and no more.
        let rested = start + 10_000_000;
        let passed = (0..200).filter(|_| take(&mut full_at, rested, rate)).count();
        assert_eq!(passed, 20);
    }

    #[test]
    fn a_rate_of_nothing_is_one() {
        assert_eq!(Rate::new(0, Duration::from_secs(1)), Rate::new(1, Duration::from_secs(1)));
        assert_eq!(Rate::new(1, Duration::from_secs(1)).burst(0).burst, 1);
    }

    #[test]
    fn who_is_limited_learns_how_long_to_wait() {
        let problem = Problem::from(RateLimitError::Limited { wait: Duration::from_millis(1100) });
        assert_eq!(problem.code(), Code::RateLimited);
        let response = axum::response::IntoResponse::into_response(problem);
        assert_eq!(response.headers()["retry-after"], "2");
    }
}
