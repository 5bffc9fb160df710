//! Checks of the services that the API needs.

use std::fmt::Display;
use std::time::{Duration, Instant};

use cloud::{bucket::Bucket, queue::Queue, table::Table};
use futures_util::future::{BoxFuture, FutureExt, join_all};
use tokio::sync::Mutex;

/// How long a check may take: a monitor that asks every few seconds must get its response before it asks again.
const DEADLINE: Duration = Duration::from_secs(2);

/// How long results are cached: the route has no rate limit, and must not become a way to overload the services that it
/// checks.
const CACHE_FOR: Duration = Duration::from_secs(1);

/// A service that the API needs, and how to check that it answers.
pub struct Check {
    name: &'static str,
    ask: Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl Check {
    /// A check named `name` that succeeds when the future of `ask` does.
    pub(crate) fn new<F, E>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let ask = move || ask().map(|answer| answer.map_err(|error| error.to_string())).boxed();
        Self { name, ask: Box::new(ask) }
    }

    /// A check that a table answers.
    #[must_use]
    pub fn table(name: &'static str, table: Table) -> Self {
        Self::new(name, move || {
            let table = table.clone();
            async move { table.ping().await }
        })
    }

    /// A check that a queue answers.
    #[must_use]
    pub fn queue(name: &'static str, queue: Queue) -> Self {
        Self::new(name, move || {
            let queue = queue.clone();
            async move { queue.ping().await }
        })
    }

    /// A check that a bucket answers.
    #[must_use]
    pub fn bucket(name: &'static str, bucket: Bucket) -> Self {
        Self::new(name, move || {
            let bucket = bucket.clone();
            async move { bucket.ping().await }
        })
    }
}

/// The name of a check, and the reason why it failed, or `None` when it succeeded.
pub(crate) type CheckResult = (&'static str, Option<String>);

/// All checks of the readiness route, with a cache of their results.
pub struct Checks {
    checks: Vec<Check>,
    deadline: Duration,
    cached: Mutex<Option<(Instant, Vec<CheckResult>)>>,
}

impl Checks {
    /// These checks, each with a deadline of two seconds.
    #[must_use]
    pub fn new(checks: Vec<Check>) -> Self {
        Self { checks, deadline: DEADLINE, cached: Mutex::default() }
    }

    /// Runs all checks concurrently. A check that takes longer than the deadline fails. Results that are less than a
    /// second old are returned again, and concurrent calls wait for the same results.
    pub(crate) async fn run(&self) -> Vec<CheckResult> {
        let mut cached = self.cached.lock().await;
        if let Some((_, results)) = cached.as_ref().filter(|(at, _)| at.elapsed() < CACHE_FOR) {
            return results.clone();
        }
        let results = join_all(self.checks.iter().map(|check| self.ask(check))).await;
        *cached = Some((Instant::now(), results.clone()));
        results
    }

    async fn ask(&self, check: &Check) -> CheckResult {
        let answer = tokio::time::timeout(self.deadline, (check.ask)()).await;
        let answer = answer.unwrap_or_else(|_| Err(format!("no answer within {:?}", self.deadline)));
        (check.name, answer.err())
    }

    #[cfg(test)]
    pub(crate) fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}
