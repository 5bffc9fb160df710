//! FFmpeg hangs: it is killed and the step is retried, or a hedge on another worker makes the artefact meanwhile.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use chaos::{CallerLookup, ChaosStack, TwoSceneProject};
use client::{LocalStack, StepKind};
use cloud::table::Key;
use harness::{
    Aws, Process, StackOption, child_of, function_processes, is_alive, minutes, pause, resume, wait_for_job,
};
use serde::de::IgnoredAny;
use tenancy::TenantId;

/// How long FFmpeg may make no progress here, seconds; in a deployment a minute.
const STALL_S: u64 = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoder_that_stands_still_is_killed_and_the_film_comes() -> Result<()> {
    let stall = STALL_S.to_string();
    let options =
        [StackOption::Environment("FFMPEG_STALL_S", &stall), StackOption::Environment("STEP_LEASE_S", "15")];
    let chaos = ChaosStack::start("encoder-stuck", &options).await?;
    let (_, undisturbed) = TwoSceneProject::create(&chaos.stack).await?.film(&chaos).await?;

    let film = TwoSceneProject::create(&chaos.stack).await?;
    let stack = chaos.stack.clone();
    let pausing = tokio::task::spawn_blocking(move || pause_an_encoder(&stack));
    let job = film.start().await?;
    let encoder = pausing.await??;
    let stopped = Instant::now();
    let job = wait_for_job(&film.person.api, &job, minutes(3)).await?;
    ensure!(!is_alive(&encoder), "the encoder was not killed");
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
    chaos.verify_charges().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_worker_makes_what_takes_the_first_far_too_long() -> Result<()> {
    // The worker renews its lease, and waits longer for FFmpeg than this test does: only a hedge can finish the step.
    let stall = minutes(3).as_secs().to_string();
    let options =
        [StackOption::Environment("FFMPEG_STALL_S", &stall), StackOption::Environment("STEP_LEASE_S", "15")];
    let chaos = ChaosStack::start("hedge", &options).await?;
    let (_, undisturbed) = TwoSceneProject::create(&chaos.stack).await?.film(&chaos).await?;

    let film = TwoSceneProject::create(&chaos.stack).await?;
    seed_duration_estimates(&chaos.stack, &film.person.signed_in.tenant).await?;
    let stack = chaos.stack.clone();
    let pausing = tokio::task::spawn_blocking(move || pause_an_encoder(&stack));
    let job = film.start().await?;
    let encoder = pausing.await??;
    let job = wait_for_job(&film.person.api, &job, minutes(2)).await?;
    ensure!(is_alive(&encoder), "the encoder was killed");
    let (receipt, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");
    // The first worker has not failed, and a hedge does not count as an attempt.
    let amiss = receipt.steps.iter().find(|step| step.attempts != 1 || !step.failures.is_empty());
    ensure!(amiss.is_none(), "{amiss:?}");

    // The first worker finishes late, and changes nothing.
    resume(&encoder)?;
    let began = Instant::now();
    while is_alive(&encoder) {
        ensure!(began.elapsed() < minutes(1), "the encoder goes on for ever");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (_, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");
    chaos.verify_charges().await
}

/// Sets the tenant's estimates of how long steps take to 1 ms, so that a step is overdue at once and a hedge is started.
/// They are attributes of the tenant's `LANE` item.
async fn seed_duration_estimates(stack: &LocalStack, tenant: &str) -> Result<()> {
    let key = Key::of(&tenant.parse::<TenantId>()?.partition(), "LANE");
    let mut estimates = Aws::of(stack)?.table("studio_table")?.update(&key);
    for kind in StepKind::ALL {
        let kind = kind.as_str();
        estimates = estimates.set(&format!("{kind}_p95"), 1).set(&format!("{kind}_seen"), 20);
    }
    estimates.send::<IgnoredAny>().await?;
    Ok(())
}

/// Waits until a worker has started FFmpeg, and pauses it, as a disk that does not answer would.
fn pause_an_encoder(stack: &LocalStack) -> Result<Process> {
    let began = Instant::now();
    while began.elapsed() < minutes(2) {
        for worker in function_processes(stack, CallerLookup::RENDER_STEP)? {
            if let Some(encoder) = child_of(&worker, "ffmpeg")
                && pause(&encoder).is_ok()
            {
                // An FFmpeg that was just ending does not count.
                std::thread::sleep(Duration::from_millis(50));
                if is_alive(&encoder) {
                    return Ok(encoder);
                }
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    None.context("nobody started FFmpeg")
}
