//! Every kind of fault, again and again, in every AWS service that workers call while a film is rendered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use chaos::{CallerLookup, ChaosStack, TwoSceneProject, messages_in};
use fault_proxy::{Call, Fault};
use harness::StackOption;

/// Each fault, and how often it applies: to every n-th of the workers' calls of one service. Hangs are rarer, because each
/// costs a timeout of seconds.
const FAULTS: [(Fault, usize); 5] = [
    (Fault::Throttle, 3),
    (Fault::ServerError, 3),
    (Fault::TruncateResponse, 3),
    (Fault::Refuse, 3),
    (Fault::Hang, 7),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_film_comes_and_is_charged_once_however_aws_fails() -> Result<()> {
    // Longer than the workers' timeouts: one that waits for an answer must not lose its lease.
    let lease = StackOption::Environment("STEP_LEASE_S", "15");
    let chaos = ChaosStack::start("aws-faults", &[lease]).await?;
    let (_, undisturbed) = TwoSceneProject::create(&chaos.stack).await?.film(&chaos).await?;
    for (fault, every) in FAULTS {
        let film = TwoSceneProject::create(&chaos.stack).await?;
        let failed = Arc::new(Mutex::new(BTreeMap::<&str, usize>::new()));
        let (counted, mut made) = (failed.clone(), BTreeMap::<&str, usize>::new());
        let mut workers = CallerLookup::of(&chaos.stack, CallerLookup::RENDER_STEP);
        chaos.proxy.inject_when(fault, move |call| {
            if !matches!(workers.find(call), Ok(Some(_))) {
                return false;
            }
            let number = made.entry(service(call)).or_default();
            *number += 1;
            let is_met = *number % every == 0;
            if is_met {
                *counted.lock().unwrap_or_else(PoisonError::into_inner).entry(service(call)).or_default() +=
                    1;
            }
            is_met
        });
        let outcome = film.film(&chaos).await.with_context(|| format!("{fault:?}"))?.1;
        chaos.proxy.clear_fault();
        let failed = failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        eprintln!("{fault:?}: {failed:?}");
        ensure!(failed.contains_key("DynamoDB") && failed.contains_key("S3"), "{fault:?}: {failed:?}");
        ensure!(outcome == undisturbed, "{fault:?}: {outcome:#?}, not {undisturbed:#?}");
    }
    ensure!(messages_in(&chaos.stack, "render_steps_dead_letters").await? == 0);
    chaos.verify_charges().await
}

fn service(call: &Call) -> &'static str {
    match call.service.as_str() {
        "DynamoDB_20120810" => "DynamoDB",
        "AmazonSQS" => "SQS",
        _ if call.operation == "AssumeRole" => "STS",
        _ => "S3",
    }
}
