//! `/api/v1/projects/{id}/assets`: presigned uploads of a person's own pictures.

use axum::extract::State;
use axum::response::IntoResponse;
use cloud::bucket::PRESIGNED_LIFETIME;
use edge::{Answer, Caller, IdempotencyHeader, Idempotent, Json, Path, ReplayFor, Router, routes};
use garde::Validate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use storyboard::UploadId;
use studio::ProjectId;
use tenancy::ObjectKey;
use utoipa::ToSchema;

use crate::app::{App, bucket_problem};

/// The most bytes of an uploaded picture, 20 MiB: about twice what a 6,000 × 4,000 photograph takes as JPEG.
pub const LARGEST_IMAGE: u64 = 20 << 20;

pub fn routes() -> Router<App> {
    Router::new().routes(routes!(create))
}

/// Whether a picture of this media type can be used.
pub fn is_image(content_type: &str) -> bool {
    matches!(content_type, "image/png" | "image/jpeg")
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
    #[schema(pattern = "^image/(png|jpeg)$")]
    content_type: String,
    /// The exact length of the file in bytes.
    #[garde(range(min = 1, max = LARGEST_IMAGE))]
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
struct Upload {
    /// The id that a scene's `image` may name once the file is uploaded.
    id: UploadId,
    /// The URL to PUT the file to.
    upload_url: String,
    /// How many seconds the URL is valid.
    expires_in_s: u64,
    /// The name and value of each header to send with the file.
    #[schema(value_type = Vec<[String; 2]>)]
    headers: [(&'static str, String); 1],
}

/// Presigns the upload of a picture.
///
/// Answers with an id, and a URL to PUT the file to. The uploaded file is checked when a storyboard uses it. Reads: one
/// item. Writes: none.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{id}/assets",
    tag = "assets",
    params(("id" = ProjectId, Path, description = "The id of the project."), IdempotencyHeader),
    request_body = NewAsset,
    responses((status = 201, description = "The presigned upload.", body = Upload))
)]
async fn create(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    request: Idempotent,
    Json(new): Json<NewAsset>,
) -> Answer<impl IntoResponse> {
    app.project(&caller.tenant, &id).await?;
    let upload = UploadId::from_uuid(request.id);
    let key = ObjectKey::upload(&caller.tenant, upload.uuid());
    let url = app.bucket.presign_put(&key, &new.content_type, new.bytes).await.map_err(bucket_problem)?;
    let answer = Upload {
        id: upload,
        upload_url: url,
        expires_in_s: PRESIGNED_LIFETIME.as_secs(),
        headers: [("content-type", new.content_type)],
    };
    // An answer with a URL that has expired is of no use.
    Ok((StatusCode::CREATED, ReplayFor(PRESIGNED_LIFETIME), Json(answer)))
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::ptr_arg, reason = "garde's signature")]
fn image_type(content_type: &String, (): &()) -> garde::Result {
    if is_image(content_type) { Ok(()) } else { Err(garde::Error::new("send image/png or image/jpeg")) }
}
