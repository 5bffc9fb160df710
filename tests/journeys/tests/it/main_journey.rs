//! The whole journey of a user, from sign-in to the downloaded film and its receipt.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use client::{LocalStack, Method, NewProject, SceneEdit, StepReceipt, Totals};
use harness::{DRAFT, Film, TestUser, VOICE, minutes, new_user, shared, wait_for_job, words_of_srt};

const HEADING: &str = "Psalm 117";
const VERSE: &str = "O praise the LORD, all ye nations: praise him, all ye people.";

/// The tolerance for shown units (seconds, minutes), which are rounded from the counted milliseconds.
const ROUNDING: f64 = 0.01;

#[tokio::test]
async fn a_template_becomes_a_film_that_is_delivered_and_charged_once() -> Result<()> {
    from_template_to_film(&shared()?).await
}

/// The journey itself; `policies` does the same with IAM enforced.
pub async fn from_template_to_film(stack: &LocalStack) -> Result<()> {
    let person = new_user(stack).await?;
    let api = &person.api;

    let values = [("number", HEADING), ("verses", VERSE)].map(|(name, value)| (name.into(), value.into()));
    let template = NewProject {
        template: Some("psalm".into()),
        values: BTreeMap::from(values),
        voice: Some(VOICE.into()),
        ..NewProject::default()
    };
    let project = api.create_project(&template).await?;
    let storyboard = api.storyboard(&project.id).await?;
    let text: Vec<&str> = storyboard.scenes.iter().flat_map(|s| s.text.split_whitespace()).collect();
    assert_eq!(text.join(" "), format!("{HEADING} {VERSE}"));

    let scenes = [HEADING, VERSE].map(|text| SceneEdit { text: text.into(), ..SceneEdit::default() });
    let storyboard = api.put_storyboard(&project.id, storyboard.revision, &scenes).await?;
    assert_eq!(storyboard.scenes.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(), [HEADING, VERSE]);

    let quote = api.quote(&project.id, Some(DRAFT)).await?;
    assert!(quote.fits && quote.reused_steps == 0, "{quote:?}");
    assert_eq!(person.held().await?, 0.0, "a quote costs nothing");

    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(api, &job, minutes(4)).await?;
    assert_eq!((job.progress.percent, job.progress.left_s), (100, Some(0)));
    let video = job.video.context("a job that is done has a video")?;

    check_film(&person, &video).await?;
    check_captions(&person, &video).await?;
    let charged = check_receipt(&person, &job.id, &quote.images).await?;

    // A second render reuses every artefact: nothing is made and nothing is charged.
    let quote = api.quote(&project.id, Some(DRAFT)).await?;
    assert_eq!((quote.reused_steps, quote.images, quote.cost_micro_usd), (quote.steps, 0, 0));
    let again = api.render(&project.id, Some(DRAFT), None).await?;
    let again = wait_for_job(api, &again, minutes(2)).await?;
    let receipt = api.receipt(&again.id).await?;
    assert!(receipt.steps.iter().all(|step| step.reused), "{:?}", receipt.steps);
    assert_eq!(amounts(&receipt.totals), (0, 0, 0));
    assert_eq!(person.usage_totals().await?, charged);
    Ok(())
}

async fn check_film(person: &TestUser, video: &str) -> Result<()> {
    let api = &person.api;
    let facts = api.video(video).await?;
    let download = api.download(video).await?;
    assert!(download.file_name.ends_with(".mp4"), "{}", download.file_name);
    // A presigned URL needs no access token.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("film.mp4");
    let bytes = api.fetch(&download.url, &file).await?;
    assert_eq!(bytes, facts.bytes);

    let film = Film::read(&std::fs::read(&file)?)?;
    assert!(film.picture_codec.starts_with("avc1.64"), "H.264 High, not {}", film.picture_codec);
    assert_eq!((film.sound_codec.as_str(), film.sound_rate), ("mp4a.40.2", 48_000));
    assert!(film.starts_fast, "the index stands before the data");
    assert_eq!((u32::from(film.width), u32::from(film.height)), (facts.width, facts.height));
    assert_eq!(film.height, 480);
    let apart = (film.picture_ms - film.sound_ms).abs();
    assert!(apart <= film.frame_ms(), "picture and sound end {apart} ms apart: {film:?}");
    #[allow(clippy::cast_precision_loss, reason = "a few seconds")]
    let off = (film.picture_ms - facts.duration_ms as f64).abs();
    assert!(off <= film.frame_ms(), "the library says {} ms: {film:?}", facts.duration_ms);
    assert!((facts.loudness_lufs + 16.0).abs() <= 1.0, "{} LUFS", facts.loudness_lufs);
    assert!(facts.true_peak_dbtp <= -1.0, "{} dBTP", facts.true_peak_dbtp);
    assert_eq!(&api.thumbnail(video).await?[..3], [0xff, 0xd8, 0xff], "a JPEG");
    Ok(())
}

async fn check_captions(person: &TestUser, video: &str) -> Result<()> {
    let srt = person.api.captions(video, "srt").await?;
    let expected: Vec<&str> = HEADING.split(' ').chain(VERSE.split(' ')).collect();
    assert_eq!(words_of_srt(&srt), expected);
    assert!(person.api.captions(video, "vtt").await?.starts_with("WEBVTT\n"));
    for (file, accept, expected) in [
        ("captions.srt", "*/*", "application/x-subrip; charset=utf-8"),
        ("captions.srt", "text/plain", "text/plain; charset=utf-8"),
        ("captions.vtt", "*/*", "text/vtt; charset=utf-8"),
        ("thumbnail", "*/*", "image/jpeg"),
    ] {
        let call = person.api.call(Method::GET, &format!("/api/v1/videos/{video}/{file}"));
        let answer = call.header("accept", accept).send().await?;
        assert_eq!(answer.header("content-type"), Some(expected), "{file}, {accept}");
    }
    Ok(())
}

/// Checks that the receipt's totals are the sums of its steps, and that the usage counters equal the totals. Gives the
/// usage.
async fn check_receipt(person: &TestUser, job: &str, quoted_images: &u64) -> Result<Vec<(String, f64, f64)>> {
    let receipt = person.api.receipt(job).await?;
    let sum = |amount: fn(&StepReceipt) -> u64| receipt.steps.iter().map(amount).sum::<u64>();
    let sums = (sum(|s| s.images), sum(|s| s.speech_ms), sum(|s| s.render_ms));
    assert_eq!(amounts(&receipt.totals), sums);
    assert_eq!(receipt.totals.images, *quoted_images);
    assert!(receipt.steps.iter().all(|s| s.state == "done" && s.attempts >= 1 && !s.provider.is_empty()));
    assert!(
        receipt.steps.iter().filter(|s| s.id.starts_with("narration")).all(|s| s.provider == "espeak-ng")
    );

    for (metric, counted, unit) in
        [("images_count", sums.0, 1.0), ("tts_seconds", sums.1, 1e3), ("render_minutes", sums.2, 6e4)]
    {
        let usage = person.usage(metric).await?;
        #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
        let expected = counted as f64 / unit;
        assert!(counted > 0 && (usage.used - expected).abs() < ROUNDING, "{usage:?}, not {expected}");
        assert_eq!(usage.held, 0.0, "{usage:?}");
    }
    person.usage_totals().await
}

fn amounts(totals: &Totals) -> (u64, u64, u64) {
    (totals.images, totals.speech_ms, totals.render_ms)
}
