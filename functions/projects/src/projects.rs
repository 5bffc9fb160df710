//! `/api/v1/projects`: text in, storyboard out.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use edge::{Answer, Caller, Code, Json, Path, Problem, Query, Router, routes};
use film_vocabulary::Aspect;
use film_vocabulary::Tradition;
use garde::Validate;
use http::{StatusCode, header};
use serde::Deserialize;
use storyboard::lexicon;
use storyboard::templates::{Template, TemplateId};
use storyboard::{LONGEST_TEXT, Storyboard, TextError, templates};
use studio::{Manuscript, Music, Project, ProjectId, Style};
use tenancy::ContentHash;
use utoipa::ToSchema;

use crate::app::App;
use crate::page::{Cursor, Listed};

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(list, create)).routes(routes!(read, change, remove))
}

/// Longest title in characters: what players show on one line.
const LONGEST_TITLE: usize = 120;

/// A project to be made, either from a text, or from a template and its values. What is left out is chosen.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"text": "The LORD is my shepherd; I shall not want.", "title": "Psalm 23"})))]
struct NewProject {
    /// What to speak and show.
    #[schema(min_length = 1, max_length = 50000)]
    text: Option<String>,
    /// The template to fill in.
    template: Option<TemplateId>,
    /// What goes into the template, by field.
    #[serde(default)]
    values: BTreeMap<String, String>,
    /// What people will call it; the text's first line, unless given.
    #[garde(inner(length(chars, min = 1, max = LONGEST_TITLE)))]
    #[schema(min_length = 1, max_length = 120)]
    title: Option<String>,
    /// A BCP 47 tag: language, and perhaps script and region. The template's or `en`, unless given.
    #[garde(inner(custom(language_tag)))]
    #[schema(pattern = "^[a-z]{2,3}(-[A-Za-z0-9]{2,4}){0,2}$")]
    language: Option<String>,
    /// `16:9`, unless given.
    aspect: Option<Aspect>,
    /// Read from the text, unless given.
    tradition: Option<Tradition>,
    /// A voice by name, by provider, or both: `hibari:heart`.
    #[garde(inner(length(chars, min = 1, max = 64)))]
    #[schema(min_length = 1, max_length = 64)]
    voice: Option<String>,
    /// How fast to speak; 1 is the voice's own pace.
    #[garde(inner(range(min = 0.7, max = 1.3)))]
    #[schema(minimum = 0.7, maximum = 1.3)]
    pace: Option<f32>,
    /// What sounds under the voice.
    #[serde(default)]
    music: Music,
    /// Other seeds make other pictures of the same text.
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    seed: Option<u32>,
    /// A project of as many scenes, in another language perhaps, whose pictures this one shows: scene by scene
    /// the same prompt, keywords, seed or own picture, and unless given the same shape, tradition and seed. What
    /// is made of them already is not made again.
    pictures_of: Option<ProjectId>,
}

/// A change of how a project looks and sounds. What is left out stays.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"revision": 1, "title": "Psalm 23"})))]
struct ProjectChange {
    /// The revision that the change was made from.
    revision: u64,
    /// What people will call it.
    #[garde(inner(length(chars, min = 1, max = LONGEST_TITLE)))]
    #[schema(min_length = 1, max_length = 120)]
    title: Option<String>,
    /// The frame's shape.
    aspect: Option<Aspect>,
    /// The tradition that pictures are of.
    tradition: Option<Tradition>,
    /// A voice by name, by provider, or both: `hibari:heart`.
    #[garde(inner(length(chars, min = 1, max = 64)))]
    #[schema(min_length = 1, max_length = 64)]
    voice: Option<String>,
    /// How fast to speak; 1 is the voice's own pace.
    #[garde(inner(range(min = 0.7, max = 1.3)))]
    #[schema(minimum = 0.7, maximum = 1.3)]
    pace: Option<f32>,
    /// What sounds under the voice.
    music: Option<Music>,
    /// Other seeds make other pictures of the same text.
    #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
    seed: Option<u32>,
}

