//! Films of two scenes, and what they come to.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use client::{Job, LocalStack, Project, Receipt, SceneEdit, Totals};
use harness::{DRAFT, Film, TestUser, minutes, new_user, text, wait_for_job};

use crate::leftovers::leftovers;
use crate::stack::ChaosStack;

/// What the two scenes say. Each has a picture of its own.
const SCENES: [&str; 2] = ["The LORD is my light.", "Whom shall I fear?"];

/// How long what is to be cleared away after a job's end may take.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(20);

/// Somebody new with a project of two scenes, of which nothing is made yet.
#[derive(Debug)]
pub struct TwoSceneProject {
    /// Who.
    pub person: TestUser,
    /// Their project.
    pub project: Project,
}

/// All that a finished film comes to, whoever made it and however often workers died over it.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmOutcome {
    /// What is in the file that was delivered.
    pub film: Film,
    /// Its captions.
    pub srt: String,
    /// The same for browsers.
    pub vtt: String,
    /// What the receipt charges: pictures, milliseconds of speech and of film. What it cost to make them is a
    /// matter of time.
    pub charged: [u64; 3],
    /// What the account says is used, by metric.
    pub used: Vec<(String, f64)>,
}

impl TwoSceneProject {
    /// Signs in somebody new, and makes the project.
    ///
    /// # Errors
    /// When a request fails.
    pub async fn create(stack: &LocalStack) -> Result<Self> {
        let person = new_user(stack).await?;
        let project = person.api.create_project(&text(&SCENES.join("\n\n"))).await?;
        let edits = SCENES.map(|text| SceneEdit { text: text.to_owned(), ..SceneEdit::default() });
        person.api.put_storyboard(&project.id, project.revision, &edits).await?;
        Ok(Self { person, project })
    }

    /// Asks for the film.
    ///
    /// # Errors
    /// When the request is refused.
    pub async fn start(&self) -> Result<Job> {
        Ok(self.person.api.render(&self.project.id, Some(DRAFT), None).await?)
    }

    /// Asks for the film, waits for it, and looks at it.
    ///
    /// # Errors
    /// When it does not come, does not come whole, or leaves something behind.
    pub async fn film(&self, chaos: &ChaosStack) -> Result<(Receipt, FilmOutcome)> {
        let job = wait_for_job(&self.person.api, &self.start().await?, minutes(8)).await?;
        self.outcome(chaos, &job).await
    }

    /// Looks at what a job that is done has delivered, charged and left behind.
    ///
    /// # Errors
    /// When the film is not there exactly once and whole, or something is left.
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

    /// See [`wait_for_cleanup`].
    ///
    /// # Errors
    /// As there.
    pub async fn wait_for_cleanup(&self, chaos: &ChaosStack) -> Result<()> {
        wait_for_cleanup(chaos, &self.person).await
    }
}

/// Waits until nothing of a person's ended jobs is left, and enters what they are charged.
///
/// # Errors
/// When something stays, or receipts, account and usage events differ.
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
