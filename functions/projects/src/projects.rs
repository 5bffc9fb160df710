//! `/api/v1/projects`: projects and the storyboards that they start with.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use edge::{Answer, Caller, Code, IdempotencyHeader, Idempotent, Json, Path, Problem, Query, Router, routes};
use film_reading::ReadingChoices;
use film_vocabulary::{Aspect, LanguageTag, Tradition};
use futures_util::future::try_join;
use garde::Validate;
use http::{StatusCode, header};
use metering::max_projects;
use serde::Deserialize;
use storyboard::templates::{Template, TemplateId};
use storyboard::{About, LONGEST_TEXT, Storyboard, TextError, lexicon, templates, title_of};
use studio::{
    Lexicon, Manuscript, Motion, Music, NewReadingChoices, Project, ProjectCreation, ProjectId, Style, Title,
    VoiceName, edited,
};
use tenancy::{ContentHash, TenantContext};
use utoipa::ToSchema;

use crate::app::App;
use crate::assets::shown_problem;
use crate::narration::ProjectView;
use crate::page::{Cursor, Listed};

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(list, create)).routes(routes!(read, change, remove))
}

/// The voice that stands for the language's own, so that a change can go back to it.
const DEFAULT_VOICE: &str = "default";

/// A new project, made either from a text or from a template and its values. What is left out gets a default.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"text": "The LORD is my shepherd; I shall not want.", "title": "Psalm 23"})))]
struct NewProject {
    /// The text to speak and show.
    #[schema(min_length = 1, max_length = 50000)]
    text: Option<String>,
    /// The template to fill in.
    template: Option<TemplateId>,
    /// The values of the template's fields, by field name.
    #[serde(default)]
    values: BTreeMap<String, String>,
    /// The title; the text's first line, unless given.
    title: Option<Title>,
    /// The language as a BCP 47 tag, with an optional script and region. Unless given, the template's, else `en`.
    language: Option<LanguageTag>,
    /// The frame's shape; `16:9`, unless given.
    aspect: Option<Aspect>,
    /// The tradition that decides what pictures and music may be; derived from the words of the text, unless given.
    tradition: Option<Tradition>,
    /// The voice: its name, its provider, or both as in `hibari:heart`; `default` for the voice of the language; `none`
    /// for captions and music only, timed by how fast people read.
    voice: Option<VoiceName>,
    /// The pace of the voice, as a multiple of its own.
    #[garde(inner(range(min = 0.7, max = 1.3)))]
    #[schema(minimum = 0.7, maximum = 1.3)]
    pace: Option<f32>,
    /// The music under the voice.
    #[serde(default)]
    music: Music,
    /// The seed of the pictures: another seed makes other pictures of the same text.
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    seed: Option<u32>,
    /// What is read, shown and left out of the text.
    #[serde(default)]
    reading: NewReadingChoices,
    /// How pictures move; `still`, unless given.
    motion: Option<Motion>,
    /// Another project with the same number of scenes, for example in another language, whose pictures this one shows.
    /// Each scene takes the other's prompt, keywords, seed and uploaded picture; shape, tradition, seed
    /// and motion are the other's too, unless given. Pictures that were rendered already are used again.
    pictures_of: Option<ProjectId>,
}

/// A change of how a project looks and sounds. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"revision": 1, "title": "Psalm 23"})))]
struct ProjectChange {
    /// The revision that the change is based on; another one is refused.
    revision: u64,
    /// The title.
    title: Option<Title>,
    /// The language of the text as a BCP 47 tag, with an optional script and region. Prompts and keywords that were
    /// derived from the words are derived anew; those that a person wrote stay.
    language: Option<LanguageTag>,
    /// The frame's shape.
    aspect: Option<Aspect>,
    /// The tradition that decides what pictures and music may be.
    tradition: Option<Tradition>,
    /// The voice: its name, its provider, or both as in `hibari:heart`; `default` for the voice of the language; `none`
    /// for captions and music only, timed by how fast people read.
    voice: Option<VoiceName>,
    /// The pace of the voice, as a multiple of its own.
    #[garde(inner(range(min = 0.7, max = 1.3)))]
    #[schema(minimum = 0.7, maximum = 1.3)]
    pace: Option<f32>,
    /// The music under the voice.
    music: Option<Music>,
    /// The seed of the pictures: another seed makes other pictures of the same text.
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    seed: Option<u32>,
    /// What is read, shown and left out of the text. Only scenes whose spoken words change are spoken anew.
    #[serde(default)]
    reading: NewReadingChoices,
    /// How pictures move. A project from before there was a choice keeps one camera move over each scene until it is
    /// given one.
    motion: Option<Motion>,
}

