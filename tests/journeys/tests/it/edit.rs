use std::collections::BTreeSet;

use anyhow::Result;
use client::SceneEdit;
use journeys::{DRAFT, film_of, finish, reader, shared, within};

#[tokio::test]
async fn editing_one_scene_renews_its_picture_its_clips_and_the_film_only() -> Result<()> {
    let stack = shared()?;
    let api = reader(&stack).await?.api;
    let scenes = ["The heavens declare thy glory.", "Day unto day uttereth speech.", "There is no language."];
    let (project, first, _) = film_of(&api, &scenes).await?;
    // What is equal is made once: pictures of scenes that look alike are one step.
    let whole = api.receipt(&first.id).await?;

    let storyboard = api.storyboard(&project.id).await?;
    let mut edits: Vec<SceneEdit> = storyboard.scenes.into_iter().map(SceneEdit::from).collect();
    edits[2].prompt = Some("a lighthouse above a calm sea at dusk".into());
    api.put_storyboard(&project.id, storyboard.revision, &edits).await?;

    let quote = api.quote(&project.id, Some(DRAFT)).await?;
    assert_eq!(quote.images, 1, "an edit of one scene quotes one scene: {quote:?}");
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = finish(&api, &job, within(4)).await?;
    let receipt = api.receipt(&job.id).await?;
    let renewed: BTreeSet<&str> =
        receipt.steps.iter().filter(|step| !step.reused).map(|step| step.id.as_str()).collect();
    // The clip before the edited scene shows its picture in the crossfade at its end.
    let image = receipt.steps.iter().rfind(|s| s.id.starts_with("image")).map_or("", |s| s.id.as_str());
    assert_eq!(renewed, BTreeSet::from([image, "clip-0001", "clip-0002", "stitch-0000"]));
    assert_eq!(receipt.totals.images, 1);
    assert_eq!(receipt.totals.speech_ms, 0, "no word was spoken again");
    assert!(receipt.totals.render_ms < whole.totals.render_ms);
    Ok(())
}
