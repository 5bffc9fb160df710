//! FFmpeg stands still: it is killed, and the step begins again; or another worker makes the step meanwhile.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use chaos::{Callers, ChaosStack, TwoScenes};
use client::{LocalStack, StepKind};
use cloud::table::Key;
use harness::{Aws, StackOption, Worker, child_of, finish, lives, resume, stop, within, workers_of};
use serde::de::IgnoredAny;
use tenancy::TenantId;

/// How long FFmpeg may stand still here; a deployment waits for a minute.
const PATIENCE_S: u64 = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoder_that_stands_still_is_killed_and_the_film_comes() -> Result<()> {
    let patience = PATIENCE_S.to_string();
    let options = [
        StackOption::Environment("FFMPEG_STALL_S", &patience),
        StackOption::Environment("STEP_LEASE_S", "15"),
    ];
    let chaos = ChaosStack::start("encoder-stuck", &options).await?;
    let (_, undisturbed) = TwoScenes::of_somebody_new(&chaos.stack).await?.film(&chaos).await?;

    let film = TwoScenes::of_somebody_new(&chaos.stack).await?;
    let stack = chaos.stack.clone();
    let stopping = tokio::task::spawn_blocking(move || stop_an_encoder(&stack));
    let job = film.start().await?;
    let encoder = stopping.await??;
    let stopped = Instant::now();
    let job = finish(&film.person.api, &job, within(3)).await?;
    ensure!(!lives(&encoder), "the encoder was not killed");
    let (receipt, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");

    let failed: Vec<_> = receipt.steps.iter().filter(|step| !step.failures.is_empty()).collect();
    let [step] = failed.as_slice() else { bail!("one step has failed, not {failed:?}") };
    let [failure] = step.failures.as_slice() else { bail!("it failed once: {step:?}") };
    ensure!((failure.status, failure.message.as_str()) == (408, "The encoder stood still and was stopped."));
    ensure!(step.attempts == 2 && step.state == "done", "{step:?}");
    let kinds = [StepKind::Clip, StepKind::Soundtrack, StepKind::Stitch];
    ensure!(kinds.contains(&step.kind), "{step:?}");
    eprintln!("{} was stopped, the film came {:.1} s later", step.id, stopped.elapsed().as_secs_f32());
    chaos.settle().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_worker_makes_what_takes_the_first_far_too_long() -> Result<()> {
    // The worker lives and renews its lease, and its patience with FFmpeg is longer than the test's.
    let patience = within(3).as_secs().to_string();
    let options = [
        StackOption::Environment("FFMPEG_STALL_S", &patience),
        StackOption::Environment("STEP_LEASE_S", "15"),
    ];
    let chaos = ChaosStack::start("hedge", &options).await?;
    let (_, undisturbed) = TwoScenes::of_somebody_new(&chaos.stack).await?.film(&chaos).await?;

    let film = TwoScenes::of_somebody_new(&chaos.stack).await?;
    know_the_paces(&chaos.stack, &film.person.signed_in.tenant).await?;
    let stack = chaos.stack.clone();
    let stopping = tokio::task::spawn_blocking(move || stop_an_encoder(&stack));
    let job = film.start().await?;
    let encoder = stopping.await??;
    let job = finish(&film.person.api, &job, within(2)).await?;
    ensure!(lives(&encoder), "the encoder was killed");
    let (receipt, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");
    // The first worker has not failed, and whoever works beside it is no further attempt.
    let amiss = receipt.steps.iter().find(|step| step.attempts != 1 || !step.failures.is_empty());
    ensure!(amiss.is_none(), "{amiss:?}");

    // The first one comes to its end after all, and changes nothing.
    resume(&encoder)?;
    let began = Instant::now();
    while lives(&encoder) {
        ensure!(began.elapsed() < within(1), "the encoder goes on for ever");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (_, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");
    chaos.settle().await
}

/// Lets a tenant's lane know how long steps take: next to nothing.
async fn know_the_paces(stack: &LocalStack, tenant: &str) -> Result<()> {
    let key = Key::of(&tenant.parse::<TenantId>()?.partition(), "LANE");
    let mut lane = Aws::of(stack)?.table("studio_table")?.update(&key);
    for kind in StepKind::ALL {
        let kind = kind.as_str();
        lane = lane.set(&format!("{kind}_p95"), 1).set(&format!("{kind}_seen"), 20);
    }
    lane.send::<IgnoredAny>().await?;
    Ok(())
}

/// Waits for a worker to start FFmpeg, and stops that, as a disk does that does not answer.
fn stop_an_encoder(stack: &LocalStack) -> Result<Worker> {
    let began = Instant::now();
    while began.elapsed() < within(2) {
        for worker in workers_of(stack, Callers::WORKER)? {
            if let Some(encoder) = child_of(&worker, "ffmpeg")
                && stop(&encoder).is_ok()
            {
                // One that had just ended is none.
                std::thread::sleep(Duration::from_millis(50));
                if lives(&encoder) {
                    return Ok(encoder);
                }
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    None.context("nobody started FFmpeg")
}
