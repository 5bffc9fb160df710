//! SQS messages that are delivered twice, too early, out of order, or that cannot be parsed.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chaos::{ChaosStack, TwoSceneProject, messages_in, send_message, set_visibility_timeout};
use client::{Job, LocalStack};
use harness::{StackOption, minutes, wait_for_job};
use serde_json::json;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_come_twice_and_in_any_order_make_one_film() -> Result<()> {
    let chaos = ChaosStack::start("redelivery", &[StackOption::Environment("STEP_LEASE_S", "15")]).await?;
    let (_, undisturbed) = TwoSceneProject::create(&chaos.stack).await?.film(&chaos).await?;
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let job = film.start().await?;
    let tenant = &film.person.signed_in.tenant;
    let made = wait_for_job(&film.person.api, &job, minutes(3));
    let sent = send_all(&chaos.stack, &film, tenant, &job);
    let (job, sent) = tokio::select! {
        job = made => (job?, None),
        sent = sent => (wait_for_job(&film.person.api, &job, minutes(1)).await?, Some(sent?)),
    };
    ensure!(sent.is_none(), "the film was not done while messages came");
    // Messages after the job's end do nothing either.
    send_once(&chaos.stack, &film, tenant, &job).await?;
    timeout(minutes(1), async {
        while messages_in(&chaos.stack, "render_steps_queue").await? > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::Ok(())
    })
    .await
    .context("messages are left")??;
    let (receipt, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");
    ensure!(receipt.steps.iter().all(|step| step.attempts == 1), "{:?}", receipt.steps);
    chaos.verify_charges().await
}

/// `maxReceiveCount`: how often a message is received before it becomes a dead letter.
const RECEIVES: u64 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreadable_message_fails_alone_and_is_put_aside() -> Result<()> {
    let chaos = ChaosStack::start("unreadable", &[]).await?;
    // In a deployment the visibility timeout is sixteen minutes.
    set_visibility_timeout(&chaos.stack, "render_steps_queue", 2).await?;
    for body in ["not JSON", "{}", r#"{"tenant":"tenant_x","job":"?","step":"clip-0000"}"#] {
        send_message(&chaos.stack, "render_steps_queue", body).await?;
    }
    TwoSceneProject::create(&chaos.stack).await?.film(&chaos).await?;
    let put_aside = async {
        while messages_in(&chaos.stack, "render_steps_dead_letters").await? < 3 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::Ok(())
    };
    timeout(minutes(1), put_aside).await.context("they were not put aside")??;
    let told = harness::log_lines(&chaos.stack, "unreadable").await?;
    let failed = told.iter().filter(|line| line["message"].as_str().is_some_and(|m| m.ends_with("failed")));
    ensure!(failed.count() as u64 == 3 * RECEIVES, "{told:#?}");
    ensure!(messages_in(&chaos.stack, "render_steps_dead_letters").await? == 3);
    chaos.verify_charges().await
}

/// Sends every step's message twice, the last steps first, once a second until it is dropped.
async fn send_all(stack: &LocalStack, film: &TwoSceneProject, tenant: &str, job: &Job) -> Result<()> {
    let deadline = tokio::time::Instant::now() + minutes(3);
    while tokio::time::Instant::now() < deadline {
        send_once(stack, film, tenant, job).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

async fn send_once(stack: &LocalStack, film: &TwoSceneProject, tenant: &str, job: &Job) -> Result<()> {
    let mut steps = film.person.api.receipt(&job.id).await?.steps;
    steps.reverse();
    for step in steps.iter().flat_map(|step| [step, step]) {
        let message = json!({"tenant": tenant, "job": job.id, "step": step.id});
        send_message(stack, "render_steps_queue", &message.to_string()).await?;
    }
    Ok(())
}
