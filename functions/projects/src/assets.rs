//! `/api/v1/projects/{id}/assets`: a presigned upload of a person's own picture.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::post;
use cloud::bucket::PRESIGNED_LIFETIME;
use edge::{Answer, Caller, Json, Path, Router};
use garde::Validate;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use studio::{ProjectId, UploadId};
use tenancy::ObjectKey;

use crate::app::{App, bucket_problem};

/// 20 MB: a 6,000 × 4,000 photograph as JPEG is half of it.
pub const LARGEST_IMAGE: u64 = 20 << 20;

pub fn routes() -> Router<App> {
    Router::new().route("/api/v1/projects/{id}/assets", post(create))
}

/// Whether a picture of this type can be used.
pub fn is_image(content_type: &str) -> bool {
    matches!(content_type, "image/png" | "image/jpeg")
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct NewAsset {
    #[garde(skip)]
    #[serde(rename = "kind")]
    _kind: AssetKind,
    #[garde(custom(image_type))]
    content_type: String,
    #[garde(range(min = 1, max = LARGEST_IMAGE))]
    bytes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AssetKind {
    Image,
}

#[derive(Debug, Serialize)]
struct Upload {
    id: UploadId,
    upload_url: String,
    expires_in_s: u64,
    headers: [(&'static str, String); 1],
}

/// Gives an id and a URL to PUT the bytes to. What arrives is checked before it is used. Cost: one read.
async fn create(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(id): Path<ProjectId>,
    Json(new): Json<NewAsset>,
) -> Answer<impl IntoResponse> {
    app.project(&caller.tenant, &id).await?;
    let upload = UploadId::new();
    let key = ObjectKey::upload(&caller.tenant, upload.uuid());
    let url = app.bucket.presign_put(&key, &new.content_type, new.bytes).await.map_err(bucket_problem)?;
    let answer = Upload {
        id: upload,
        upload_url: url,
        expires_in_s: PRESIGNED_LIFETIME.as_secs(),
        headers: [("content-type", new.content_type)],
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::ptr_arg, reason = "garde's signature")]
fn image_type(content_type: &String, (): &()) -> garde::Result {
    if is_image(content_type) { Ok(()) } else { Err(garde::Error::new("send image/png or image/jpeg")) }
}
