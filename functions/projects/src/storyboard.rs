//! `/api/v1/projects/{id}/storyboard`: reading and editing scenes, without changing a word of the text.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use edge::{
    Answer, Caller, Code, IdempotencyHeader, Idempotent, Json, JsonOfStored, Path, Problem, Router, routes,
};
use film_reading::{Kind, Reading, Shown};
use futures_util::{StreamExt as _, stream};
use garde::Validate;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use storyboard::{
    About, Description, Fit, Focus, Keyword, LONGEST_PAUSE_MS, MOST_KEYWORDS, Prompt, Scene, SceneEdit,
    UploadId,
};
use studio::{Lexicon, Manuscript, Project, ProjectId, Reader, UploadedPictureError, speech_ms};
use tenancy::{ContentHash, TenantId};
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
    /// The id of the project.
    project: ProjectId,
    /// The revision of the project that the storyboard belongs to.
    revision: u64,
    /// The verses of the text, which no edit may change.
    verses: Vec<VerseView>,
    /// What is shown and spoken, in order.
    scenes: Vec<SceneView>,
}

/// One line or sentence of the text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verse)]
struct VerseView {
    /// The words of the verse.
    text: String,
    /// The SHA-256 hash of its words, joined by single spaces.
    sha256: ContentHash,
}

/// One picture and the words spoken over it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Scene)]
struct SceneView {
    /// The position of the scene, counted from zero.
    index: usize,
    /// The words of the scene.
    text: String,
    /// What the picture should show.
    prompt: String,
    /// The things that the picture shows, for painters without a language model.
    keywords: Vec<String>,
    /// The seed of the picture: another seed makes another picture of the same subject.
    #[schema(format = "uint32")]
    seed: u32,
    /// How long the picture stays after the last word, in milliseconds.
    pause_ms: u32,
    /// An uploaded picture to show instead of a generated one.
    image: Option<UploadId>,
    /// The point of the uploaded picture that stays in view, where the scene has one.
    focus: Option<FocusPoint>,
    /// The estimated time to speak the words, in milliseconds.
    estimate_ms: u32,
    /// All that is said, where it differs from the words: numbers and references in words, each line once or as often as
    /// it is sung. Empty where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_as: Option<String>,
    /// What is said otherwise than written or not at all, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rewrites: Vec<RewriteView>,
    /// Words that no voice reads, which are silent. A film about a text with such words should not be published.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadView>,
    /// What captions show, where something is left out of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<String>,
}

/// Words and what is said for them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rewrite)]
struct RewriteView {
    /// The words as they are written.
    written: String,
    /// What is said; null for what is silent.
    spoken: Option<String>,
    /// Why, for example `reference`, `verse_number`, `emoji` or `lexicon`.
    kind: Kind,
}

/// Words that no voice reads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadWords)]
struct UnreadView {
    /// The words.
    written: String,
    /// Their script, an ISO 15924 code such as `Syrc`.
    script: String,
    /// Whether the text's language is written with them. Then no film is rendered with a voice.
    own_script: bool,
}

/// New scenes for the same text.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "revision": 1,
    "scenes": [{"text": "The LORD is my shepherd; I shall not want.", "pause_ms": 900}],
})))]
struct NewStoryboard {
    /// The revision of the project that the edit is based on; another one is refused.
    revision: u64,
    /// The scenes, in order. Their words together must be those of the project's text.
    #[garde(length(min = 1, max = 2000), dive)]
    #[schema(min_items = 1, max_items = 2000)]
    scenes: Vec<NewScene>,
}

