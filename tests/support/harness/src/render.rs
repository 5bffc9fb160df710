//! Films, as quickly as they can be made.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use client::{Api, Job, JobStatus, NewProject, Project, SceneEdit, Video};
use tokio::time::timeout;

/// The quickest voice.
pub const VOICE: &str = "espeak-ng";

/// The smallest frame.
pub const DRAFT: &str = "480p";

/// A project's worth of text, spoken by the quickest voice.
#[must_use]
pub fn text(text: &str) -> NewProject {
    NewProject { text: Some(text.to_owned()), voice: Some(VOICE.to_owned()), ..NewProject::default() }
}

/// A project with exactly these scenes, and the draft of its film.
///
/// # Errors
/// When a request fails, or the job does.
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

/// Minutes, for deadlines: a machine with two cores that runs every test at once is slow.
#[must_use]
pub const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// The job once its film is there.
///
/// # Errors
/// When it fails, is cancelled, or is not done in time, or does not say how long it will take once it can.
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