/// Creates a project and its storyboard.
///
/// It is made from a text, or from a template and its values. `narration` says who speaks it and how well, `notices`
/// what to look at before a film is made: a language without a voice or with a draft only, words that no voice reads, a
/// text that seems to be in another language. With a key that is tried again, the project that was made already is
/// given. Reads: one item, with `pictures_of` two more and one for each uploaded picture. Writes: three items in one
/// transaction, with `pictures_of` one more for each uploaded picture. The account's first project also costs a read, a
/// query and two writes.
#[utoipa::path(
    post,
    path = "/api/v1/projects",
    tag = "projects",
    params(IdempotencyHeader),
    request_body = NewProject,
    responses(
        (
            status = 201,
            description = "The project.",
            body = ProjectView,
            headers(("Location" = String, description = "The path of the project."))
        ),
        (status = 404, description = "There is no project `pictures_of`."),
        (status = 409, description = "`too_many`: the account has `limit` projects, as many as its plan allows."),
        (
            status = 422,
            description = "`invalid`, or `unsupported_character`: no font here can show one, and `characters` \
                           lists which; for a character that was lost before the text was sent (U+FFFD) \
                           `position` says where."
        ),
    )
)]
async fn create(
    State(app): State<App>,
    Caller(caller): Caller,
    request: Idempotent,
    Json(new): Json<NewProject>,
) -> Answer<impl IntoResponse> {
    let id = ProjectId::from_uuid(request.id);
    if request.is_retry
        && let Some((project, manuscript)) = app.studio.project_with_text(&caller.tenant, &id).await?
    {
        let lexicon = app.studio.lexicon(&caller.tenant).await?;
        return Ok(created(project, &manuscript, &lexicon));
    }
    let (text, template) = text_of(&new)?;
    let original = match &new.pictures_of {
        Some(id) => Some(app.project_with_text(&caller.tenant, id).await?),
        None => None,
    };
    let look = original.as_ref().map(|(project, _)| &project.style);
    let language = new
        .language
        .map(String::from)
        .or_else(|| template.map(|t| t.language.clone()))
        .unwrap_or_else(|| "en".into());
    let tradition = new
        .tradition
        .or_else(|| look.map(|look| look.tradition))
        .or_else(|| template.map(|t| t.tradition))
        .unwrap_or_else(|| lexicon::tradition(&text, &language));
    let title = new.title.map_or_else(|| title_of(&text), String::from);
    let about = About { title: &title, language: &language, tradition };
    let mut storyboard = Storyboard::compose(&text, &about).map_err(|e| text_problem(&e))?;
    if let Some((_, original)) = &original {
        storyboard = under_pictures_of(storyboard, &original.storyboard)?;
    }
    let now = cloud::clock::now();
    // The seed is derived from the text, so that the same text gets the same pictures every time.
    let seed = new.seed.or_else(|| look.map(|look| look.seed));
    #[allow(clippy::cast_possible_truncation, reason = "any 32 bits of the hash do as a seed")]
    let seed = seed.unwrap_or_else(|| ContentHash::of(text.as_bytes()).seed() as u32);
    let project = Project {
        id,
        title,
        style: Style {
            language,
            aspect: new.aspect.or_else(|| look.map(|look| look.aspect)).unwrap_or_default(),
            tradition,
            voice: new.voice.map(String::from).and_then(chosen_voice),
            pace: new.pace.unwrap_or(1.0),
            music: new.music,
            seed,
            reading: new.reading.over(ReadingChoices::default()),
            motion: Some(new.motion.or_else(|| look.and_then(|look| look.motion)).unwrap_or_default()),
        },
        template: template.map(|t| t.id.clone()),
        scenes: storyboard.scenes.len(),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    let manuscript = Manuscript { text, storyboard, lexicon: Vec::new(), written_by: None };
    check_size(&manuscript)?;
    // The pictures of another project may be uploads.
    let shown = manuscript.storyboard.uploads();
    let recorded = app.uploads.show(&caller.tenant, &project.id, now, &BTreeSet::new(), &shown).await;
    recorded.map_err(|error| shown_problem(error, "pictures_of", &app.frontend))?;
    // After the uploads began to be shown, so that a request which drops one of them knows that this one has ended.
    let now = cloud::clock::now();
    let project = Project { created_at: now, updated_at: now, ..project };
    // Before anything is written, so that no answer fails for what is there.
    let lexicon = app.studio.lexicon(&caller.tenant).await?;
    create_within_cap(&app, &caller, &project, &manuscript).await?;
    Ok(created(project, &manuscript, &lexicon))
}

fn created(project: Project, manuscript: &Manuscript, lexicon: &Lexicon) -> impl IntoResponse + use<> {
    let location = [(header::LOCATION, format!("/api/v1/projects/{}", project.id))];
    (StatusCode::CREATED, AppendHeaders(location), Json(ProjectView::new(project, manuscript, lexicon)))
}

// An alias without type parameters, because the path macro derives no schema for a generic type.
type Projects = Listed<Project>;

/// Lists the projects.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects",
    tag = "projects",
    params(Cursor<ProjectId>),
    responses((status = 200, description = "One page of the list.", body = Projects))
)]
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor<ProjectId>>,
) -> Answer<Json<Projects>> {
    let page = app.studio.projects(&caller.tenant, cursor.limit(), cursor.after).await?;
    Ok(Json(Listed::from_page(page, Project::readable)))
}

