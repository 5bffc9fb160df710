//! Cancelling a job: its holds are released, and what was made is charged.

use anyhow::{Context as _, Result};
use client::JobStatus;
use harness::{DRAFT, minutes, new_user, shared};
use tokio::time::timeout;

#[tokio::test]
async fn a_cancelled_job_frees_what_it_held_and_charges_what_was_made() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let api = &person.api;
    let psalm = include_str!("../../../../tools/demo/texts/psalm-23.en.txt");
    let project = api.create_project(&harness::text(psalm)).await?;
    let started = api.render(&project.id, Some(DRAFT), None).await?;
    assert!(person.held().await? > 0.0);

    let some_done = async {
        let mut job = started.clone();
        while job.progress.kinds.iter().all(|kind| kind.done == 0) {
            job = api.job_after(&job.id, job.version).await?;
        }
        anyhow::Ok(job)
    };
    let job = timeout(minutes(3), some_done).await.context("nothing was done in time")??;
    assert_eq!(job.status, JobStatus::Running, "the film is too short to be cancelled in time");
    let cancelled = api.cancel(&job.id).await?;
    assert_eq!((cancelled.status, cancelled.video), (JobStatus::Cancelled, None));
    assert_eq!(person.held().await?, 0.0);

    let receipt = api.receipt(&job.id).await?;
    #[allow(clippy::cast_precision_loss, reason = "a few pictures")]
    let made = receipt.totals.images as f64;
    assert_eq!(person.usage("images_count").await?.used, made);
    assert!(receipt.steps.iter().any(|step| step.state != "done"));
    let again = api.cancel(&job.id).await?;
    assert_eq!((again.status, again.version), (cancelled.status, cancelled.version), "as the first time");
    assert_eq!(person.usage("images_count").await?.used, made, "and nothing more is charged");
    assert_eq!(api.videos().await?.items.len(), 0);
    Ok(())
}
