//! FFmpeg stands still: it is killed, and the step begins again.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use chaos::{Callers, ChaosStack, TwoScenes};
use client::{LocalStack, StepKind};
use journeys::{StackOption, Worker, child_of, finish, lives, stop, within, workers_of};

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