/// Shows a project.
///
/// `narration` and `notices` are those of the text, language, voice and lexicons as they are now. The text counts by
/// its size. Reads: three items. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{id}",
    tag = "projects",
    params(("id" = ProjectId, Path, description = "The id of the project.")),
    responses((status = 200, description = "The project.", body = ProjectView))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<Json<ProjectView>> {
    let lexicon = async { Ok(app.studio.lexicon(&caller.tenant).await?) };
    let ((project, manuscript), lexicon) =
        try_join(app.project_with_text(&caller.tenant, &id), lexicon).await?;
    Ok(Json(ProjectView::new(project, &manuscript, &lexicon)))
}

/// Changes how a project looks and sounds.
///
/// Another `language` derives prompts anew, and writes the storyboard too. The text counts by its size. Reads: three
/// items. Writes: one item in a transaction.
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{id}",
    tag = "projects",
    params(("id" = ProjectId, Path, description = "The id of the project.")),
    request_body = ProjectChange,
    responses(
        (status = 200, description = "The project as it is now.", body = ProjectView),
        (status = 409, description = "`conflict`: the project is at another `revision`."),
    )
)]
async fn change(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Json(change): Json<ProjectChange>,
) -> Answer<Json<ProjectView>> {
    let lexicon = async { Ok(app.studio.lexicon(&caller.tenant).await?) };
    let ((mut project, mut manuscript), lexicon) =
        try_join(app.project_with_text(&caller.tenant, &id), lexicon).await?;
    check_revision(&project, change.revision)?;
    let other_language =
        change.language.map(String::from).filter(|language| *language != project.style.language);
    if let Some(language) = &other_language {
        let before = About {
            title: &project.title,
            language: &project.style.language,
            tradition: project.style.tradition,
        };
        let after = About { language, ..before };
        manuscript.storyboard = manuscript.storyboard.in_language(&manuscript.text, &before, &after);
        manuscript.written_by = None;
        check_size(&manuscript)?;
        project.style.language.clone_from(language);
    }
    let style = &mut project.style;
    style.aspect = change.aspect.unwrap_or(style.aspect);
    style.tradition = change.tradition.unwrap_or(style.tradition);
    style.pace = change.pace.unwrap_or(style.pace);
    style.music = change.music.unwrap_or(style.music);
    style.seed = change.seed.unwrap_or(style.seed);
    style.reading = change.reading.over(style.reading);
    style.motion = change.motion.or(style.motion);
    style.voice = match (change.voice, style.voice.take()) {
        (Some(voice), Some(stored)) => chosen_voice(edited(stored, voice)),
        (Some(voice), None) => chosen_voice(voice.into()),
        (None, stored) => stored,
    };
    if let Some(title) = change.title {
        project.title = edited(project.title, title);
    }
    project.revision += 1;
    project.updated_at = cloud::clock::now();
    let retold = other_language.is_some().then_some(&manuscript);
    app.studio.replace_project(&caller.tenant, &project, retold).await?;
    Ok(Json(ProjectView::new(project, &manuscript, &lexicon)))
}

