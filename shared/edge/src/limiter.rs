//! Rate limits that hold across processes: token buckets in a table.
//!
//! A bucket is one item with one number, `full_at`: the time at which the bucket will be full again if nobody takes a
//! token (the generic cell rate algorithm, ITU-T I.371). Taking a token moves `full_at` on by the time in which one
//! token is refilled, and is refused when the bucket has no token left. Check and change are one conditional update, so
//! that concurrent processes cannot take the same token twice.

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

/// How long a request that changes nothing waits for the limiter's table. After that it goes on without a token.
const TIMEOUT: Duration = Duration::from_millis(700);

/// For how many seconds a client is asked to wait when the limiter's table does not answer.
const RETRY_S: u32 = 5;

/// How many buckets a process caches the last seen state of.
const MAX_CACHED_BUCKETS: usize = 4096;

/// How many seconds after its last use a bucket's item expires. Rates have periods of an hour at most, so the bucket is
/// full by then, which is the same as having no item.
const BUCKET_TTL_S: i64 = 3600;

/// The product's limit of a user (docs/security.md).
const USER_REQUESTS_PER_SECOND: u32 = 10;

/// The product's limit of an IP address without a credential.
const IP_REQUESTS_PER_MINUTE: u32 = 60;

fn user_rate(per_second: u32) -> Rate {
    // A page of the front end sends several requests at once.
    Rate::new(per_second, Duration::from_secs(1)).burst(per_second.saturating_mul(2))
}

fn ip_rate(per_minute: u32) -> Rate {
    Rate::new(per_minute, Duration::from_secs(60))
}

/// How many requests are allowed in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The time in which one token is refilled, in microseconds: milliseconds are too coarse for thousands of requests
    /// a second.
    token_us: i64,
    /// How many tokens the bucket holds.
    burst: u32,
}

impl Rate {
    /// `count` requests in every `period`, with a bucket that allows all of them at once. A `count` of zero is taken as
    /// one, because zero would refuse every request.
    #[must_use]
    pub fn new(count: u32, period: Duration) -> Self {
        let count = count.max(1);
        let period_us = i64::try_from(period.as_micros()).unwrap_or(i64::MAX);
        Self { token_us: (period_us / i64::from(count)).max(1), burst: count }
    }

    /// The same rate with a bucket of `burst` tokens, at least one.
    #[must_use]
    pub fn burst(self, burst: u32) -> Self {
        Self { burst: burst.max(1), ..self }
    }

    /// The latest `full_at` at which the bucket still has a token.
    fn last_token(self, now_us: i64) -> i64 {
        now_us.saturating_add(self.token_us.saturating_mul(i64::from(self.burst) - 1))
    }

    /// How long it takes until a bucket in this state has a token again; none when it has one.
    fn wait(self, full_at: i64, now_us: i64) -> Option<Duration> {
        let wait_us = full_at.saturating_sub(self.last_token(now_us));
        (wait_us > 0).then(|| Duration::from_micros(wait_us.unsigned_abs()))
    }
}

