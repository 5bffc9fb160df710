//! `/api/v1/videos`: finished films, their captions and thumbnails.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloud::bucket::{PRESIGNED_LIFETIME, content_disposition};
use cloud::table::TableError;
use edge::openapi::File;
use edge::{Answer, Caller, Json, Path, Problem, Query, Router, routes};
use film_vocabulary::{Aspect, FileName, Resolution};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde::Serialize;
use studio::{FilmFacts, JobId, ProjectId, Video, VideoId, readable_title};
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

/// A finished film.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Video)]
struct VideoView {
    /// The id.
    id: VideoId,
    /// The id of the project that was rendered.
    project: ProjectId,
    /// The id of the job that made it.
    job: JobId,
    /// The title of the project when it was rendered.
    title: String,
    /// The spoken language, as a BCP 47 tag.
    language: String,
    /// The frame's shape.
    aspect: Aspect,
    /// The resolution.
    resolution: Resolution,
    /// What the inspection of the file measured.
    #[serde(flatten)]
    film: FilmFacts,
    /// When the film was finished.
    created_at: Timestamp,
}

impl From<Video> for VideoView {
    fn from(video: Video) -> Self {
        let Video { id, project, job, title, language, aspect, resolution, artefact: _, film, created_at } =
            video;
        let title = readable_title(&title);
        Self { id, project, job, title, language, aspect, resolution, film, created_at }
    }
}

/// A presigned download.
#[derive(Debug, Serialize, ToSchema)]
struct Download {
    /// The URL to GET the file from.
    url: String,
    /// How many seconds the URL is valid.
    expires_in_s: u64,
    /// The name under which browsers and programs save the file: its title, as far as every file system takes it.
    file_name: String,
}

// An alias without type parameters, because the path macro derives no schema for a generic type.
type Videos = Listed<VideoView>;

/// Lists the films.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos",
    tag = "videos",
    params(Cursor<VideoId>),
    responses((status = 200, description = "One page of the list.", body = Videos))
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
    params(("id" = VideoId, Path, description = "The id of the film.")),
    responses((status = 200, description = "The film.", body = VideoView))
)]
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<VideoId>,
) -> Answer<Json<VideoView>> {
    find(&app, &caller, &id).await.map(|video| Json(VideoView::from(video)))
}

/// Presigns a URL that downloads the film, valid for five minutes.
///
/// Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}/download",
    tag = "videos",
    params(("id" = VideoId, Path, description = "The id of the film.")),
    responses((status = 200, description = "The URL.", body = Download))
)]
async fn download(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<VideoId>,
) -> Answer<Json<Download>> {
    let video = find(&app, &caller, &id).await?;
    let file_name = FileName::new(&video.title, Extension::MP4.as_str());
    let key = ObjectKey::video(&caller.tenant, &video.artefact, Extension::MP4);
    let url = app.bucket.presign_get(&key, &file_name).await.map_err(bucket_problem)?;
    let expires_in_s = PRESIGNED_LIFETIME.as_secs();
    Ok(Json(Download { url, expires_in_s, file_name: file_name.to_string() }))
}

/// Shows the captions as SubRip.
///
/// The media type is `text/plain` for a client that does not accept `application/x-subrip`. Reads: one item, one
/// object. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}/captions.srt",
    tag = "videos",
    params(("id" = VideoId, Path, description = "The id of the film.")),
    responses((
        status = 200,
        description = "The captions, cached for five minutes.",
        // `text/plain` first: generators of clients know it to be text, and some take the first type only.
        content((String = "text/plain"), (String = "application/x-subrip"))
    ))
)]
async fn srt(state: State<App>, caller: Caller, id: Path<VideoId>, headers: HeaderMap) -> Answer<Response> {
    file(state, caller, id, Extension::SRT, subrip_type(&headers)).await
}

/// The media type of SubRip for a client: its own, which is not registered, or `text/plain` where the client does not
/// accept that. Generated clients ask for the types of problems, and can read plain text.
fn subrip_type(headers: &HeaderMap) -> &'static str {
    let accepted: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let is_accepted = |range: &str| accepted.iter().any(|accepted| accepted.contains(range));
    if accepted.is_empty() || ["application/x-subrip", "application/*", "*/*"].into_iter().any(is_accepted) {
        "application/x-subrip; charset=utf-8"
    } else {
        "text/plain; charset=utf-8"
    }
}

/// Shows the captions as WebVTT.
///
/// Reads: one item, one object. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/videos/{id}/captions.vtt",
    tag = "videos",
    params(("id" = VideoId, Path, description = "The id of the film.")),
    responses((
        status = 200,
        description = "The captions, cached for five minutes.",
        body = String,
        content_type = "text/vtt"
    ))
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
    params(("id" = VideoId, Path, description = "The id of the film.")),
    responses((
        status = 200,
        description = "The picture, cached for five minutes.",
        body = inline(File),
        content_type = "image/jpeg"
    ))
)]
async fn thumbnail(state: State<App>, caller: Caller, id: Path<VideoId>) -> Answer<Response> {
    file(state, caller, id, Extension::JPG, "image/jpeg").await
}

/// Deletes a film.
///
/// Files that no other film uses are deleted within minutes. Reads: none. Writes: two items in a transaction.
#[utoipa::path(
    delete,
    path = "/api/v1/videos/{id}",
    tag = "videos",
    params(("id" = VideoId, Path, description = "The id of the film.")),
    responses((status = 204, description = "It was deleted."))
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
    // Shown in the page; whoever saves it gets the title's name.
    let disposition = content_disposition("inline", &FileName::new(&video.title, extension.as_str()));
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CACHE_CONTROL, "private, max-age=300".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    // Not `AppendHeaders`, which would leave a second content type beside the one that bytes have by themselves.
    Ok((headers, bytes).into_response())
}

async fn find(app: &App, caller: &TenantContext, id: &VideoId) -> Result<Video, Problem> {
    app.studio.video(&caller.tenant, id).await?.ok_or_else(|| Problem::not_found("video"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_plain_text_to_a_client_that_does_not_accept_their_own_type() {
        for (accept, is_plain) in [
            (None, false),
            (Some("*/*"), false),
            (Some("text/html, application/*;q=0.8"), false),
            (Some("text/plain, application/x-subrip"), false),
            (Some("text/plain"), true),
            (Some("application/problem+json"), true),
        ] {
            let accept = accept.map(|accept| (header::ACCEPT, accept.parse().unwrap()));
            let given = subrip_type(&accept.into_iter().collect());
            assert_eq!(given.starts_with("text/plain"), is_plain, "{given}");
        }
    }
}