/// Deletes a project and its text.
///
/// The videos that were rendered from it stay, and films that are being rendered from it are finished. What was
/// uploaded for it is deleted within twenty minutes, or within an hour or two after these films are finished, unless
/// the storyboard of another project shows it. Reads: one item. Writes: four items in one transaction. Each uploaded
/// picture that its storyboard shows costs one read and up to two writes more.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{id}",
    tag = "projects",
    params(("id" = ProjectId, Path, description = "The id of the project.")),
    responses((status = 204, description = "It was deleted."))
)]
async fn remove(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<StatusCode> {
    // Before the storyboard is gone that says which uploads it shows, perhaps of other projects.
    if let Some(manuscript) = app.studio.manuscript(&caller.tenant, &id).await? {
        let shown = manuscript.storyboard.uploads();
        // Whatever its storyboard is about to show by now goes with it.
        let now = cloud::clock::now();
        let recorded = app.uploads.show(&caller.tenant, &id, now, &shown, &BTreeSet::new()).await;
        recorded.map_err(|error| shown_problem(error, "id", &app.frontend))?;
    }
    match app.studio.delete_project(&caller.tenant, &id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(cloud::table::TableError::Condition { .. }) => Err(Problem::not_found("project")),
        Err(error) => Err(error.into()),
    }
}

/// Writes a new project, or refuses it with a 409 where the account has as many as its plan allows. The plan of the
/// authorizer's answer may be a minute old: before it refuses, the plan is read.
async fn create_within_cap(
    app: &App,
    caller: &TenantContext,
    project: &Project,
    manuscript: &Manuscript,
) -> Result<(), Problem> {
    let mut most = max_projects(caller.plan);
    loop {
        match app.studio.create_project(&caller.tenant, project, manuscript, most).await? {
            ProjectCreation::Created => return Ok(()),
            ProjectCreation::TooMany => {}
        }
        let now = max_projects(app.entitlements.plan(&caller.tenant).await?);
        if now <= most {
            let detail = format!(
                "The account has {now} projects or more, all that its plan allows. Delete one, or upgrade."
            );
            return Err(Problem::new(Code::TooMany, detail).with("limit", now));
        }
        most = now;
    }
}

/// The storyboard with the pictures of another, or a 422 problem when they have different numbers of scenes.
fn under_pictures_of(storyboard: Storyboard, other: &Storyboard) -> Result<Storyboard, Problem> {
    let (here, there) = (storyboard.scenes.len(), other.scenes.len());
    storyboard.with_pictures_of(other).ok_or_else(|| {
        let detail = format!(
            "The text has {here} scenes, the other project {there}. Leave this out, divide the text as the other \
             one is, and send the other's prompts, keywords and seeds with the scenes."
        );
        Problem::invalid("pictures_of", detail).with("scenes", here).with("scenes_of_other", there)
    })
}

/// Refuses an edit that is based on another revision than the present one, with a 409 problem.
pub fn check_revision(project: &Project, revision: u64) -> Result<(), Problem> {
    if project.revision == revision {
        return Ok(());
    }
    let detail = format!("The project is at revision {}. Read it again and retry.", project.revision);
    Err(Problem::new(Code::Conflict, detail).with("revision", project.revision))
}

/// Refuses a text and storyboard that do not fit one DynamoDB item, with a 422 problem.
pub fn check_size(manuscript: &Manuscript) -> Result<(), Problem> {
    if manuscript.fits() {
        return Ok(());
    }
    Err(Problem::invalid(
        "text",
        "The text, what its scenes say and its lexicon are too long to keep. Shorten them.",
    ))
}

fn text_of(new: &NewProject) -> Result<(String, Option<&'static Template>), Problem> {
    match (&new.text, &new.template) {
        (Some(text), None) => Ok((text.clone(), None)),
        (None, Some(id)) => {
            let template = templates::find(id.as_str()).ok_or_else(|| {
                Problem::invalid(
                    "template",
                    format!("There is no template {:?}. See GET /api/v1/templates.", id.as_str()),
                )
            })?;
            let text =
                template.fill(&new.values).map_err(|error| Problem::invalid("values", error.to_string()))?;
            Ok((text, Some(template)))
        }
        _ => Err(Problem::invalid("text", "Send either a text, or a template with its values.")),
    }
}

/// The voice that a project keeps: none for the language's own.
fn chosen_voice(voice: String) -> Option<String> {
    Some(voice).filter(|voice| voice != DEFAULT_VOICE)
}

fn text_problem(error: &TextError) -> Problem {
    let problem = Problem::invalid("text", format!("{error}."));
    match error {
        TextError::Unsupported(characters) => {
            let listed: Vec<String> = characters.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
            Problem::new(Code::UnsupportedCharacter, format!("{error}. Remove or replace them."))
                .about("text")
                .with("characters", listed)
        }
        TextError::Damaged { position } => {
            let detail = format!("{error}. Send the text again from where it is whole, in UTF-8.");
            Problem::new(Code::UnsupportedCharacter, detail)
                .about("text")
                .with("characters", vec!["U+FFFD"])
                .with("position", *position)
        }
        TextError::TooLong { .. } => problem.with("limit", LONGEST_TEXT),
        _ => problem,
    }
}