/// A scene of a new storyboard. What is left out is derived from its words or gets a default.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
struct NewScene {
    /// The words of the scene.
    #[garde(length(chars, min = 1))]
    #[schema(min_length = 1)]
    text: String,
    /// What the picture should show.
    prompt: Option<Prompt>,
    /// The things that the picture shows.
    #[garde(inner(length(max = MOST_KEYWORDS)))]
    #[schema(max_items = 12)]
    keywords: Option<Vec<Keyword>>,
    /// The seed of the picture: another seed makes another picture of the same subject.
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    seed: Option<u32>,
    /// How long the picture stays after the last word, in milliseconds.
    #[garde(inner(range(max = LONGEST_PAUSE_MS)))]
    #[schema(maximum = 15000)]
    pause_ms: Option<u32>,
    /// An uploaded picture to show instead of a generated one.
    image: Option<UploadId>,
    /// The point of the uploaded picture that must stay in view: it is cropped about this point, and the camera moves
    /// about it. Without one, a picture whose shape differs much from the frame's (by more than 1.35) is shown whole,
    /// over its own blurred copy, and others are cropped about their middle. Only for a scene with an `image`.
    #[garde(dive)]
    focus: Option<FocusPoint>,
    /// Ignored. It is accepted because GET returns it, so that a client can edit that answer and send it back.
    #[serde(rename = "index")]
    _index: Option<usize>,
    /// Ignored, as `index`.
    #[serde(rename = "estimate_ms")]
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    _estimate_ms: Option<u32>,
    /// Ignored, as `index`.
    #[serde(rename = "read_as")]
    #[schema(value_type = Option<String>)]
    _read_as: Option<IgnoredAny>,
    /// Ignored, as `index`.
    #[serde(rename = "rewrites")]
    #[schema(value_type = Option<Vec<Object>>)]
    _rewrites: Option<IgnoredAny>,
    /// Ignored, as `index`.
    #[serde(rename = "unread")]
    #[schema(value_type = Option<Vec<Object>>)]
    _unread: Option<IgnoredAny>,
    /// Ignored, as `index`.
    #[serde(rename = "shown")]
    #[schema(value_type = Option<String>)]
    _shown: Option<IgnoredAny>,
}

/// A point of a picture, as it is seen upright. Kept to a ten-thousandth.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
struct FocusPoint {
    /// From 0 at the left edge to 1 at the right edge.
    #[garde(range(min = 0.0, max = 1.0))]
    #[schema(minimum = 0.0, maximum = 1.0)]
    x: f64,
    /// From 0 at the top to 1 at the bottom.
    #[garde(range(min = 0.0, max = 1.0))]
    #[schema(minimum = 0.0, maximum = 1.0)]
    y: f64,
}

/// Shows a project's scenes and verses.
///
/// It shows for each scene what is said and what captions show of it, by the choices of the project and by the lexicons
/// of project and account. Reads: three items (text and lexicons count by their size). Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{id}/storyboard",
    tag = "storyboards",
    params(("id" = ProjectId, Path, description = "The id of the project.")),
    responses((status = 200, description = "The storyboard.", body = StoryboardView))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<Json<StoryboardView>> {
    let tenant = &caller.tenant;
    let lexicon = async || Ok(app.studio.lexicon(tenant).await?);
    let ((project, manuscript), lexicon) = tokio::try_join!(app.project_with_text(tenant, &id), lexicon())?;
    Ok(Json(view(&project, &manuscript, &lexicon)))
}

