//! A worker that stands still for longer than its lease, and then goes on.

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chaos::{ChaosStack, TwoSceneProject, WorkerEvent, WorkerTracker};
use fault_proxy::Phase;
use harness::{minutes, pause, resume, wait_for_job};

/// How long the worker has for its late writes.
const LATE_WRITES: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_comes_to_life_after_its_lease_changes_nothing() -> Result<()> {
    let chaos = ChaosStack::start("late-writer", &[]).await?;
    let (_, undisturbed) = TwoSceneProject::create(&chaos.stack).await?.film(&chaos).await?;
    let film = TwoSceneProject::create(&chaos.stack).await?;
    let tenant = film.person.signed_in.tenant.clone();

    // The worker of a clip is paused when the clip is stored and not yet recorded.
    let (tell, told) = mpsc::channel();
    let calls_of_late = Arc::new(Mutex::new(Vec::new()));
    let noted = calls_of_late.clone();
    let state = Mutex::new((WorkerTracker::new(&chaos.stack), None));
    chaos.proxy.watch(move |phase, call| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (tracker, late) = &mut *state;
        let Ok(Some((worker, event))) = tracker.observe(phase, call) else {
            return ControlFlow::Continue(());
        };
        match (&late, event) {
            (None, WorkerEvent::Called(position))
                if position.step.tenant == tenant
                    && position.call == "PUT videos mp4"
                    && pause(&worker).is_ok() =>
            {
                *late = Some(worker.pid());
                tell.send((worker, position.step.step)).ok();
            }
            (Some(process), WorkerEvent::Called(position)) if worker.pid() == *process => {
                let answer = match phase {
                    Phase::Answered(status) => status.as_u16(),
                    Phase::Received => 0,
                };
                let mut calls = noted.lock().unwrap_or_else(PoisonError::into_inner);
                calls.push((position.step.step, position.call, answer));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });

    let job = film.start().await?;
    let job = wait_for_job(&film.person.api, &job, minutes(3)).await?;
    let (worker, step) = told.try_recv().context("no clip was stored")?;
    let (receipt, outcome) = film.outcome(&chaos, &job).await?;
    ensure!(outcome == undisturbed, "{outcome:#?}, not {undisturbed:#?}");
    let taken_over = receipt.steps.iter().find(|s| s.id == step).context("no such step")?;
    ensure!(taken_over.attempts == 2, "{taken_over:?}");

    resume(&worker)?;
    tokio::time::sleep(LATE_WRITES).await;
    let calls = calls_of_late.lock().unwrap_or_else(PoisonError::into_inner).clone();
    eprintln!("the late worker of {step}: {calls:?}");
    ensure!(calls.iter().any(|(of, ..)| *of == step), "it wrote nothing late");
    let commits = calls.iter().filter(|(of, call, _)| *of == step && call == "TransactWriteItems STEP");
    ensure!(commits.clone().all(|(.., answer)| *answer == 400), "{calls:?}");
    let (afterwards, still) = film.outcome(&chaos, &job).await?;
    ensure!(still == undisturbed, "{still:#?}, not {undisturbed:#?}");
    let state = |receipt: &client::Receipt| format!("{:?}", receipt.steps);
    ensure!(state(&afterwards) == state(&receipt), "{afterwards:?}, not {receipt:?}");
    chaos.verify_charges().await
}
