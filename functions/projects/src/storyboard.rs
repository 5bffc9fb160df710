//! `/api/v1/projects/{id}/storyboard`: scenes read and edited, under the scripture lock.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::routing::get;
use edge::{Answer, Caller, Code, Json, Path, Problem, Router};
use garde::Validate;
use serde::{Deserialize, Serialize};
use studio::{LONGEST_PAUSE_MS, Manuscript, Project, ProjectId, SceneEdit, UploadId, segment};
use tenancy::{ContentHash, ObjectKey, TenantId};

use crate::app::{App, bucket_problem};
use crate::assets;
use crate::projects::{check_revision, check_size};

pub fn routes() -> Router<App> {
    Router::new().route("/api/v1/projects/{id}/storyboard", get(read).put(replace))
}

#[derive(Debug, Serialize)]
struct StoryboardView {
    project: ProjectId,
    revision: u64,
    verses: Vec<VerseView>,
    scenes: Vec<SceneView>,
}

#[derive(Debug, Serialize)]
struct VerseView {
    text: String,
    sha256: ContentHash,
}

#[derive(Debug, Serialize)]
struct SceneView {
    index: usize,
    text: String,
    prompt: String,
    keywords: Vec<String>,
    seed: u32,
    pause_ms: u32,
    image: Option<UploadId>,
    /// How long the words take to speak, estimated.
    estimate_ms: u32,
}

#[derive(Debug, Deserialize, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
struct NewStoryboard {
    revision: u64,
    #[garde(length(min = 1, max = 2000), dive)]
    scenes: Vec<NewScene>,
}

#[derive(Debug, Deserialize, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
struct NewScene {
    #[garde(length(chars, min = 1))]
    text: String,
    #[garde(inner(length(chars, min = 1, max = 1000)))]
    prompt: Option<String>,
    #[garde(inner(length(max = 12), inner(length(chars, min = 1, max = 40))))]
    keywords: Option<Vec<String>>,
    seed: Option<u32>,
    #[garde(inner(range(max = LONGEST_PAUSE_MS)))]
    pause_ms: Option<u32>,
    image: Option<UploadId>,
    // What GET shows besides, so that its answer can be sent back edited.
    #[serde(rename = "index")]
    _index: Option<usize>,
    #[serde(rename = "estimate_ms")]
    _estimate_ms: Option<u32>,
}

/// The scenes and verses. Cost: two reads (the text counts by its size).
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<Json<StoryboardView>> {
    let (project, manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    Ok(Json(view(&project, &manuscript)))
}

/// Divides, joins and describes scenes. No word of the text may change. Cost: two reads, two writes in
/// one transaction, one HEAD for each own picture.
async fn replace(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Json(new): Json<NewStoryboard>,
) -> Answer<Json<StoryboardView>> {
    let (mut project, mut manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    check_revision(&project, new.revision)?;
    let uploads: BTreeSet<UploadId> = new.scenes.iter().filter_map(|scene| scene.image).collect();
    for upload in uploads {
        check_upload(&app, &caller.tenant, upload).await?;
    }
    let edits = new.scenes.into_iter().map(|scene| SceneEdit {
        text: scene.text,
        prompt: scene.prompt,
        keywords: scene.keywords,
        seed: scene.seed,
        pause_ms: scene.pause_ms,
        image: scene.image,
    });
    let style = &project.style;
    let amended =
        manuscript.storyboard.amend(&manuscript.text, &style.language, style.tradition, edits.collect());
    manuscript.storyboard = amended.map_err(|changed| {
        let detail = format!("Verse {} is not as it was given. Scenes may be divided and joined, but their words must be the text's, in order.", changed.verse);
        Problem::new(Code::ScriptureChanged, detail).with("verse", changed.verse)
    })?;
    project.scenes = manuscript.storyboard.scenes.len();
    project.revision += 1;
    project.updated_at = cloud::clock::now();
    check_size(&manuscript)?;
    app.studio.replace_project(&caller.tenant, &project, Some(&manuscript)).await?;
    Ok(Json(view(&project, &manuscript)))
}

/// An upload is used only after a look at what really arrived.
async fn check_upload(app: &App, tenant: &TenantId, upload: UploadId) -> Result<(), Problem> {
    let key = ObjectKey::upload(tenant, upload.uuid());
    let head = app.bucket.head(&key).await.map_err(bucket_problem)?;
    match head {
        Some(head) if head.bytes <= assets::LARGEST_IMAGE && assets::is_image(&head.content_type) => Ok(()),
        Some(_) => Err(Problem::invalid("image", "The upload is no PNG or JPEG of at most 20 MB.")),
        None => {
            Err(Problem::invalid("image", format!("There is no upload {upload}, or it has not arrived yet.")))
        }
    }
}

fn view(project: &Project, manuscript: &Manuscript) -> StoryboardView {
    let text =
        |span: &std::ops::Range<usize>| manuscript.text.get(span.clone()).unwrap_or_default().to_owned();
    let board = &manuscript.storyboard;
    let verses = board.verses.iter().map(|v| VerseView { text: text(&v.span), sha256: v.sha256 });
    let scenes = board.scenes.iter().enumerate().map(|(index, scene)| SceneView {
        index,
        estimate_ms: segment::speech_ms(&text(&scene.span)),
        text: text(&scene.span),
        prompt: scene.prompt.clone(),
        keywords: scene.keywords.clone(),
        seed: scene.seed,
        pause_ms: scene.pause_ms,
        image: scene.image,
    });
    StoryboardView {
        project: project.id,
        revision: project.revision,
        verses: verses.collect(),
        scenes: scenes.collect(),
    }
}
