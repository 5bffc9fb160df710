//! A project of two scenes, and the outcome of rendering it, to be compared between a disturbed and an undisturbed run.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{Job, LocalStack, Project, Receipt, SceneEdit, Totals};
use harness::{DRAFT, Film, TestUser, minutes, new_user, text, wait_for_job};

use crate::leftovers::leftovers;
use crate::stack::ChaosStack;

/// The texts of the two scenes. Each scene has a picture of its own.
const SCENES: [&str; 2] = ["The LORD is my light.", "Whom shall I fear?"];

/// How long the clean-up after a job's end may take.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(20);

/// A new user's project of two scenes, of which no artefact exists yet.
#[derive(Debug)]
pub struct TwoSceneProject {
    /// The project's owner.
    pub person: TestUser,
    /// The project.
    pub project: Project,
}

/// The result of a finished job: the same whichever workers made it and however often one was killed meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmOutcome {
    /// The facts of the delivered MP4.
    pub film: Film,
    /// The SubRip captions.
    pub srt: String,
    /// The WebVTT captions.
    pub vtt: String,
    /// What the receipt charges: pictures, milliseconds of speech, milliseconds of film. The cost is left out, because
    /// it depends on the running time.
    pub charged: [u64; 3],
    /// What `/api/account/usage` counts as used, by metric.
    pub used: Vec<(String, f64)>,
}

impl TwoSceneProject {
    /// Signs up a user and creates the project.
    ///
    /// # Errors
    /// When a request is refused.
    pub async fn create(stack: &LocalStack) -> Result<Self> {
        let person = new_user(stack).await?;
        let project = person.api.create_project(&text(&SCENES.join("\n\n"))).await?;
        let edits = SCENES.map(|text| SceneEdit { text: text.to_owned(), ..SceneEdit::default() });
        person.api.put_storyboard(&project.id, project.revision, &edits).await?;
        Ok(Self { person, project })
    }

    /// Starts a render job.
    ///
    /// # Errors
    /// When the request is refused.
    pub async fn start(&self) -> Result<Job> {
        Ok(self.person.api.render(&self.project.id, Some(DRAFT), None).await?)
    }

    /// Starts a render job, waits for its end, and gives its receipt and outcome.
    ///
    /// # Errors
    /// When the job fails or is not done within eight minutes, and as [`TwoSceneProject::outcome`].
    pub async fn film(&self, chaos: &ChaosStack) -> Result<(Receipt, FilmOutcome)> {
        let job = wait_for_job(&self.person.api, &self.start().await?, minutes(8)).await?;
        self.outcome(chaos, &job).await
    }

    /// Collects what a job that is done has delivered and charged.
    ///
    /// # Errors
    /// When there is not exactly one film of the job, its tracks differ in length, a step is not done, or something is
    /// left behind.
    pub async fn outcome(&self, chaos: &ChaosStack, job: &Job) -> Result<(Receipt, FilmOutcome)> {
        let api = &self.person.api;
        let videos = api.videos().await?.items;
        let of_job: Vec<&str> = videos.iter().filter(|v| v.job == job.id).map(|v| v.id.as_str()).collect();
        ensure!(of_job.len() == 1 && job.video.as_deref() == Some(of_job[0]), "one film, not {of_job:?}");
        let video = of_job[0];

        let folder = tempfile::tempdir()?;
        let file = folder.path().join("film.mp4");
        api.fetch(&api.download(video).await?.url, &file).await?;
        let film = Film::read(&std::fs::read(&file)?)?;
        let apart = (film.picture_ms - film.sound_ms).abs();
        ensure!(apart <= film.frame_ms(), "picture and sound end {apart} ms apart: {film:?}");
        let still = api.thumbnail(video).await?;
        ensure!(still.starts_with(&[0xff, 0xd8, 0xff]), "the thumbnail is no JPEG");
        let (srt, vtt) = (api.captions(video, "srt").await?, api.captions(video, "vtt").await?);

        let receipt = api.receipt(&job.id).await?;
        let undone: Vec<_> = receipt.steps.iter().filter(|step| step.state != "done").collect();
        ensure!(undone.is_empty(), "steps that are not done: {undone:?}");
        self.wait_for_cleanup(chaos).await?;
        let usage = self.person.usage_totals().await?;
        let used = usage.into_iter().map(|(metric, used, _)| (metric, used)).collect();
        let Totals { images, speech_ms, render_ms, .. } = receipt.totals;
        Ok((receipt, FilmOutcome { film, srt, vtt, charged: [images, speech_ms, render_ms], used }))
    }

    /// Waits for the clean-up after this user's jobs.
    ///
    /// # Errors
    /// As [`wait_for_cleanup`].
    pub async fn wait_for_cleanup(&self, chaos: &ChaosStack) -> Result<()> {
        wait_for_cleanup(chaos, &self.person).await
    }
}

/// Waits until leases, slots and holds of a user's ended jobs are gone, and records what the jobs are charged.
///
/// # Errors
/// When something is left after 20 s, or when receipts, usage counters and usage events differ.
pub async fn wait_for_cleanup(chaos: &ChaosStack, person: &TestUser) -> Result<()> {
    let began = Instant::now();
    loop {
        let left = leftovers(&chaos.stack, &person.signed_in.tenant).await.context("the tables")?;
        if left.is_empty() {
            let held = person.held().await?;
            ensure!(held == 0.0, "{held} is still held");
            return chaos.ledger.record(&chaos.stack, person).await;
        }
        ensure!(began.elapsed() < CLEANUP_TIMEOUT, "left behind: {}", left.join("; "));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
