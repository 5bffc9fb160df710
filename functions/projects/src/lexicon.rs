//! `/api/v1/projects/{id}/lexicon`: how words of one text are to be read.

use axum::extract::State;
use edge::{Answer, Caller, Json, Path, Router, routes};
use film_reading::LexiconEntry;
use garde::Validate;
use serde::{Deserialize, Serialize};
use studio::{MOST_PROJECT_ENTRIES, Manuscript, Project, ProjectId, SpokenWords, WrittenWords};
use utoipa::ToSchema;

use crate::app::App;
use crate::projects::{check_revision, check_size};

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(read, replace))
}

/// Words of a project's text and how they are read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectLexicon)]
struct LexiconView {
    /// The id of the project.
    project: ProjectId,
    /// The revision of the project that the lexicon belongs to.
    revision: u64,
    /// The entries. Of two that fit the same place, the first is read; entries of the account's lexicon come after them.
    entries: Vec<LexiconEntry>,
}

/// New words for the same text.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProjectLexicon, examples(json!({
    "revision": 1,
    "entries": [{"written": "Nahum", "spoken": "Nayhum"}],
})))]
struct NewLexicon {
    /// The revision of the project that the edit is based on; another one is refused.
    revision: u64,
    /// The entries, the most important first. An empty list removes all.
    #[garde(length(max = MOST_PROJECT_ENTRIES))]
    #[schema(max_items = 200)]
    entries: Vec<NewEntry>,
}

/// A word, or several, and how it is read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLexiconEntry)]
struct NewEntry {
    /// As it is written, without regard to capitals; whole words only.
    written: WrittenWords,
    /// A spelling that the voice reads rightly.
    spoken: SpokenWords,
}

/// Shows how words of a project's text are read.
///
/// Reads: two items (the text counts by its size). Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{id}/lexicon",
    operation_id = "lexicon",
    tag = "storyboards",
    params(("id" = ProjectId, Path, description = "The id of the project.")),
    responses((status = 200, description = "The lexicon of the project.", body = LexiconView))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
) -> Answer<Json<LexiconView>> {
    let (project, manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    Ok(Json(view(&project, manuscript)))
}

/// Says how words of a project's text are to be read.
///
/// The text itself does not change, and captions show it as it is written. Only scenes whose spoken words change are
/// spoken anew by the next render. Reads: two items. Writes: two items in one transaction.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{id}/lexicon",
    operation_id = "replace_lexicon",
    tag = "storyboards",
    params(("id" = ProjectId, Path, description = "The id of the project.")),
    request_body = NewLexicon,
    responses(
        (status = 200, description = "The lexicon as it is now.", body = LexiconView),
        (status = 409, description = "`conflict`: the project is at another `revision`."),
    )
)]
async fn replace(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Json(new): Json<NewLexicon>,
) -> Answer<Json<LexiconView>> {
    let (mut project, mut manuscript) = app.project_with_text(&caller.tenant, &id).await?;
    check_revision(&project, new.revision)?;
    let entry =
        |NewEntry { written, spoken }| LexiconEntry { written: written.into(), spoken: spoken.into() };
    manuscript.lexicon = new.entries.into_iter().map(entry).collect();
    manuscript.written_by = None;
    project.revision += 1;
    project.updated_at = cloud::clock::now();
    check_size(&manuscript)?;
    app.studio.replace_project(&caller.tenant, &project, Some(&manuscript)).await?;
    Ok(Json(view(&project, manuscript)))
}

fn view(project: &Project, manuscript: Manuscript) -> LexiconView {
    LexiconView { project: project.id, revision: project.revision, entries: manuscript.lexicon }
}
