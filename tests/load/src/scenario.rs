//! The order of requests, the number of users, and the run itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use client::LocalStack;
use goose::config::GooseConfiguration;
use goose::goose::{GooseUser, Scenario, Transaction, TransactionError, TransactionFunction};
use goose::metrics::GooseMetrics;
use goose::{GooseAttack, GooseError};

use crate::person;

/// The requests of a user, by their names in the report.
pub const REQUESTS: [&str; 6] = [
    "ask for a link",
    "follow the link",
    "make a project",
    "see the quote",
    "start the film",
    "see the status",
];

/// The pause between two requests of a user: a random time between these.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_millis(1500));

/// How many users there are, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct LoadProfile {
    /// The number of users.
    pub users: usize,
    /// How many users start every second, until all have started.
    pub users_per_second: usize,
    /// How long the run lasts after the last user has started.
    pub run_seconds: usize,
}

/// Runs the scenario against a stack, and gives Goose's metrics. The reports are written to these files, as HTML or JSON
/// by their extensions.
///
/// # Errors
/// When a report cannot be written.
pub async fn run_load(stack: &LocalStack, profile: LoadProfile, reports: &[PathBuf]) -> Result<GooseMetrics> {
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(stack.outputs.endpoint.clone());
    configuration.users = Some(profile.users);
    configuration.increase_rate = Some(profile.users_per_second.to_string());
    configuration.run_time = Some(format!("{}s", profile.run_seconds));
    configuration.report_file = reports.iter().map(|report| report.display().to_string()).collect();
    // Requests count from the start, not only once all users have started.
    configuration.no_reset_metrics = true;
    let attack = GooseAttack::initialize_with_config(configuration)?;
    Ok(attack.register_scenario(scenario(stack)?).execute().await?)
}

/// The number of requests that were answered neither with success nor with 429 or 503, which tell the client to retry.
#[must_use]
pub fn failed(metrics: &GooseMetrics) -> usize {
    let expected = |status: u16| (200..300).contains(&status) || matches!(status, 429 | 503);
    let counts = metrics.requests.values().flat_map(|request| &request.status_code_counts);
    counts.filter(|(status, _)| !expected(**status)).map(|(_, count)| count).sum()
}

/// A Goose transaction of one of the functions in `person`.
macro_rules! step {
    ($stack:ident, $step:path) => {{
        let stack = Arc::clone(&$stack);
        let step: TransactionFunction = Arc::new(move |user: &mut GooseUser| {
            let stack = Arc::clone(&stack);
            Box::pin(async move {
                let done: Result<(), Box<TransactionError>> = $step(user, &stack).await;
                done
            })
        });
        Transaction::new(step).set_name(stringify!($step))
    }};
}

/// A user's requests: the first four once and in this order, then the status again and again.
fn scenario(stack: &LocalStack) -> Result<Scenario, GooseError> {
    let stack = Arc::new(stack.clone());
    Ok(Scenario::new("a person with a text")
        .set_wait_time(PAUSE.0, PAUSE.1)?
        .register_transaction(step!(stack, person::sign_in).set_on_start().set_sequence(1))
        .register_transaction(step!(stack, person::make_project).set_on_start().set_sequence(2))
        .register_transaction(step!(stack, person::see_quote).set_on_start().set_sequence(3))
        .register_transaction(step!(stack, person::start_film).set_on_start().set_sequence(4))
        .register_transaction(step!(stack, person::see_status)))
}
