//! `/api/v1/videos`: the library.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cloud::bucket::PRESIGNED_LIFETIME;
use cloud::table::TableError;
use edge::{Answer, Caller, Json, Path, Problem, Query, Router};
use http::{StatusCode, header};
use serde::Serialize;
use studio::{Video, VideoId};
use tenancy::{Extension, ObjectKey, TenantContext};

use crate::app::{App, bucket_problem};
use crate::page::{Cursor, Listed};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/videos", get(list))
        .route("/api/v1/videos/{id}", get(read).delete(remove))
        .route("/api/v1/videos/{id}/download", get(download))
        .route("/api/v1/videos/{id}/captions.srt", get(srt))
        .route("/api/v1/videos/{id}/captions.vtt", get(vtt))
        .route("/api/v1/videos/{id}/thumbnail", get(thumbnail))
}

#[derive(Debug, Serialize)]
struct Download {
    url: String,
    expires_in_s: u64,
    file_name: String,
}

/// Films, newest first. Cost: one query.
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor<VideoId>>,
) -> Answer<Json<Listed<VideoView>>> {
    let page = app.studio.videos(&caller.tenant, cursor.limit(), cursor.after).await?;
    Ok(Json(Listed::from_page(page, VideoView)))
}

/// One film. Cost: one read.
async fn read(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<VideoId>,
) -> Answer<Json<VideoView>> {
    find(&app, &caller, &id).await.map(|video| Json(VideoView(video)))
}

/// A URL that downloads the film for five minutes. Cost: one read.
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

/// Captions as `SubRip`. Cost: one read, one object.
async fn srt(state: State<App>, caller: Caller, id: Path<VideoId>) -> Answer<Response> {
    file(state, caller, id, Extension::SRT, "application/x-subrip; charset=utf-8").await
}

/// Captions as `WebVTT`. Cost: one read, one object.
async fn vtt(state: State<App>, caller: Caller, id: Path<VideoId>) -> Answer<Response> {
    file(state, caller, id, Extension::VTT, "text/vtt; charset=utf-8").await
}

/// The thumbnail. Cost: one read, one object.
async fn thumbnail(state: State<App>, caller: Caller, id: Path<VideoId>) -> Answer<Response> {
    file(state, caller, id, Extension::JPG, "image/jpeg").await
}

/// Takes a film out of the library. Cost: one write in a transaction.
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

/// A film as clients see it: without the name of its artefact, which is no business of theirs.
#[derive(Debug)]
struct VideoView(Video);

impl Serialize for VideoView {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(&self.0).map_err(serde::ser::Error::custom)?;
        if let Some(map) = value.as_object_mut() {
            map.remove("artefact");
        }
        value.serialize(serializer)
    }
}