/// Why no token was taken.
#[derive(Debug)]
pub enum RateLimitError {
    /// The bucket is empty.
    Limited {
        /// How long it takes until there is a token again.
        wait: Duration,
    },
    /// The limiter's table does not answer in time.
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
            RateLimitError::Unavailable(error @ (TableError::Unavailable(_) | TableError::Conflict)) => {
                tracing::error!(reason = %error, "the limiter's table is not answering: {error}");
                Problem::new(Code::Unavailable, "Nothing was done. Try again in a few seconds.")
                    .retry_after(RETRY_S)
            }
            RateLimitError::Unavailable(error) => error.into(),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Bucket {
    full_at: i64,
}

/// Tokens that were taken and can be [given back](Limiter::give_back).
#[derive(Debug, Default)]
#[must_use]
pub struct Tokens(Vec<(&'static str, String, Rate)>);

impl Tokens {
    /// These and others.
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
}

/// The key of a bucket, and its name in the cache. The table stores a digest only: an IP address or an e-mail address
/// is personal data.
fn bucket(purpose: &'static str, who: &str) -> (Key, String) {
    let digest = ContentHash::of(who.as_bytes());
    (Key::global(purpose, &digest), format!("{purpose}#{digest}"))
}

/// What becomes of a request when the limiter's table does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhenUnavailable {
    /// It goes on without a token, so it waits for the table for a short time only.
    GoOn,
    /// It is refused, so the table gets as much time and as many attempts as for any other call ([`cloud::config`]).
    Refuse,
}

/// Takes tokens from the buckets of a table.
#[derive(Clone)]
pub struct Limiter {
    /// The table, for requests that go on when it does not answer.
    table: Table,
    /// The same table, for requests that are refused when it does not answer.
    patient: Table,
    per_user: Rate,
    per_ip: Rate,
    /// The `full_at` that this process last saw of a bucket. It suggests which of the two conditional updates to try
    /// first. It also refuses requests of an empty bucket without a write: `full_at` falls only when a token is given
    /// back, of which another process may learn as late as after the time that the token takes to be refilled.
    cache: Arc<Mutex<HashMap<String, i64>>>,
}

impl Limiter {
    /// A limiter over the deployment's table, for `USER_REQUESTS_PER_SECOND` (10 by default) and
    /// `IP_REQUESTS_PER_MINUTE` (60 by default), the product's limits (docs/security.md).
    ///
    /// # Errors
    /// [`SettingError::Missing`] when `RATES_TABLE` is not set, [`SettingError::Invalid`] when a rate is not a whole
    /// number.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        let per_second = settings::parsed("USER_REQUESTS_PER_SECOND", USER_REQUESTS_PER_SECOND)?;
        let per_minute = settings::parsed("IP_REQUESTS_PER_MINUTE", IP_REQUESTS_PER_MINUTE)?;
        Ok(Self::new(config, settings::text(TableName::Rates)?, per_second, per_minute))
    }

    /// A limiter in the table with this name, for `per_second` requests of a user and `per_minute` requests of an IP
    /// address without a credential.
    #[must_use]
    pub fn new(config: &SdkConfig, table: String, per_second: u32, per_minute: u32) -> Self {
        let quick = config
            .to_builder()
            .timeout_config(TimeoutConfig::builder().operation_timeout(TIMEOUT).build())
            .retry_config(RetryConfig::disabled());
        Self {
            table: Table::new(&quick.build(), table.clone()),
            patient: Table::new(config, table),
            per_user: user_rate(per_second),
            per_ip: ip_rate(per_minute),
            cache: Arc::default(),
        }
    }

    /// Takes a token from a user's bucket.
    pub(crate) async fn limit_user(&self, user: &str, then: WhenUnavailable) -> Result<(), RateLimitError> {
        self.take(self.table_for(then), "RATE_USER", user, self.per_user).await
    }

    /// Takes a token from the bucket of an IP address, for a request without a credential.
    pub(crate) async fn limit_ip(&self, ip: &str, then: WhenUnavailable) -> Result<(), RateLimitError> {
        self.take(self.table_for(then), "RATE_IP", ip, self.per_ip).await
    }

    /// Takes a token from the bucket of `who` for `purpose`. Cost: one write; two when the cached state of the bucket
    /// is out of date; none when this process knows that the bucket is still empty.
    ///
    /// # Errors
    /// [`RateLimitError::Limited`] when the bucket is empty, [`RateLimitError::Unavailable`] when the table does not
    /// answer in time. What the token was for must not be done then.
    pub async fn take_token(
        &self,
        purpose: &'static str,
        who: &str,
        rate: Rate,
    ) -> Result<(), RateLimitError> {
        self.take(&self.patient, purpose, who, rate).await
    }

    /// Takes a token from each of several buckets, given by purpose, who, and rate, in this order; from none of them
    /// when one is empty or the table does not answer. Cost: as [`take_token`](Self::take_token) for each; when a
    /// bucket is empty, one write more for each before it.
    ///
    /// # Errors
    /// As [`take_token`](Self::take_token).
    pub async fn take_tokens(
        &self,
        buckets: &[(&'static str, &str, Rate)],
    ) -> Result<Tokens, RateLimitError> {
        let mut tokens = Tokens::default();
        for (purpose, who, rate) in buckets {
            if let Err(error) = self.take_token(purpose, who, *rate).await {
                self.give_back(tokens).await;
                return Err(error);
            }
            tokens.0.push((purpose, (*who).to_owned(), *rate));
        }
        Ok(tokens)
    }

    /// Gives tokens back, because what they were for was refused. What the table does not take back is spent. Cost: one
    /// write for each.
    pub async fn give_back(&self, tokens: Tokens) {
        for (purpose, who, rate) in tokens.0 {
            let (key, name) = bucket(purpose, &who);
            let update = self.patient.update(&key).add("full_at", -rate.token_us).when_present();
            match update.send::<Bucket>().await {
                Ok(bucket) => self.store_in_cache(name, bucket.full_at),
                // The bucket is full again, and its item was deleted.
                Err(TableError::Condition { .. }) => {}
                Err(error) => {
                    tracing::warn!(purpose, reason = %error, "a token is not given back: {error}");
                }
            }
        }
    }

    const fn table_for(&self, then: WhenUnavailable) -> &Table {
        match then {
            WhenUnavailable::GoOn => &self.table,
            WhenUnavailable::Refuse => &self.patient,
        }
    }

    async fn take(
        &self,
        table: &Table,
        purpose: &'static str,
        who: &str,
        rate: Rate,
    ) -> Result<(), RateLimitError> {
        let (key, name) = bucket(purpose, who);
        let mut full_at = self.cached(&name);
        if let Some(wait) = full_at.and_then(|full_at| rate.wait(full_at, clock::now().as_microsecond())) {
            return Err(RateLimitError::Limited { wait });
        }
        // A refused update returns the bucket's state for the next attempt. Two attempts suffice when the cached state
        // was wrong; it takes more only when the bucket changes between two attempts.
        for _ in 0..4 {
            let now = clock::now();
            let now_us = now.as_microsecond();
            let is_full = full_at.is_none_or(|full_at| full_at < now_us);
            let update = table.update(&key).set("expires_at", now.as_second() + BUCKET_TTL_S);
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
                Attempt::Refused(bucket) => {
                    full_at = bucket.map(|bucket| bucket.full_at);
                    if let Some((full_at, wait)) = full_at.and_then(|at| Some((at, rate.wait(at, now_us)?))) {
                        self.store_in_cache(name, full_at);
                        return Err(RateLimitError::Limited { wait });
                    }
                }
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

    /// The rule that the conditional updates apply, without a table.
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
        // Two hundred requests, spread evenly over a second.
        let passed = (0..200).filter(|i| take(&mut full_at, start + i * 5_000, rate)).count();
        assert_eq!(passed, 20 + 9, "the burst, and what was refilled in that time");
        // After a pause in which the bucket fills up, the burst is available again, and no more.
        let paused = start + 10_000_000;
        let passed = (0..200).filter(|_| take(&mut full_at, paused, rate)).count();
        assert_eq!(passed, 20);
    }

    #[tokio::test]
    async fn a_bucket_that_is_known_to_be_empty_refuses_without_a_write() {
        // Nothing listens at this address, so a write would be `Unavailable`.
        let config = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::from_static("us-east-1"))
            .endpoint_url("http://127.0.0.1:1")
            .build();
        let limiter = Limiter::new(&config, "rates".into(), 10, 60);
        let name = format!("RATE_USER#{}", ContentHash::of(b"ruth"));
        limiter.store_in_cache(name.clone(), clock::now().as_microsecond() + 60_000_000);
        let refused = limiter.limit_user("ruth", WhenUnavailable::Refuse).await;
        assert!(matches!(refused, Err(RateLimitError::Limited { .. })), "{refused:?}");
        // Once the bucket has a token again, the table is asked.
        limiter.store_in_cache(name, clock::now().as_microsecond());
        let asked = limiter.limit_user("ruth", WhenUnavailable::Refuse).await;
        assert!(matches!(asked, Err(RateLimitError::Unavailable(_))), "{asked:?}");
    }

    /// The default of a parameter of the template.
    fn default_of(parameter: &str) -> u32 {
        let template = include_str!("../../../template.yaml");
        let (_, rest) = template.split_once(&format!("\n  {parameter}:\n")).unwrap();
        rest.lines().find_map(|line| line.trim().strip_prefix("Default: ")).unwrap().parse().unwrap()
    }

    #[test]
    fn a_throttle_of_all_callers_is_far_above_what_one_of_them_may_send() {
        assert_eq!(default_of("UserRequestsPerSecond"), USER_REQUESTS_PER_SECOND);
        assert_eq!(default_of("IpRequestsPerMinute"), IP_REQUESTS_PER_MINUTE);
        let (user, ip) = (user_rate(USER_REQUESTS_PER_SECOND), ip_rate(IP_REQUESTS_PER_MINUTE));
        // API Gateway has one bucket of a route for all callers, who take a token before they meet these limits.
        let per_second = |rate: Rate| f64::from(1_000_000) / rate.token_us as f64;
        let groups = [
            ("ApiRequestsPerSecond", "ApiBurst", user, 20.0, 20),
            ("WaitRequestsPerSecond", "WaitRequestsPerSecond", user, 50.0, 20),
            ("SignInRequestsPerSecond", "SignInRequestsPerSecond", ip, 500.0, 8),
            ("PublicRequestsPerSecond", "PublicRequestsPerSecond", ip, 200.0, 3),
        ];
        for (steady, burst, one, callers, bursts) in groups {
            let (steady, burst) = (f64::from(default_of(steady)), default_of(burst));
            assert!(steady >= callers * per_second(one), "{steady} a second");
            assert!(burst >= bursts * one.burst, "{burst} at once");
        }
        // Health routes meet no limit of the application: ten a second are already a hundred monitors.
        assert!(default_of("HealthRequestsPerSecond") >= 100);
    }

    #[test]
    fn a_rate_of_zero_is_one() {
        assert_eq!(Rate::new(0, Duration::from_secs(1)), Rate::new(1, Duration::from_secs(1)));
        assert_eq!(Rate::new(1, Duration::from_secs(1)).burst(0).burst, 1);
    }

    #[test]
    fn a_limited_caller_learns_how_long_to_wait() {
        let problem = Problem::from(RateLimitError::Limited { wait: Duration::from_millis(1100) });
        assert_eq!(problem.code(), Code::RateLimited);
        let response = axum::response::IntoResponse::into_response(problem);
        assert_eq!(response.headers()["retry-after"], "2");
    }
}
