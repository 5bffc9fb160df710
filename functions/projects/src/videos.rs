//! `/api/v1/videos`: the library.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloud::bucket::PRESIGNED_LIFETIME;
use cloud::table::TableError;
use edge::{Answer, Caller, Json, Path, Problem, Query, Router, routes};
use film_vocabulary::{Aspect, Resolution};
use http::{StatusCode, header};
use jiff::Timestamp;
use serde::Serialize;
use studio::{FilmFacts, JobId, ProjectId, Video, VideoId};
use tenancy::{Extension, ObjectKey, TenantContext};
use utoipa::ToSchema;

use crate::app::{App, bucket_problem};
use crate::page::{Cursor, Listed};

pub fn routes() -> Router<App> {
    Router::new()
        .routes(routes!(list))
        .routes(routes!(read, remove))
        .routes(routes!(download))
        .routes(routes!(srt))
        .routes(routes!(vtt))
        .routes(routes!(thumbnail))
}

/// A finished film, as clients see it: without the name of its artefact, which is no business of theirs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Video)]
struct VideoView {
    /// Its id.
    id: VideoId,
    /// The project it shows.
    project: ProjectId,
    /// The job that made it.
    job: JobId,
    /// The project's title then.
    title: String,
    /// The spoken language, a BCP 47 tag.
    language: String,
    /// The frame's shape.
    aspect: Aspect,
    /// Its resolution.
    resolution: Resolution,
    /// What inspection found.
    #[serde(flatten)]
    film: FilmFacts,
    /// When it was delivered.
    created_at: Timestamp,
}

impl From<Video> for VideoView {
    fn from(video: Video) -> Self {
        let Video { id, project, job, title, language, aspect, resolution, artefact: _, film, created_at } =
            video;
        Self { id, project, job, title, language, aspect, resolution, film, created_at }
    }
}

/// Where to download a film.
#[derive(Debug, Serialize, ToSchema)]
struct Download {
    /// To GET the file from.
    url: String,
    /// Seconds that the URL works.
    expires_in_s: u64,
    /// Under which name browsers save it.
    file_name: String,
}

// Under a name without parameters, for which no schema is derived.
type Videos = Listed<VideoView>;

/// Lists the films.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos",
    tag = "videos",
    params(Cursor<VideoId>),
    responses((status = 200, description = "A page of them.", body = Videos))
)]
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor<VideoId>>,
) -> Answer<Json<Videos>> {
    let page = app.studio.videos(&caller.tenant, cursor.limit(), cursor.after).await?;
    Ok(Json(Listed::from_page(page, VideoView::from)))
}

/// Shows a film.
///
/// Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}",
    tag = "videos",
    params(("id" = VideoId, Path, description = "Which film.")),
    responses((status = 200, description = "The film.", body = VideoView))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<VideoId>,
) -> Answer<Json<VideoView>> {
    find(&app, &caller, &id).await.map(|video| Json(VideoView::from(video)))
}

/// Gives a URL that downloads the film for five minutes.
///
/// Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}/download",
    tag = "videos",
    params(("id" = VideoId, Path, description = "Which film.")),
    responses((status = 200, description = "The URL.", body = Download))
)]
async fn download(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<VideoId>,
) -> Answer<Json<Download>> {
    let video = find(&app, &caller, &id).await?;
    let file_name = format!("{}.mp4", video.title.replace(['/', '\\'], "-"));
    let key = ObjectKey::video(&caller.tenant, &video.artefact, Extension::MP4);
    let url = app.bucket.presign_get(&key, &file_name).await.map_err(bucket_problem)?;
    Ok(Json(Download { url, expires_in_s: PRESIGNED_LIFETIME.as_secs(), file_name }))
}

/// Shows the captions as SubRip.
///
/// Reads: one item, one object. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}/captions.srt",
    tag = "videos",
    params(("id" = VideoId, Path, description = "Which film.")),
    responses((status = 200, description = "The captions, kept for five minutes.", body = String, content_type = "application/x-subrip"))
)]
async fn srt(state: State<App>, caller: Caller, id: Path<VideoId>) -> Answer<Response> {
    file(state, caller, id, Extension::SRT, "application/x-subrip; charset=utf-8").await
}

/// Shows the captions as WebVTT.
///
/// Reads: one item, one object. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}/captions.vtt",
    tag = "videos",
    params(("id" = VideoId, Path, description = "Which film.")),
    responses((status = 200, description = "The captions, kept for five minutes.", body = String, content_type = "text/vtt"))
)]
async fn vtt(state: State<App>, caller: Caller, id: Path<VideoId>) -> Answer<Response> {
    file(state, caller, id, Extension::VTT, "text/vtt; charset=utf-8").await
}

/// Shows the thumbnail.
///
/// Reads: one item, one object. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}/thumbnail",
    tag = "videos",
    params(("id" = VideoId, Path, description = "Which film.")),
    responses((status = 200, description = "The picture, kept for five minutes.", body = Value, content_type = "image/jpeg"))
)]
async fn thumbnail(state: State<App>, caller: Caller, id: Path<VideoId>) -> Answer<Response> {
    file(state, caller, id, Extension::JPG, "image/jpeg").await
}

/// Takes a film out of the library.
///
/// What no other film uses is deleted within minutes. Reads: none. Writes: two items in a transaction.
#[utoipa::path(
    delete,
    path = "/api/v1/videos/{id}",
    tag = "videos",
    params(("id" = VideoId, Path, description = "Which film.")),
    responses((status = 204, description = "It is gone."))
)]
async fn remove(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<VideoId>,
) -> Answer<StatusCode> {
    match app.studio.delete_video(&caller.tenant, &id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(TableError::Condition { .. }) => Err(Problem::not_found("video")),
        Err(error) => Err(error.into()),
    }
}

async fn file(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<VideoId>,
    extension: Extension,
    content_type: &'static str,
) -> Answer<Response> {
    let video = find(&app, &caller, &id).await?;
    let key = ObjectKey::video(&caller.tenant, &video.artefact, extension);
    let bytes = app.bucket.get(&key).await.map_err(bucket_problem)?;
    let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "private, max-age=300")];
    Ok((headers, bytes).into_response())
}

async fn find(app: &App, caller: &TenantContext, id: &VideoId) -> Result<Video, Problem> {
    app.studio.video(&caller.tenant, id).await?.ok_or_else(|| Problem::not_found("video"))
}
