//! `/api/v1/projects/{id}/assets`: a person's own pictures. What is held, charged and deleted stands at
//! [`studio::Uploads`].

use axum::extract::State;
use axum::response::IntoResponse;
use cloud::bucket::PRESIGNED_LIFETIME;
use edge::{
    Answer, Caller, Code, IdempotencyHeader, Idempotent, Json, Path, Problem, Query, ReplayFor, Router,
    routes,
};
use film_pictures::LARGEST_FILE;
use garde::Validate;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storyboard::UploadId;
use studio::{ProjectId, Upload, UploadError, UploadState};
use utoipa::ToSchema;

use crate::app::{App, bucket_problem};
use crate::page::{Cursor, Listed};
use crate::quota::quota_exceeded;

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(list, create)).routes(routes!(remove))
}

/// The file that will be uploaded.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"kind": "image", "content_type": "image/png", "bytes": 1000})))]
struct NewAsset {
    /// The purpose of the file.
    #[garde(skip)]
    #[serde(rename = "kind")]
    _kind: AssetKind,
    /// The media type of the file.
    #[garde(custom(image_type))]
    #[schema(pattern = "^image/(png|jpeg|webp)$")]
    content_type: String,
    /// The exact length of the file in bytes.
    #[garde(range(min = 1, max = LARGEST_FILE))]
    #[schema(minimum = 1, maximum = 20971520)]
    bytes: u64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AssetKind {
    Image,
}

/// A presigned upload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Upload)]
struct PresignedUpload {
    /// The id that a scene's `image` may name once the file is uploaded.
    id: UploadId,
    /// The URL to PUT the file to. It accepts one file: a second one is refused with 412.
    upload_url: String,
    /// How many seconds the URL is valid.
    expires_in_s: u64,
    /// The name and value of each header to send with the file.
    #[schema(value_type = Vec<[String; 2]>)]
    headers: [(&'static str, String); 2],
}

/// An uploaded file.
#[derive(Debug, Serialize, ToSchema)]
struct Asset {
    /// The id that a scene's `image` may name.
    id: UploadId,
    /// The media type of the file.
    content_type: String,
    /// The length of the file in bytes.
    bytes: u64,
    /// Whether the file has arrived.
    state: AssetState,
    /// When the upload was asked for.
    created_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AssetState {
    /// It was asked for and has not arrived. Its bytes count as held.
    Pending,
    /// It has arrived, and storyboards may show it.
    Stored,
}

impl From<Upload> for Asset {
    fn from(upload: Upload) -> Self {
        let Upload { id, content_type, bytes, state, created_at, .. } = upload;
        let state = match state {
            UploadState::Pending => AssetState::Pending,
            UploadState::Stored | UploadState::Deleting => AssetState::Stored,
        };
        Self { id, content_type, bytes, state, created_at }
    }
}

/// Presigns the upload of a picture.
///
/// Answers with an id, and a URL to PUT the file to, once. Its bytes count against the storage quota from now on; what
/// is not uploaded is released within twenty minutes. The file is checked when a storyboard names it, and deleted when
/// no storyboard has shown it for a week, or with its project. Reads: two items and two queries. Writes: five items in
/// one transaction.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/assets",
    tag = "assets",
    params(("id" = ProjectId, Path, description = "The id of the project."), IdempotencyHeader),
    request_body = NewAsset,
    responses(
        (status = 201, description = "The presigned upload.", body = PresignedUpload),
        (
            status = 402,
            description = "`quota_exceeded`: the storage quota does not suffice; `limit`, `used` and `asked` say why."
        ),
        (
            status = 409,
            description = "`too_many`: `limit` uploads were asked for and have not arrived."
        ),
    )
)]
async fn create(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    request: Idempotent,
    Json(new): Json<NewAsset>,
) -> Answer<impl IntoResponse> {
    app.project(&caller.tenant, &id).await?;
    let allowance = app.entitlements.allowance(&caller.tenant).await?;
    let upload = Upload::asked_for(UploadId::from_uuid(request.id), id, &new.content_type, new.bytes);
    let asked = app.uploads.ask_for(&caller.tenant, &allowance, &upload).await;
    let presigned = asked.map_err(|error| upload_problem(error, &app.frontend))?;
    let answer = PresignedUpload {
        id: upload.id,
        upload_url: presigned.url,
        expires_in_s: PRESIGNED_LIFETIME.as_secs(),
        headers: presigned.headers,
    };
    // An answer with a URL that has expired is of no use.
    Ok((StatusCode::CREATED, ReplayFor(PRESIGNED_LIFETIME), Json(answer)))
}

// An alias without type parameters, because the path macro derives no schema for a generic type.
type Assets = Listed<Asset>;

/// Lists the uploads of a project.
///
/// Those of other projects that its storyboard shows are in the lists of those projects. Reads: one item, one query,
/// one item for each upload, and one HEAD request for each that is pending. Writes: none.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{id}/assets",
    tag = "assets",
    params(("id" = ProjectId, Path, description = "The id of the project."), Cursor<UploadId>),
    responses((status = 200, description = "One page of the list.", body = Assets))
)]
async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Query(cursor): Query<Cursor<UploadId>>,
) -> Answer<Json<Assets>> {
    app.project(&caller.tenant, &id).await?;
    let page = app.uploads.list(&caller.tenant, &id, cursor.limit(), cursor.after).await;
    let page = page.map_err(|error| upload_problem(error, &app.frontend))?;
    Ok(Json(Listed::from_page(page, Asset::from)))
}

