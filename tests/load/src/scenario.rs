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

/// What is asked, as the report calls it.
pub const REQUESTS: [&str; 6] = [
    "ask for a link",
    "follow the link",
    "make a project",
    "see the quote",
    "start the film",
    "see the status",
];

/// A person looks again after this long, by chance.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_millis(1500));

/// How many come, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct LoadProfile {
    /// So many people.
    pub people: usize,
    /// So many more every second, until all are there.
    pub per_second: usize,
    /// So long after the last one has come.
    pub seconds: usize,
}

/// Lets people come to a stack, and gives what they met. The reports, HTML or JSON by their endings, are written
/// to these files.
///
/// # Errors
/// When a report cannot be written.
pub async fn attack(stack: &LocalStack, crowd: LoadProfile, reports: &[PathBuf]) -> Result<GooseMetrics> {
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(stack.outputs.endpoint.clone());
    configuration.users = Some(crowd.people);
    configuration.increase_rate = Some(crowd.per_second.to_string());
    configuration.run_time = Some(format!("{}s", crowd.seconds));
    configuration.report_file = reports.iter().map(|report| report.display().to_string()).collect();
    // What the first ones meet while the others come counts as well.
    configuration.no_reset_metrics = true;
    let attack = GooseAttack::initialize_with_config(configuration)?;
    Ok(attack.register_scenario(maker(stack)?).execute().await?)
}

/// Requests that were answered otherwise than as asked: neither with success nor with "come back later".
#[must_use]
pub fn failed(metrics: &GooseMetrics) -> usize {
    let expected = |status: u16| (200..300).contains(&status) || matches!(status, 429 | 503);
    let counts = metrics.requests.values().flat_map(|request| &request.status_code_counts);
    counts.filter(|(status, _)| !expected(**status)).map(|(_, count)| count).sum()
}

/// Each step of a person, once and in this order; after that the status, again and again.
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

fn maker(stack: &LocalStack) -> Result<Scenario, GooseError> {
    let stack = Arc::new(stack.clone());
    Ok(Scenario::new("a person with a text")
        .set_wait_time(PAUSE.0, PAUSE.1)?
        .register_transaction(step!(stack, person::sign_in).set_on_start().set_sequence(1))
        .register_transaction(step!(stack, person::make_project).set_on_start().set_sequence(2))
        .register_transaction(step!(stack, person::see_quote).set_on_start().set_sequence(3))
        .register_transaction(step!(stack, person::start_film).set_on_start().set_sequence(4))
        .register_transaction(step!(stack, person::see_status)))
}
