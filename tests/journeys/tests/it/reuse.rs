//! Artefacts are reused: for another aspect ratio, another language, a second render of the same.

use anyhow::{Context as _, Result};
use client::{Method, NewProject, StepKind};
use harness::{DRAFT, VOICE, minutes, new_user, render_film, shared, wait_for_job};
use serde_json::json;

const SCENES: [&str; 2] = ["The LORD is my strength and song.", "He is become my salvation."];

#[tokio::test]
async fn another_shape_speaks_with_the_same_voice() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let (project, ..) = render_film(&api, &SCENES).await?;
    let path = format!("/api/v1/projects/{}", project.id);
    let change = json!({"revision": project.revision, "aspect": "9:16"});
    api.call(Method::PATCH, &path).json(&change).send().await?.success()?;

    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    let receipt = api.receipt(&job.id).await?;
    for step in &receipt.steps {
        let sounds = matches!(step.kind, StepKind::Narration | StepKind::Soundtrack);
        assert_eq!(step.reused, sounds, "{step:?}");
        assert_eq!(step.cost_micro_usd == 0, sounds, "{step:?}");
    }
    assert_eq!((receipt.totals.images, receipt.totals.speech_ms), (2, 0));
    let video = api.video(job.video.as_deref().context("no video")?).await?;
    assert!(video.height > video.width, "{video:?}");
    Ok(())
}

#[tokio::test]
async fn another_language_shows_the_same_pictures() -> Result<()> {
    let stack = shared()?;
    let person = new_user(&stack).await?;
    let api = &person.api;
    // The scenes are those of the automatic storyboard, because translators do not count scenes.
    let original = "Praise ye the LORD from the heavens, praise him in the heights above the hills and the sea.\n\n\
                    Praise ye him, sun and moon, praise him, all ye stars of light that shine in the night.";
    let original = api.create_project(&harness::text(original)).await?;
    assert!(original.scenes > 1, "one scene pairs up with one of anything");
    let job = api.render(&original.id, Some(DRAFT), None).await?;
    let first = wait_for_job(api, &job, minutes(4)).await?;
    let before = person.usage("images_count").await?.used;
    assert!(before >= 1.0, "no picture was made: {:?}", api.receipt(&first.id).await?);

    let text = "Alabad a Jehová desde los cielos, alabadle en las alturas sobre los montes y el mar azul.\n\n\
                Alabadle, sol y luna, alabadle, vosotras todas, lucientes estrellas que brilláis en la noche.";
    let translation = NewProject {
        text: Some(text.into()),
        language: Some("es".into()),
        voice: Some(VOICE.into()),
        pictures_of: Some(original.id.clone()),
        ..NewProject::default()
    };
    let spanish = api.create_project(&translation).await?;
    assert_eq!(api.quote(&spanish.id, Some(DRAFT)).await?.images, 0);
    let job = api.render(&spanish.id, Some(DRAFT), None).await?;
    let job = wait_for_job(api, &job, minutes(4)).await?;
    let receipt = api.receipt(&job.id).await?;
    for step in &receipt.steps {
        assert_eq!(step.reused, step.kind == StepKind::Image, "{step:?}");
    }
    assert_eq!(receipt.totals.images, 0);
    assert_eq!(person.usage("images_count").await?.used, before);

    // Another number of scenes is refused, and so is another tenant's project.
    let short = NewProject { text: Some("Amén.".into()), ..translation.clone() };
    let refused = api.create_project(&short).await;
    assert_eq!(refused.err().and_then(|e| e.problem().map(|p| p.status)), Some(422));
    let stranger = new_user(&stack).await?.api;
    let refused = stranger.create_project(&translation).await;
    assert_eq!(refused.err().and_then(|e| e.problem().map(|p| p.status)), Some(404));
    Ok(())
}

#[tokio::test]
async fn the_same_order_again_costs_nothing() -> Result<()> {
    let person = new_user(&shared()?).await?;
    let api = &person.api;
    let (project, first, _) = render_film(api, &SCENES).await?;
    let receipt = api.receipt(&first.id).await?;
    let sum: u64 = receipt.steps.iter().map(|step| step.cost_micro_usd).sum();
    assert_eq!(receipt.totals.cost_micro_usd, sum);
    assert!(receipt.steps.iter().all(|s| s.cost_micro_usd > 0 && s.failures.is_empty()), "{receipt:?}");
    let charged = person.usage_totals().await?;

    let again = api.render(&project.id, Some(DRAFT), None).await?;
    let again = wait_for_job(api, &again, minutes(2)).await?;
    let receipt = api.receipt(&again.id).await?;
    assert!(receipt.steps.iter().all(|step| step.reused && step.cost_micro_usd == 0), "{receipt:?}");
    assert_eq!(receipt.totals, client::Totals::default());
    assert_eq!(person.usage_totals().await?, charged);
    Ok(())
}