/// Replaces the scenes of a project.
///
/// Scenes may be divided, joined and described differently, but no word of the text may change. Reads: three items; for
/// each uploaded picture that is shown for the first time up to two items, two HEAD requests, and one GET request of
/// its first 64 KiB (another GET, of 4 MiB, where more metadata than that stands before the size); for each that is
/// shown no longer one item. Writes: two items in one transaction; for each uploaded picture that is shown anew or no
/// longer one item or two, and the first time four items in one transaction.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{id}/storyboard",
    tag = "storyboards",
    params(("id" = ProjectId, Path, description = "The id of the project.")),
    request_body = NewStoryboard,
    responses(
        (status = 200, description = "The storyboard as it is now.", body = StoryboardView),
        (status = 409, description = "`conflict`: the project is at another `revision`."),
        (
            status = 422,
            description = "`invalid`, for example when an uploaded picture cannot be used, or \
                           `scripture_changed`: the scenes do not add up to the text, and `verse` says from \
                           where on."
        ),
    )
)]
async fn replace(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    JsonOfStored(new): JsonOfStored<NewStoryboard>,
) -> Answer<Json<StoryboardView>> {
    let (mut project, mut manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    check_revision(&project, new.revision)?;
    if let Some(index) = new.scenes.iter().position(|scene| scene.focus.is_some() && scene.image.is_none()) {
        let detail = "A focus is the point of an uploaded picture that stays in view. Name the picture in `image`, or \
                      leave the focus out.";
        return Err(Problem::invalid(&format!("scenes[{index}].focus"), detail));
    }
    manuscript.written_by = None;
    let shown_before = manuscript.storyboard.uploads();
    let edits = new.scenes.into_iter().map(|scene| SceneEdit {
        text: scene.text,
        prompt: scene.prompt.map(String::from),
        keywords: scene.keywords.map(|keywords| keywords.into_iter().map(String::from).collect()),
        seed: scene.seed,
        pause_ms: scene.pause_ms,
        image: scene.image,
        focus: scene.focus.map(|FocusPoint { x, y }| Focus::new(x, y)),
    });
    let style = &project.style;
    let about = About { title: &project.title, language: &style.language, tradition: style.tradition };
    let amended = manuscript.storyboard.amend(&manuscript.text, &about, edits.collect());
    manuscript.storyboard = amended.map_err(|changed| {
        let detail = format!(
            "Verse {} is not as it was given. Scenes may be divided and joined, but their words must be the text's, \
             in order.",
            changed.verse
        );
        Problem::new(Code::ScriptureChanged, detail).with("verse", changed.verse)
    })?;
    check_uploads(&app, &caller.tenant, &manuscript.storyboard.scenes, &shown_before).await?;
    let shown = manuscript.storyboard.uploads();
    let (tenant, edited_at) = (&caller.tenant, project.updated_at);
    let recorded = app.uploads.show(tenant, &project.id, edited_at, &shown_before, &shown).await;
    recorded.map_err(|error| assets::shown_problem(error, "image", &app.frontend))?;
    replace_storyboard(&app, &caller.tenant, &mut project, &manuscript).await?;
    let lexicon = app.studio.lexicon(&caller.tenant).await?;
    Ok(Json(view(&project, &manuscript, &lexicon)))
}

/// The path parameters of one scene.
#[derive(Debug, Deserialize)]
struct OneScene {
    id: ProjectId,
    scene: usize,
}

/// A request for another picture.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"revision": 1})))]
struct Regeneration {
    /// The revision of the project that the request is based on; another one is refused.
    revision: u64,
}

/// Gives a scene another picture of the same subject.
///
/// The seed of the scene changes; the picture is made, and charged, with the next render. With a key that is tried
/// again, the seed changes once. Reads: three items. Writes: two items in one transaction.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/scenes/{scene}/regenerate",
    tag = "storyboards",
    params(
        ("id" = ProjectId, Path, description = "The id of the project."),
        ("scene" = usize, Path, description = "The position of the scene, counted from zero.", maximum = 1999),
        IdempotencyHeader
    ),
    request_body = Regeneration,
    responses(
        (status = 200, description = "The storyboard as it is now.", body = StoryboardView),
        (status = 409, description = "`conflict`: the project is at another `revision`."),
        (status = 422, description = "`invalid`: the scene shows an uploaded picture."),
    )
)]
async fn regenerate(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(OneScene { id, scene }): Path<OneScene>,
    request: Idempotent,
    Json(Regeneration { revision }): Json<Regeneration>,
) -> Answer<Json<StoryboardView>> {
    let (mut project, mut manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    if scene >= manuscript.storyboard.scenes.len() {
        return Err(Problem::not_found("scene"));
    }
    let lexicon = app.studio.lexicon(&caller.tenant).await?;
    if request.is_retry && manuscript.written_by == Some(request.id) {
        return Ok(Json(view(&project, &manuscript, &lexicon)));
    }
    check_revision(&project, revision)?;
    if !manuscript.storyboard.repaint(scene) {
        let detail =
            "The scene shows a picture of your own. Take it out of the storyboard to have one painted.";
        return Err(Problem::invalid_parameter("scene", detail));
    }
    manuscript.written_by = Some(request.id);
    replace_storyboard(&app, &caller.tenant, &mut project, &manuscript).await?;
    Ok(Json(view(&project, &manuscript, &lexicon)))
}

/// Stores a changed storyboard as the next revision of the project.
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

/// How many uploads are checked at the same time: enough for a long storyboard within the 30 s that API Gateway waits,
/// with at most 64 MiB in memory.
const CONCURRENT_PROBES: usize = 16;

/// Checks every upload that the scenes name and that was not `shown_before`, each once, with a 422 problem at the first
/// scene whose picture is missing or cannot be used. One that was shown before was checked then, and cannot be
/// replaced.
async fn check_uploads(
    app: &App,
    tenant: &TenantId,
    scenes: &[Scene],
    shown_before: &BTreeSet<UploadId>,
) -> Result<(), Problem> {
    let mut first_scenes = BTreeMap::new();
    let named = scenes.iter().enumerate().filter_map(|(index, scene)| Some((index, scene.image?)));
    for (index, upload) in named.filter(|(_, upload)| !shown_before.contains(upload)) {
        first_scenes.entry(upload).or_insert(index);
    }
    let probes = first_scenes.into_iter().map(async |(upload, scene)| {
        let probed = studio::probe_upload(&app.bucket, tenant, upload).await;
        probed.map(drop).map_err(|error| (scene, error))
    });
    let refused =
        stream::iter(probes).buffer_unordered(CONCURRENT_PROBES).filter_map(async |probed| probed.err());
    match refused.collect::<Vec<_>>().await.into_iter().min_by_key(|(scene, _)| *scene) {
        None => Ok(()),
        Some((_, UploadedPictureError::Bucket(error))) => Err(bucket_problem(error)),
        Some((scene, error)) => Err(Problem::invalid(&format!("scenes[{scene}].image"), error.to_string())),
    }
}

fn view(project: &Project, manuscript: &Manuscript, account: &Lexicon) -> StoryboardView {
    let reader = Reader::new(&project.style, &manuscript.lexicon, account);
    let text =
        |span: &std::ops::Range<usize>| manuscript.text.get(span.clone()).unwrap_or_default().to_owned();
    let (board, style) = (&manuscript.storyboard, &project.style);
    let verses = board.verses.iter().map(|v| VerseView { text: text(&v.span), sha256: v.sha256 });
    let scenes = board.scenes.iter().enumerate().map(|(index, scene)| {
        let Description { prompt, keywords } =
            scene.description(&manuscript.text, &style.language, style.tradition);
        let text = text(&scene.span);
        let reading = reader.read(&text);
        SceneView {
            index,
            estimate_ms: speech_ms(&text, &reading),
            read_as: (!reading.is_as_written()).then(|| reading.spoken()).filter(|spoken| *spoken != text),
            rewrites: rewrites(&text, &reading),
            unread: unread(&text, &reading),
            shown: (!reading.hidden.is_empty())
                .then(|| Shown::new(&text, &reading.hidden, &reading.sung()).text),
            text,
            prompt,
            keywords,
            seed: scene.seed,
            pause_ms: scene.pause_ms,
            image: scene.image,
            focus: match scene.fit {
                Some(Fit::About(focus)) => Some(FocusPoint { x: focus.x(), y: focus.y() }),
                Some(Fit::Whole) | None => None,
            },
        }
    });
    StoryboardView {
        project: project.id,
        revision: project.revision,
        verses: verses.collect(),
        scenes: scenes.collect(),
    }
}

fn rewrites(text: &str, reading: &Reading) -> Vec<RewriteView> {
    let told = reading.read_as(text).into_iter();
    told.map(|one| RewriteView { written: one.written, spoken: one.spoken, kind: one.kind }).collect()
}

fn unread(text: &str, reading: &Reading) -> Vec<UnreadView> {
    let unread = reading.unread.iter().map(|unread| UnreadView {
        written: text.get(unread.written.clone()).unwrap_or_default().to_owned(),
        script: unread.script.clone(),
        own_script: unread.own_script,
    });
    unread.collect()
}