/// Makes a project and its storyboard.
///
/// From a text, or from a template and its values. Reads: none, with `pictures_of` two items. Writes: two items
/// in one transaction.
#[utoipa::path(
    post,
    path = "/api/v1/projects",
    tag = "projects",
    request_body = NewProject,
    responses(
        (
            status = 201,
            description = "The project.",
            body = Project,
            headers(("Location" = String, description = "Its path."))
        ),
        (status = 404, description = "There is no project whose pictures are to be shown."),
        (
            status = 422,
            description = "`invalid`, or `unsupported_character`: no font here can show one, and `characters` \
                           lists which."
        ),
    )
)]
async fn create(
    State(app): State<App>,
    Caller(caller): Caller,
    Json(new): Json<NewProject>,
) -> Answer<impl IntoResponse> {
    let (text, template) = text_of(&new)?;
    let original = match &new.pictures_of {
        Some(id) => Some(app.project_with_text(&caller.tenant, id).await?),
        None => None,
    };
    let look = original.as_ref().map(|(project, _)| &project.style);
    let language =
        new.language.or_else(|| template.map(|t| t.language.clone())).unwrap_or_else(|| "en".into());
    let tradition = new
        .tradition
        .or_else(|| look.map(|look| look.tradition))
        .or_else(|| template.map(|t| t.tradition))
        .unwrap_or_else(|| lexicon::tradition(&text, &language));
    let mut storyboard = Storyboard::compose(&text, &language, tradition).map_err(|e| text_problem(&e))?;
    if let Some((_, original)) = &original {
        storyboard = under_pictures_of(storyboard, &original.storyboard)?;
    }
    let now = cloud::clock::now();
    // The same text looks the same every time, until somebody asks for other pictures.
    let seed = new.seed.or_else(|| look.map(|look| look.seed));
    #[allow(clippy::cast_possible_truncation, reason = "any 32 bits of the hash do as a seed")]
    let seed = seed.unwrap_or_else(|| ContentHash::of(text.as_bytes()).seed() as u32);
    let project = Project {
        id: ProjectId::new(),
        title: new.title.unwrap_or_else(|| title_of(&text)),
        style: Style {
            language,
            aspect: new.aspect.or_else(|| look.map(|look| look.aspect)).unwrap_or_default(),
            tradition,
            voice: new.voice,
            pace: new.pace.unwrap_or(1.0),
            music: new.music,
            seed,
        },
        template: template.map(|t| t.id.clone()),
        scenes: storyboard.scenes.len(),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    let manuscript = Manuscript { text, storyboard };
    check_size(&manuscript)?;
    app.studio.create_project(&caller.tenant, &project, &manuscript).await?;
    let location = [(header::LOCATION, format!("/api/v1/projects/{}", project.id))];
    Ok((StatusCode::CREATED, AppendHeaders(location), Json(project)))
}

// Under a name without parameters, for which no schema is derived.
type Projects = Listed<Project>;

/// Lists the projects.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects",
    tag = "projects",
    params(Cursor<ProjectId>),
    responses((status = 200, description = "A page of them.", body = Projects))
)]
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor<ProjectId>>,
) -> Answer<Json<Projects>> {
    let page = app.studio.projects(&caller.tenant, cursor.limit(), cursor.after).await?;
    Ok(Json(Listed::from_page(page, |project| project)))
}

/// Shows a project.
///
/// Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{id}",
    tag = "projects",
    params(("id" = ProjectId, Path, description = "Which project.")),
    responses((status = 200, description = "The project.", body = Project))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<Json<Project>> {
    app.project(&caller.tenant, &id).await.map(Json)
}

