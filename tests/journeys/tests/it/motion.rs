//! How pictures move: chosen when a project is made or changed, and made anew for the clips alone.

use anyhow::Result;
use client::{Method, Project, StatusCode, StepKind};
use harness::{DRAFT, minutes, new_user, render_film, shared, wait_for_job};
use serde_json::{Value, json};

#[tokio::test]
async fn pictures_come_alive_without_being_made_or_spoken_again() -> Result<()> {
    let api = new_user(&shared()?).await?.api;
    let scenes = ["He leadeth me beside the still waters.", "The heavens declare the glory of God."];
    let (project, ..) = render_film(&api, &scenes).await?;
    assert_eq!(project.motion.as_deref(), Some("still"), "a new project has its shots and stays still");

    let path = format!("/api/v1/projects/{}", project.id);
    let living = json!({"revision": project.revision, "motion": "living"});
    let changed: Project = api.call(Method::PATCH, &path).json(&living).send().await?.json()?;
    assert_eq!(changed.motion.as_deref(), Some("living"));
    let quote = api.quote(&project.id, Some(DRAFT)).await?;
    assert_eq!((quote.images, quote.narration_seconds), (0, 0.0), "{quote:?}");
    let job = api.render(&project.id, Some(DRAFT), None).await?;
    let job = wait_for_job(&api, &job, minutes(4)).await?;
    for step in api.receipt(&job.id).await?.steps {
        assert_eq!(step.reused, !matches!(step.kind, StepKind::Clip | StepKind::Stitch), "{step:?}");
    }

    // Another change leaves it as it is, and what is no motion is refused.
    let titled = json!({"revision": changed.revision, "title": "Waters"});
    let titled: Project = api.call(Method::PATCH, &path).json(&titled).send().await?.json()?;
    assert_eq!(titled.motion.as_deref(), Some("living"));
    let wrong = json!({"revision": titled.revision, "motion": "dancing"});
    let refused = api.call(Method::PATCH, &path).json(&wrong).send().await?;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    let made = json!({"text": scenes[0], "motion": "living"});
    let made: Value = api.call(Method::POST, "/api/v1/projects").json(&made).send().await?.json()?;
    assert_eq!(made["motion"], "living");
    Ok(())
}
