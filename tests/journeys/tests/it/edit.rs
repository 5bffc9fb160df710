//! Editing a project that was rendered: only the steps that the edit affects run again.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context as _, Result};
use client::{Api, ApiResponse, Method, SceneEdit, StatusCode, StepKind};
use harness::{DRAFT, minutes, new_user, render_film, shared, wait_for_job};
use serde_json::{Value, json};

#[tokio::test]
async fn editing_one_scene_renews_its_picture_its_clips_and_the_film_only() -> Result<()> {
    let stack = shared()?;
    let api = new_user(&stack).await?.api;
    let scenes = ["The heavens declare thy glory.", "Day unto day uttereth speech.", "There is no language."];
    let (project, first, _) = render_film(&api, &scenes).await?;
    // Equal artefacts are made once: scenes with equal pictures share one step.
    let whole = api.receipt(&first.id).await?;

    let storyboard = api.storyboard(&project.id).await?;
    let mut edits: Vec<SceneEdit> = storyboard.scenes.into_iter().map(SceneEdit::from).collect();
    edits[2].prompt = Some("a lighthouse above a calm sea at dusk".into());
    api.put_storyboard(&project.id, storyboard.revision, &edits).await?;

    let quote = api.quote(&project.id, Some(DRAFT)).await?;
    assert_eq!(quote.images, 1, "an edit of one scene quotes one scene: {quote:?}");
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    let receipt = api.receipt(&job.id).await?;
    let renewed: BTreeSet<&str> =
        receipt.steps.iter().filter(|step| !step.reused).map(|step| step.id.as_str()).collect();
    // The clip before the edited scene ends with a crossfade to the new picture.
    let image = receipt.steps.iter().rfind(|s| s.id.starts_with("image")).map_or("", |s| s.id.as_str());
    assert_eq!(renewed, BTreeSet::from([image, "clip-0001", "clip-0002", "stitch-0000"]));
    assert_eq!(receipt.totals.images, 1);
    assert_eq!(receipt.totals.speech_ms, 0, "no word was spoken again");
    assert!(receipt.totals.render_ms < whole.totals.render_ms);
    Ok(())
}

#[tokio::test]
async fn editing_one_of_twenty_scenes_costs_a_fraction_of_the_film() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let things = [
        "heavens",
        "waters",
        "mountains",
        "fields",
        "rivers",
        "stars",
        "forests",
        "deserts",
        "gardens",
        "seas",
        "valleys",
        "clouds",
        "fountains",
        "islands",
        "harvests",
        "lilies",
        "sparrows",
        "cedars",
        "lambs",
        "dawns",
    ];
    let scenes = things.map(|thing| format!("All ye {thing}, bless the Lord, and praise his name for ever."));
    let edits: Vec<SceneEdit> =
        scenes.iter().map(|text| SceneEdit { text: text.clone(), ..SceneEdit::default() }).collect();
    let project = api.create_project(&harness::text(&scenes.join("\n\n"))).await?;
    let storyboard = api.put_storyboard(&project.id, project.revision, &edits).await?;
    let begun = Instant::now();
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(8)).await?;
    let whole_took = begun.elapsed();
    let whole = api.receipt(&job.id).await?;
    assert_eq!(whole.totals.images, 20, "twenty pictures");

    // Another picture and a longer pause: all that can be edited of a scene, because its words are locked.
    let mut edits: Vec<SceneEdit> = storyboard.scenes.into_iter().map(SceneEdit::from).collect();
    let edited = edits.get_mut(10).context("no eleventh scene")?;
    edited.prompt = Some("a lighthouse above a calm sea at dusk".into());
    edited.pause_ms = Some(900);
    api.put_storyboard(&project.id, storyboard.revision, &edits).await?;
    let begun = Instant::now();
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    let took = begun.elapsed();
    let receipt = api.receipt(&job.id).await?;
    let run: Vec<&str> = receipt.steps.iter().filter(|s| !s.reused).map(|s| s.id.as_str()).collect();

    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let ratio = |of: u64, to: u64| of as f64 / to as f64;
    let wall = took.as_secs_f64() / whole_took.as_secs_f64();
    let totals = [
        ("pictures", receipt.totals.images, whole.totals.images),
        ("film", receipt.totals.render_ms, whole.totals.render_ms),
        ("cost", receipt.totals.cost_micro_usd, whole.totals.cost_micro_usd),
    ];
    eprintln!("edit of one of twenty scenes: {} of {} steps run: {run:?}", run.len(), receipt.steps.len());
    eprintln!("wall time {wall:.3} ({:.1} s of {:.1} s)", took.as_secs_f64(), whole_took.as_secs_f64());
    for (name, of, to) in totals {
        eprintln!("{name} {:.3} ({of} of {to})", ratio(of, to));
    }
    assert!(run.len() <= 5, "{run:?}");
    assert_eq!(receipt.totals.speech_ms, 0);
    assert!(totals[..2].iter().all(|(_, of, to)| ratio(*of, *to) <= 0.15), "{totals:?}");
    Ok(())
}

#[tokio::test]
async fn another_picture_is_made_for_one_scene_and_only_a_rendered_film_is_stitched() -> Result<()> {
    let stack = shared()?;
    let api = new_user(&stack).await?.api;
    let (project, ..) = render_film(&api, &["The LORD reigneth.", "Let the earth rejoice."]).await?;
    let path = format!("/api/v1/projects/{}", project.id);
    let titled = json!({"revision": project.revision, "title": "Psalm 97"});
    let titled: Value = api.call(Method::PATCH, &path).json(&titled).send().await?.json()?;

    // Another title needs another MP4, and no other clip.
    let stitched = stitch(&api, &path).await?;
    assert_eq!(stitched.status, StatusCode::ACCEPTED, "{}", stitched.text());
    let job = wait_for_job(&api, &stitched.json()?, minutes(4)).await?;
    for step in api.receipt(&job.id).await?.steps {
        assert_eq!(step.reused, step.kind != StepKind::Stitch, "{step:?}");
    }

    let before = api.storyboard(&project.id).await?;
    let seen = json!({"revision": titled["revision"]});
    let again = |scene: usize, seen: &Value| {
        api.call(Method::POST, &format!("{path}/scenes/{scene}/regenerate")).json(seen).send()
    };
    assert_eq!(again(2, &seen).await?.status, StatusCode::NOT_FOUND);
    again(1, &seen).await?.success()?;
    assert_eq!(again(1, &seen).await?.status, StatusCode::CONFLICT, "it was seen before that");
    let after = api.storyboard(&project.id).await?;
    assert_eq!(before.scenes[0].seed, after.scenes[0].seed);
    assert_ne!(before.scenes[1].seed, after.scenes[1].seed);
    assert_eq!(api.quote(&project.id, Some(DRAFT)).await?.images, 1);

    let jobs = api.jobs().await?.items.len();
    let refused = stitch(&api, &path).await?;
    let problem = refused.problem().context("no problem")?;
    assert_eq!((problem.status, problem.code.as_str()), (409, "not_rendered"), "{}", refused.text());
    assert_eq!(api.jobs().await?.items.len(), jobs, "nothing was begun");
    Ok(())
}

async fn stitch(api: &Api, project: &str) -> Result<ApiResponse> {
    let path = format!("{project}/render/stitch");
    Ok(api.call(Method::POST, &path).json(&json!({"resolution": DRAFT})).send().await?)
}