/// Changes how a project looks and sounds.
///
/// Reads: one item. Writes: one item in a transaction.
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{id}",
    tag = "projects",
    params(("id" = ProjectId, Path, description = "Which project.")),
    request_body = ProjectChange,
    responses(
        (status = 200, description = "The project as it is now.", body = Project),
        (status = 409, description = "It is at another `revision`: `conflict`."),
    )
)]
async fn change(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Json(change): Json<ProjectChange>,
) -> Answer<Json<Project>> {
    let mut project = app.project(&caller.tenant, &id).await?;
    check_revision(&project, change.revision)?;
    let style = &mut project.style;
    style.aspect = change.aspect.unwrap_or(style.aspect);
    style.tradition = change.tradition.unwrap_or(style.tradition);
    style.pace = change.pace.unwrap_or(style.pace);
    style.music = change.music.unwrap_or(style.music);
    style.seed = change.seed.unwrap_or(style.seed);
    style.voice = change.voice.or_else(|| style.voice.take());
    project.title = change.title.unwrap_or(project.title);
    project.revision += 1;
    project.updated_at = cloud::clock::now();
    app.studio.replace_project(&caller.tenant, &project, None).await?;
    Ok(Json(project))
}

/// Deletes a project and its text.
///
/// Its videos stay in the library. Reads: none. Writes: two items in one transaction.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{id}",
    tag = "projects",
    params(("id" = ProjectId, Path, description = "Which project.")),
    responses((status = 204, description = "It is gone."))
)]
async fn remove(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<StatusCode> {
    match app.studio.delete_project(&caller.tenant, &id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(cloud::table::TableError::Condition { .. }) => Err(Problem::not_found("project")),
        Err(error) => Err(error.into()),
    }
}

/// The storyboard with another's pictures, or a 422 that says why not.
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

/// Refuses an edit of a revision that is no longer the present one.
pub fn check_revision(project: &Project, revision: u64) -> Result<(), Problem> {
    if project.revision == revision {
        return Ok(());
    }
    let detail = format!("The project is at revision {}. Read it again and retry.", project.revision);
    Err(Problem::new(Code::Conflict, detail).with("revision", project.revision))
}

/// Refuses what one item of the table cannot hold.
pub fn check_size(manuscript: &Manuscript) -> Result<(), Problem> {
    if manuscript.fits() {
        return Ok(());
    }
    Err(Problem::invalid("text", "The text and what its scenes say are too long to keep. Shorten them."))
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

fn text_problem(error: &TextError) -> Problem {
    let problem = Problem::invalid("text", format!("{error}."));
    match error {
        TextError::Unsupported(characters) => {
            let listed: Vec<String> = characters.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
            Problem::new(Code::UnsupportedCharacter, format!("{error}. Remove or replace them."))
                .with("field", "text")
                .with("characters", listed)
        }
        TextError::TooLong { .. } => problem.with("limit", LONGEST_TEXT),
        _ => problem,
    }
}

/// The first line, shortened at a word's end.
fn title_of(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default().trim();
    if line.chars().count() <= 80 {
        return line.to_owned();
    }
    let cut: String = line.chars().take(80).collect();
    let end = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', ':', ' ']))
}

/// BCP 47 as far as it matters here: a language, and perhaps a script and a region.
#[allow(clippy::trivially_copy_pass_by_ref, clippy::ptr_arg, reason = "garde's signature")]
fn language_tag(tag: &String, (): &()) -> garde::Result {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let good = matches!(language.len(), 2 | 3)
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && parts.clone().count() <= 2
        && parts.all(|p| matches!(p.len(), 2..=4) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if good { Ok(()) } else { Err(garde::Error::new("give a BCP 47 language such as en, hi or pt-BR")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_first_lines_cut_at_a_word() {
        assert_eq!(title_of("\n Psalm 23 \nThe LORD is my shepherd"), "Psalm 23");
        let long = title_of(&"word ".repeat(40));
        assert!(long.chars().count() <= 81 && long.ends_with("word…"), "{long}");
    }

    #[test]
    fn language_tags() {
        for (tag, good) in [
            ("en", true),
            ("pt-BR", true),
            ("zh-Hans-CN", true),
            ("EN", false),
            ("", false),
            ("en-", false),
            ("e/..", false),
        ] {
            assert_eq!(language_tag(&tag.to_owned(), &()).is_ok(), good, "{tag}");
        }
    }
}
