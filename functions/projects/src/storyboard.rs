//! `/api/v1/projects/{id}/storyboard`: scenes read and edited, under the scripture lock.

use std::collections::BTreeSet;

use axum::extract::State;
use edge::{Answer, Caller, Code, Json, Path, Problem, Router, routes};
use garde::Validate;
use serde::{Deserialize, Serialize};
use storyboard::{LONGEST_PAUSE_MS, SceneEdit, UploadId, segmentation};
use studio::{Manuscript, Project, ProjectId};
use tenancy::{ContentHash, ObjectKey, TenantId};
use utoipa::ToSchema;

use crate::app::{App, bucket_problem};
use crate::assets;
use crate::projects::{check_revision, check_size};

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(read, replace)).routes(routes!(regenerate))
}

/// A text divided into scenes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Storyboard)]
struct StoryboardView {
    /// The project.
    project: ProjectId,
    /// The project's revision that it belongs to.
    revision: u64,
    /// The lock on the text.
    verses: Vec<VerseView>,
    /// What is shown and spoken, in order.
    scenes: Vec<SceneView>,
}

/// One line or sentence of the text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verse)]
struct VerseView {
    /// Its words.
    text: String,
    /// SHA-256 of its words.
    sha256: ContentHash,
}

/// One picture and the words spoken over it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Scene)]
struct SceneView {
    /// Counted from zero.
    index: usize,
    /// The words.
    text: String,
    /// What the picture should show.
    prompt: String,
    /// What the picture is made of, for painters without a language model.
    keywords: Vec<String>,
    /// Other seeds make other pictures.
    #[schema(format = "uint32")]
    seed: u32,
    /// How long the picture stays after the last word, milliseconds.
    pause_ms: u32,
    /// A picture of one's own instead of a painted one.
    image: Option<UploadId>,
    /// How long the words take to speak, estimated, milliseconds.
    estimate_ms: u32,
}

/// Other scenes for the same text.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "revision": 1,
    "scenes": [{"text": "The LORD is my shepherd; I shall not want.", "pause_ms": 900}],
})))]
struct NewStoryboard {
    /// The project's revision that it was made from.
    revision: u64,
    /// Their words together are the project's text.
    #[garde(length(min = 1, max = 2000), dive)]
    #[schema(min_items = 1, max_items = 2000)]
    scenes: Vec<NewScene>,
}

/// A scene as it should be. What is left out stays as it was, or is chosen where the scene is new.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
struct NewScene {
    /// The words.
    #[garde(length(chars, min = 1))]
    #[schema(min_length = 1)]
    text: String,
    /// What the picture should show.
    #[garde(inner(length(chars, min = 1, max = 1000)))]
    #[schema(min_length = 1, max_length = 1000)]
    prompt: Option<String>,
    /// What the picture is made of, each of 1 to 40 characters.
    #[garde(inner(length(max = 12), inner(length(chars, min = 1, max = 40))))]
    #[schema(max_items = 12, value_type = Option<Vec<Keyword>>)]
    keywords: Option<Vec<String>>,
    /// Other seeds make other pictures.
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    seed: Option<u32>,
    /// How long the picture stays after the last word, milliseconds.
    #[garde(inner(range(max = LONGEST_PAUSE_MS)))]
    #[schema(maximum = 15000)]
    pause_ms: Option<u32>,
    /// A picture of one's own instead of a painted one.
    image: Option<UploadId>,
    /// Not used: what GET shows besides, so that its answer can be sent back edited.
    #[serde(rename = "index")]
    _index: Option<usize>,
    /// Not used, as `index`.
    #[serde(rename = "estimate_ms")]
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    _estimate_ms: Option<u32>,
}

/// What a picture is made of, in a word or two.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 40)]
#[allow(dead_code, reason = "it only describes")]
struct Keyword(String);

/// Shows a project's scenes and verses.
///
/// Reads: two items (the text counts by its size). Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{id}/storyboard",
    tag = "storyboards",
    params(("id" = ProjectId, Path, description = "Which project.")),
    responses((status = 200, description = "The storyboard.", body = StoryboardView))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<Json<StoryboardView>> {
    let (project, manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    Ok(Json(view(&project, &manuscript)))
}

/// Divides, joins and describes scenes.
///
/// No word of the text may change. Reads: two items, one HEAD for each picture of one's own. Writes: two
/// items in one transaction.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{id}/storyboard",
    tag = "storyboards",
    params(("id" = ProjectId, Path, description = "Which project.")),
    request_body = NewStoryboard,
    responses(
        (status = 200, description = "The storyboard as it is now.", body = StoryboardView),
        (status = 409, description = "The project is at another `revision`: `conflict`."),
        (
            status = 422,
            description = "`invalid`, or `scripture_changed`: the scenes do not add up to the text, and \
                           `verse` says from where on."
        ),
    )
)]
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
    replace_storyboard(&app, &caller.tenant, &mut project, &manuscript).await?;
    Ok(Json(view(&project, &manuscript)))
}

/// Which scene, of which project.
#[derive(Debug, Deserialize)]
struct OneScene {
    id: ProjectId,
    scene: usize,
}

/// Of which storyboard.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"revision": 1})))]
struct Regeneration {
    /// The project's revision that was seen.
    revision: u64,
}

/// Another picture for a scene.
///
/// Its seed changes; the picture is painted, and counted, with the next render. Reads: two items. Writes: two
/// items in one transaction.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/scenes/{scene}/regenerate",
    tag = "storyboards",
    params(
        ("id" = ProjectId, Path, description = "Which project."),
        ("scene" = usize, Path, description = "Which scene, counted from zero.", maximum = 1999),
    ),
    request_body = Regeneration,
    responses(
        (status = 200, description = "The storyboard as it is now.", body = StoryboardView),
        (status = 409, description = "The project is at another `revision`: `conflict`."),
        (status = 422, description = "`invalid`: the scene shows a picture of one's own."),
    )
)]
async fn regenerate(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(OneScene { id, scene }): Path<OneScene>,
    Json(Regeneration { revision }): Json<Regeneration>,
) -> Answer<Json<StoryboardView>> {
    let (mut project, mut manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    if scene >= manuscript.storyboard.scenes.len() {
        return Err(Problem::not_found("scene"));
    }
    check_revision(&project, revision)?;
    if !manuscript.storyboard.repaint(scene) {
        let detail =
            "The scene shows a picture of your own. Take it out of the storyboard to have one painted.";
        return Err(Problem::invalid("scene", detail));
    }
    replace_storyboard(&app, &caller.tenant, &mut project, &manuscript).await?;
    Ok(Json(view(&project, &manuscript)))
}

/// Keeps a changed storyboard as the project's next revision.
async fn replace_storyboard(
    app: &App,
    tenant: &TenantId,
    project: &mut Project,
    manuscript: &Manuscript,
) -> Result<(), Problem> {
    project.scenes = manuscript.storyboard.scenes.len();
    project.revision += 1;
    project.updated_at = cloud::clock::now();
    check_size(manuscript)?;
    Ok(app.studio.replace_project(tenant, project, Some(manuscript)).await?)
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
        estimate_ms: segmentation::speech_ms(&text(&scene.span)),
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
