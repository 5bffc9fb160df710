use std::fmt::Display;
use std::time::{Duration, Instant};

use cloud::{bucket::Bucket, queue::Queue, table::Table};
use futures_util::future::{BoxFuture, FutureExt, join_all};
use tokio::sync::Mutex;

/// A monitor that asks every few seconds must get its answer before it asks again.
const DEADLINE: Duration = Duration::from_secs(2);

/// How long results are told again: this route is without a rate limit, and must not become a way to
/// wear out what it asks after.
const CACHE_FOR: Duration = Duration::from_secs(1);

/// One thing that the API needs, and how to ask whether it answers.
pub struct Check {
    name: &'static str,
    ask: Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl Check {
    /// Whether what `ask` asks answers.
    pub fn new<F, E>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let ask = move || ask().map(|answer| answer.map_err(|error| error.to_string())).boxed();
        Self { name, ask: Box::new(ask) }
    }

    /// Whether a table answers.
    #[must_use]
    pub fn table(name: &'static str, table: Table) -> Self {
        Self::new(name, move || {
            let table = table.clone();
            async move { table.ping().await }
        })
    }

    /// Whether a queue answers.
    #[must_use]
    pub fn queue(name: &'static str, queue: Queue) -> Self {
        Self::new(name, move || {
            let queue = queue.clone();
            async move { queue.ping().await }
        })
    }

    /// Whether a bucket answers.
    #[must_use]
    pub fn bucket(name: &'static str, bucket: Bucket) -> Self {
        Self::new(name, move || {
            let bucket = bucket.clone();
            async move { bucket.ping().await }
        })
    }
}

/// What one check found: none is well, else why not.
pub(crate) type CheckResult = (&'static str, Option<String>);

/// All checks.
pub struct Checks {
    checks: Vec<Check>,
    deadline: Duration,
    cached: Mutex<Option<(Instant, Vec<CheckResult>)>>,
}

impl Checks {
    /// These, each with two seconds to answer.
    #[must_use]
    pub fn new(checks: Vec<Check>) -> Self {
        Self { checks, deadline: DEADLINE, cached: Mutex::default() }
    }

    /// Asks all at once; who has not answered by the deadline is not answering. What was found a moment
    /// ago is told again, and whoever asks meanwhile waits for the same answer.
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
