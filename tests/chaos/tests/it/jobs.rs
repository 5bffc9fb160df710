//! Jobs whose steps cannot be executed, and jobs whose creation was interrupted.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chaos::{CallerLookup, ChaosStack, KillPoint, TwoSceneProject, WorkerKiller, wait_for_cleanup};
use client::{Job, JobStatus, SceneEdit};
use fault_proxy::Phase;
use harness::{DRAFT, kill, minutes, new_user, text};
use tokio::time::timeout;

/// The attempts at a step: the first and the retries after 2, 4 and 8 s.
const ATTEMPTS: u32 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_whose_workers_keep_dying_ends_its_job() -> Result<()> {
    let chaos = ChaosStack::start("keep-dying", &[]).await?;
    let killer = WorkerKiller::of(&chaos);
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let tenant = &film.person.signed_in.tenant;
    let at_once = KillPoint::After { call: "UpdateItem STEP".to_owned(), nth: 1 };
    killer.plan(tenant, "soundtrack-0000", vec![at_once; ATTEMPTS as usize]);

    let job = ended(&film, film.start().await?).await?;
    let failure = job.failure.clone().with_context(|| format!("{job:?}"))?;
    ensure!(job.status == JobStatus::Failed && failure.status == 500, "{job:?}");
    ensure!(failure.message == "A step's worker stopped several times.", "{failure:?}");
    ensure!(failure.step.as_deref() == Some("soundtrack-0000"), "{failure:?}");
    ensure!(killer.killed(tenant).len() == ATTEMPTS as usize, "{:?}", killer.killed(tenant));
    film.wait_for_cleanup(&chaos).await?;

    // What was made is kept and charged; the holds of the rest are released.
    let totals = film.person.api.receipt(&job.id).await?.totals;
    let usage = film.person.usage_totals().await?;
    ensure!(usage.iter().all(|(_, _, held)| *held == 0.0), "{usage:?}");
    ensure!(totals.images == 2 && totals.speech_ms > 0, "{totals:?}");
    ensure!(usage.contains(&("images_count".to_owned(), 2.0, 0.0)), "{usage:?}");
    ensure!(film.person.api.videos().await?.items.is_empty());
    chaos.verify_charges().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_a_cancelled_job_whose_workers_died() -> Result<()> {
    let chaos = ChaosStack::start("cancelled", &[]).await?;
    let killer = WorkerKiller::of(&chaos);
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let tenant = &film.person.signed_in.tenant;
    for step in ["narration-0000", "narration-0001"] {
        killer.plan(tenant, step, [KillPoint::After { call: "UpdateItem STEP".to_owned(), nth: 1 }]);
    }
    let job = film.start().await?;
    timeout(minutes(2), async {
        while killer.killed(tenant).len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .context("nobody died")?;
    // Pictures that are made until then are charged.
    timeout(minutes(2), async {
        while film.person.api.receipt(&job.id).await?.totals.images == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::Ok(())
    })
    .await
    .context("no picture was made")??;
    let cancelled = film.person.api.cancel(&job.id).await?;
    ensure!(cancelled.status == JobStatus::Cancelled, "{cancelled:?}");
    ensure!(film.person.held().await? == 0.0, "a cancelled job holds something");
    film.wait_for_cleanup(&chaos).await?;
    let totals = film.person.api.receipt(&job.id).await?.totals;
    #[allow(clippy::cast_precision_loss, reason = "two pictures")]
    let made = totals.images as f64;
    ensure!(film.person.usage("images_count").await?.used == made, "{totals:?}");
    chaos.verify_charges().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_lost_is_sent_again() -> Result<()> {
    let chaos = ChaosStack::start("lost-message", &[]).await?;
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let lost = Arc::new(AtomicUsize::new(0));
    let (counted, began) = (lost.clone(), Instant::now());
    // No message of a first scene reaches the queue within the first four seconds, however often a client retries.
    chaos.proxy.watch(move |phase, call| {
        let is_early = began.elapsed() < Duration::from_secs(4);
        if phase == Phase::Received && is_early && call.message.as_ref().is_some_and(|m| m.contains("-0000"))
        {
            counted.fetch_add(1, Ordering::Relaxed);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    film.film(&chaos).await?;
    ensure!(lost.load(Ordering::Relaxed) >= 2, "no message was lost");
    chaos.verify_charges().await
}

/// So many scenes that a job has more steps than one transaction can write (100 items): 40 pictures, 40 narrations,
/// 40 clips, soundtrack and stitch.
const SCENES: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_was_begun_by_half_is_begun_as_a_whole() -> Result<()> {
    let chaos = ChaosStack::start("half-begun", &[]).await?;
    let person = new_user(&chaos.stack).await?;
    let words: Vec<String> = (0..SCENES).map(|scene| format!("Hosanna {scene}!")).collect();
    let project = person.api.create_project(&text(&words.join(" "))).await?;
    let scenes =
        (0..).zip(words).map(|(seed, text)| SceneEdit { text, seed: Some(seed), ..SceneEdit::default() });
    person.api.put_storyboard(&project.id, project.revision, &scenes.collect::<Vec<_>>()).await?;

    // The process that accepts the job is killed when it has written the first of the steps.
    let killed = Arc::new(AtomicUsize::new(0));
    let counted = killed.clone();
    let callers = std::sync::Mutex::new(CallerLookup::of(&chaos.stack, "projects"));
    chaos.proxy.watch(move |phase, call| {
        let writes_steps =
            call.operation == "TransactWriteItems" && call.keys.iter().any(|k| k.sk.starts_with("STEP#"));
        if counted.load(Ordering::Relaxed) > 0 || !writes_steps || phase == Phase::Received {
            return ControlFlow::Continue(());
        }
        let Ok(mut callers) = callers.lock() else { return ControlFlow::Continue(()) };
        match callers.find(call) {
            Ok(Some(process)) if kill(&process).is_ok() => {
                counted.store(call.items, Ordering::Relaxed);
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        }
    });
    let refused = person.api.render(&project.id, Some(DRAFT), Some("hosanna")).await;
    ensure!(refused.is_err(), "the process did not die");
    let written = killed.load(Ordering::Relaxed);
    ensure!((1..=100).contains(&written), "{written} items");

    // The same idempotency key gives the same job, and the sweeper writes the missing steps.
    let job = person.api.render(&project.id, Some(DRAFT), Some("hosanna")).await?;
    let all = 3 * SCENES + 2;
    let all_written = async {
        loop {
            let receipt = person.api.receipt(&job.id).await?;
            // Something must be charged, or the comparison at the end would prove nothing.
            if receipt.steps.len() >= all && receipt.totals.speech_ms + receipt.totals.images > 0 {
                return anyhow::Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(minutes(2), all_written).await.context("not all steps came")??;
    ensure!(person.api.jobs().await?.items.len() == 1);
    let receipt = person.api.receipt(&job.id).await?;
    ensure!(receipt.steps.len() == all, "{} steps", receipt.steps.len());
    person.api.cancel(&job.id).await?;
    wait_for_cleanup(&chaos, &person).await?;
    chaos.verify_charges().await
}

async fn ended(film: &TwoSceneProject, mut job: Job) -> Result<Job> {
    let ended = async {
        while !job.has_ended() {
            job = film.person.api.job_after(&job.id, job.version).await?;
        }
        anyhow::Ok(job.clone())
    };
    timeout(minutes(3), ended).await.context("the job did not end")?
}