/// The path parameters of one upload.
#[derive(Debug, Deserialize)]
struct OneAsset {
    id: ProjectId,
    asset: UploadId,
}

/// Deletes an upload.
///
/// It is off the list at once. The file, and its bytes in the storage quota, go within a minute or two, or when nothing
/// can need it any more: twenty minutes after it was asked for, because until then its URL may still be used; a minute
/// or two after a storyboard has dropped it; and within an hour or two after the films are finished that are being
/// rendered from it. Reads: one item; the text and storyboard of each project that may show it; one query; where
/// nothing is rendered or pending one item more. Writes: two items in one transaction; then also three items in one
/// transaction, and two requests to the bucket.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{id}/assets/{asset}",
    tag = "assets",
    params(
        ("id" = ProjectId, Path, description = "The id of the project."),
        ("asset" = UploadId, Path, description = "The id of the upload."),
    ),
    responses(
        (status = 204, description = "It was deleted."),
        (
            status = 409,
            description = "`conflict`: the storyboards of `projects` show it, or one was changed just now."
        ),
    )
)]
async fn remove(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(OneAsset { id, asset }): Path<OneAsset>,
) -> Answer<StatusCode> {
    let removed = app.uploads.remove(&caller.tenant, &id, &asset).await;
    removed.map_err(|error| upload_problem(error, &app.frontend))?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a client is told when an upload was not accepted, listed or deleted.
fn upload_problem(error: UploadError, frontend: &str) -> Problem {
    match error {
        UploadError::NotFound(_) => Problem::not_found("upload"),
        UploadError::Shown(projects) => {
            let projects: Vec<String> = projects.iter().map(ToString::to_string).collect();
            let detail = "A storyboard shows it. Take it out of the storyboards of `projects` first.";
            Problem::new(Code::Conflict, detail).with("projects", projects)
        }
        UploadError::Changed => Problem::new(
            Code::Conflict,
            "A storyboard or the quota changed just now. Try again in half a minute.",
        ),
        UploadError::AskedBefore => {
            let detail =
                "The upload of this Idempotency-Key has arrived or expired. Use a new key for a new one.";
            Problem::new(Code::Conflict, detail)
        }
        UploadError::TooManyPending(limit) => {
            let detail = format!(
                "{limit} uploads were asked for and have not arrived, as many as the plan allows. Upload these files, \
                 or try again when their URLs have expired."
            );
            Problem::new(Code::TooMany, detail).with("limit", limit)
        }
        UploadError::QuotaExceeded(refusal) => quota_exceeded(refusal, "This upload needs", frontend),
        UploadError::Table(error) => error.into(),
        UploadError::Bucket(error) => bucket_problem(error),
    }
}

/// The problem of a storyboard that shows an upload that is not there.
pub fn shown_problem(error: UploadError, field: &str, frontend: &str) -> Problem {
    match error {
        UploadError::NotFound(upload) => {
            Problem::invalid(field, format!("There is no upload {upload}, or it has not arrived yet."))
        }
        other => upload_problem(other, frontend),
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::ptr_arg, reason = "garde's signature")]
fn image_type(content_type: &String, (): &()) -> garde::Result {
    if film_pictures::is_media_type(content_type) {
        return Ok(());
    }
    Err(garde::Error::new("send image/png, image/jpeg or image/webp; HEIC and AVIF cannot be decoded"))
}
