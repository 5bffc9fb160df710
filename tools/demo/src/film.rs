//! The demo's steps in order, from the options to the files on disk.

use std::io::Write;
use std::time::{Duration, Instant};

use client::{Api, ApiError, Job, JobStatus, LocalStack, NewProject, Project, Quote};

use crate::error::DemoError;
use crate::options::Options;
use crate::output_files::OutputFiles;
use crate::progress::Display;
use crate::source_text::SourceText;
use crate::{summary, units};

/// The demo's user. It is always the same, so that a second run reuses the artefacts of the first.
const EMAIL: &str = "demo@example.com";

/// How many polls in a row may fail before the demo gives up.
const MAX_FAILED_POLLS: u32 = 10;
/// The pause after a failed poll.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Makes the film that the options ask for, and prints what it does to `out`.
///
/// # Errors
/// [`DemoError`], by the step that fails: the text, the stack, a request, the quota, the job, a file.
pub(crate) async fn make(options: &Options, out: &mut impl Write) -> Result<(), DemoError> {
    let began = Instant::now();
    let source_text = SourceText::find(options.text.as_deref(), &options.lang)?;
    let stack = LocalStack::at(&options.stack)?;
    let (api, signed_in) = stack.sign_in(EMAIL).await?;
    writeln!(out, "signed in as {EMAIL} ({})", signed_in.tenant)?;

    let project = api.create_project(&wanted(options, source_text)).await?;
    let storyboard = api.storyboard(&project.id).await?;
    let quote = api.quote(&project.id, options.resolution.as_deref()).await?;
    announce(out, &project, storyboard.scenes.len(), &quote)?;
    if !quote.fits {
        return Err(DemoError::DoesNotFit);
    }

    let job = api.render(&project.id, options.resolution.as_deref(), None).await?;
    let (api, job) = follow(&stack, api, job).await?;
    let video = match (job.status, job.video, job.failure) {
        (JobStatus::Done, Some(video), _) => api.video(&video).await?,
        (JobStatus::Cancelled, ..) => return Err(DemoError::Cancelled),
        (JobStatus::Failed, _, Some(failure)) => {
            return Err(DemoError::JobFailed {
                message: failure.message,
                step: failure.step.unwrap_or_default(),
            });
        }
        _ => return Err(DemoError::NoVideo),
    };

    let output = OutputFiles::into(&options.out, &video)?;
    let receipt = output.fetch(&api, &video).await?;
    Ok(summary::print(out, &output, &video, &receipt, began.elapsed())?)
}

fn wanted(options: &Options, source_text: SourceText) -> NewProject {
    NewProject {
        text: Some(source_text.text),
        title: Some(source_text.title),
        language: Some(options.lang.clone()),
        aspect: Some(options.aspect.clone()),
        voice: options.voice.clone(),
        ..NewProject::default()
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a film, for people")]
fn announce(out: &mut impl Write, project: &Project, scenes: usize, quote: &Quote) -> std::io::Result<()> {
    writeln!(
        out,
        "“{}”: {}, about {}, {} {}",
        project.title,
        units::count(scenes as u64, "scene"),
        units::time_ms((quote.film_seconds * 1000.0) as u64),
        project.aspect,
        quote.resolution,
    )?;
    writeln!(
        out,
        "quote: {}, {:.0} s of narration, {:.1} min of film, {}; {} of {} are done already",
        units::count(quote.images, "picture"),
        quote.narration_seconds,
        quote.render_minutes,
        units::dollars(quote.cost_micro_usd),
        quote.reused_steps,
        units::count(quote.steps, "step"),
    )
}

/// Shows the progress of a job until it ends. The access token may expire before a long film is done: then the demo signs
/// in again.
async fn follow(stack: &LocalStack, mut api: Api, mut job: Job) -> Result<(Api, Job), DemoError> {
    let mut display = Display::new();
    let mut failures = 0;
    display.show(&job.progress);
    while !job.has_ended() {
        match api.job_after(&job.id, job.version).await {
            Ok(newer) => {
                job = newer;
                failures = 0;
                display.show(&job.progress);
            }
            Err(error) if error.is_unauthorized() && failures == 0 => {
                failures += 1;
                api = stack.sign_in(EMAIL).await?.0;
            }
            Err(error) if error.is_transient() && failures < MAX_FAILED_POLLS => {
                failures += 1;
                tokio::time::sleep(RETRY_PAUSE).await;
            }
            Err(ApiError::Transport { .. }) => {
                let endpoint = stack.outputs.endpoint.clone();
                return Err(client::StackError::NotRunning { endpoint }.into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    display.end();
    Ok((api, job))
}
