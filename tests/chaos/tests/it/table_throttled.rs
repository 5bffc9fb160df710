//! DynamoDB throttles every call for a while.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chaos::{ChaosStack, TwoSceneProject};
use client::StatusCode;
use fault_proxy::Fault;
use harness::{StackOption, minutes, wait_for_job};

/// Longer than the SDK retries by itself.
const THROTTLED: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_tables_are_throttled_people_are_told_and_films_wait() -> Result<()> {
    let chaos =
        ChaosStack::start("table-throttled", &[StackOption::Environment("STEP_LEASE_S", "15")]).await?;
    let (_, undisturbed) = TwoSceneProject::create(&chaos.stack).await?.film(&chaos).await?;
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let job = film.start().await?;

    chaos.proxy.inject_when(Fault::Throttle, |call| call.service.starts_with("DynamoDB"));
    let throttled = tokio::time::sleep(THROTTLED);
    let answer = film.person.api.get(&format!("/api/v1/jobs/{}", job.id)).await?;
    let problem = answer.problem().with_context(|| answer.text())?;
    ensure!(answer.status == StatusCode::SERVICE_UNAVAILABLE && problem.code == "unavailable", "{problem:?}");
    let wait: Option<u32> = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
    ensure!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "{answer:?}");
    throttled.await;
    chaos.proxy.clear_fault();

    let job = wait_for_job(&film.person.api, &job, minutes(3)).await?;
    let (_, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");
    chaos.verify_charges().await
}
