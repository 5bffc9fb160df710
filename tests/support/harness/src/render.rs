//! Rendering films as quickly as the product can: the fastest voice, the lowest resolution, few scenes.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use client::{Api, Job, JobStatus, NewProject, Project, SceneEdit, Video};
use tokio::time::timeout;

/// The voice that takes the least time to synthesise.
pub const VOICE: &str = "espeak-ng";

/// The lowest resolution.
pub const DRAFT: &str = "480p";

/// A project to be created from a text, with [`VOICE`].
#[must_use]
pub fn text(text: &str) -> NewProject {
    NewProject { text: Some(text.to_owned()), voice: Some(VOICE.to_owned()), ..NewProject::default() }
}

/// Creates a project with exactly these scenes and renders it in [`DRAFT`].
///
/// # Errors
/// When a request is refused, or the job fails or is not done within three minutes.
pub async fn render_film(api: &Api, scenes: &[&str]) -> Result<(Project, Job, Video)> {
    let project = api.create_project(&text(&scenes.join("\n\n"))).await?;
    let edits: Vec<SceneEdit> =
        scenes.iter().map(|text| SceneEdit { text: (*text).to_owned(), ..SceneEdit::default() }).collect();
    api.put_storyboard(&project.id, project.revision, &edits).await?;
    let project = api.project(&project.id).await?;
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(api, &job, minutes(3)).await?;
    let video = job.video.as_deref().context("a job that is done has a video")?;
    let video = api.video(video).await?;
    Ok((project, job, video))
}

/// A deadline of whole minutes: a machine with two cores that runs four tests at once is slow.
#[must_use]
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

/// Follows a job by long polls until it is done.
///
/// # Errors
/// When the job fails, is cancelled or is not done before the deadline, or when its progress lacks an estimate of the
/// time left although steps are done.
pub async fn wait_for_job(api: &Api, job: &Job, deadline: Duration) -> Result<Job> {
    let mut job = job.clone();
    let ended = timeout(deadline, async {
        while !job.has_ended() {
            job = api.job_after(&job.id, job.version).await?;
            let progress = &job.progress;
            let has_begun = progress.kinds.iter().any(|kind| kind.done > 0);
            ensure!(job.has_ended() || progress.left_s.is_some() == has_begun, "{progress:?}");
        }
        anyhow::Ok(())
    });
    match ended.await {
        Ok(answered) => answered?,
        Err(_) => bail!("{} is not done within {deadline:?}: {:?}", job.id, job.progress),
    }
    match job.status {
        JobStatus::Done => Ok(job),
        status => bail!("{} is {status:?}: {:?}", job.id, job.failure),
    }
}
