//! A worker is killed in the middle of a step.

use anyhow::{Context as _, Result, bail};
use client::{Api, Job, LocalStack, StepKind};
use harness::{OwnStack, UNLIMITED, busy_process, kill, minutes, new_user, render_film, wait_for_job};
use tokio::time::timeout;

#[tokio::test]
async fn a_film_is_finished_and_charged_once_when_a_worker_is_killed() -> Result<()> {
    let own = OwnStack::start("worker-death", UNLIMITED)?;
    let person = new_user(&own.stack).await?;
    let api = &person.api;
    // The first film starts the processes and makes the pictures; it is not what is tested.
    let (project, ..) = render_film(api, &["The LORD is my light.", "Whom shall I fear?"]).await?;
    let before = person.usage_totals().await?;

    let job = api.render(&project.id, Some("1080p"), None).await?;
    timeout(minutes(3), kill_worker_of_a_clip(&own.stack, api, &job))
        .await
        .context("nobody was at work")??;
    // The step's lease expires after 45 s, and the sweeper runs once a minute.
    let job = wait_for_job(api, &job, minutes(6)).await?;

    let receipt = api.receipt(&job.id).await?;
    let repeated = receipt.steps.iter().filter(|step| step.attempts > 1).count();
    assert_eq!(repeated, 1, "the step of the killed worker, and no other: {:?}", receipt.steps);
    assert_eq!(api.videos().await?.items.iter().filter(|video| video.job == job.id).count(), 1);
    let render_minutes = |usage: &[(String, f64, f64)]| {
        usage.iter().find(|(metric, ..)| metric == "render_minutes").map_or(0.0, |(_, used, _)| *used)
    };
    let after = person.usage_totals().await?;
    #[allow(clippy::cast_precision_loss, reason = "a few seconds")]
    let charged = receipt.totals.render_ms as f64 / 60_000.0;
    let grown = render_minutes(&after) - render_minutes(&before);
    assert!((grown - charged).abs() < 0.01, "{grown} min charged, {charged} min on the receipt");
    let per_step: u64 = receipt.steps.iter().map(|step| step.render_ms).sum();
    assert_eq!(per_step, receipt.totals.render_ms, "the second attempt counts, the first does not");
    assert!(after.iter().all(|(_, _, held)| *held == 0.0));
    Ok(())
}

/// Kills a worker that is busy while a clip runs: clips take longest, so that is what it works on.
async fn kill_worker_of_a_clip(stack: &LocalStack, api: &Api, job: &Job) -> Result<()> {
    loop {
        let receipt = api.receipt(&job.id).await?;
        let clip_runs = |step: &client::StepReceipt| step.kind == StepKind::Clip && step.state == "running";
        if receipt.steps.iter().any(clip_runs)
            && let Some(worker) = busy_process(stack, "render-step").await?
        {
            return kill(&worker);
        }
        if api.job(&job.id).await?.has_ended() {
            bail!("the film was done before a worker could be killed");
        }
    }
}
