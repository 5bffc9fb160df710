//! Exports of everything that is stored of an account.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloud::bucket::{BucketError, PRESIGNED_LIFETIME};
use cloud::clock;
use edge::{
    Answer, Caller, Code, IdempotencyHeader, Idempotent, Json, Owner, Path, Problem, RecentSessionCaller,
};
use film_vocabulary::FileName;
use http::{HeaderName, StatusCode, header};
use jiff::Timestamp;
use protection::exports::{ExportMessage, file_name};
use protection::{Export, ExportState};
use serde::{Deserialize, Serialize};
use tenancy::{ExportId, ExportPart, InvalidId, ObjectKey, Role};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::state::{Accounts, owner_required};

/// The name of an export's file: its id, and `.zip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ExportFile(ExportId);

impl FromStr for ExportFile {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let id = text.strip_suffix(".zip").ok_or(InvalidId { prefix: ExportId::PREFIX })?;
        id.parse().map(Self)
    }
}

impl TryFrom<String> for ExportFile {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl PartialSchema for ExportFile {
    fn schema() -> RefOr<Schema> {
        let pattern = format!("^{}[0-9a-f]{{32}}\\.zip$", ExportId::PREFIX);
        RefOr::T(ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build().into())
    }
}

impl ToSchema for ExportFile {}

/// The state of an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportState)]
enum StateView {
    /// The export has not begun.
    Queued,
    /// The export is being made.
    Running,
    /// The export can be downloaded.
    Ready,
    /// The export was not completed in time. Another one can be requested.
    Failed,
    /// The export was deleted, 24 hours after it was ready.
    Expired,
}

/// An export of everything that is stored of the account.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
pub(crate) struct ExportView {
    /// The id of the export.
    id: ExportId,
    /// The name of the file, which the download route takes.
    #[schema(value_type = ExportFile)]
    file_name: String,
    /// The state of the export.
    state: StateView,
    /// When the export was requested.
    requested_at: Timestamp,
    /// How many bytes of the archive are stored.
    bytes_done: u64,
    /// How many bytes the archive will have, once that is known.
    bytes_total: Option<u64>,
    /// When the export is deleted, once it is ready.
    expires_at: Option<Timestamp>,
}

impl ExportView {
    fn new(export: &Export) -> Answer<Self> {
        let state = match export.state(clock::now()) {
            ExportState::Queued => StateView::Queued,
            ExportState::Running => StateView::Running,
            ExportState::Ready => StateView::Ready,
            ExportState::Failed => StateView::Failed,
            ExportState::Expired => StateView::Expired,
        };
        let expires_at = export.ready_at.map(|_| Timestamp::from_second(export.expires_at));
        Ok(Self {
            id: export.id,
            file_name: file_name(&export.id),
            state,
            requested_at: export.requested_at,
            bytes_done: export.bytes_done,
            bytes_total: export.bytes_total,
            expires_at: expires_at.transpose().map_err(Problem::internal)?,
        })
    }
}

/// The latest exports of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportViews {
    /// The exports, newest first.
    items: Vec<ExportView>,
}

/// Requests an archive of everything that is stored of the account: all items of all tables, and all objects. The
/// request needs a recent sign-in. One export is made at a time: while one is being made, the response is that export.
/// A mail tells when it is ready.
///
/// Reads: two items, three where one is being made. Writes: one transaction of two items, one message; none where one
/// is being made.
#[utoipa::path(
    post,
    path = "/api/account/export",
    tag = "account",
    params(IdempotencyHeader),
    responses(
        (
            status = ACCEPTED,
            body = ExportView,
            description = "It is being made; `Location` is where to look.",
            headers(("location" = String, description = "Where exports are listed.")),
        ),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`), and just now (`recent_sign_in_required`)."),
    ),
)]
pub(crate) async fn request_export(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    RecentSessionCaller(caller): RecentSessionCaller,
    _: Idempotent,
) -> Answer<Response> {
    let (tenant, user) = (caller.context.tenant, caller.context.user);
    // The authorizer's answer can be a minute old, and an archive that was handed out cannot be taken back.
    let member = accounts.identity.member(&tenant, &user).await?;
    if member.is_none_or(|member| member.role != Role::Owner) {
        return Err(owner_required());
    }
    if let Some(running) = accounts.exports.running(&tenant).await? {
        return accepted(&running);
    }
    let id = ExportId::new();
    // The message is sent first: an export without a message would never be made, while a message without an export is
    // ignored.
    let message = ExportMessage { tenant, export: id, asked_at: clock::now() };
    let sent = accounts.export_queue.send(&message, &tenant.to_string(), Duration::ZERO).await;
    sent.map_err(|error| Problem::unavailable("queue", error))?;
    if let Some(export) = accounts.exports.begin(&tenant, id, user).await? {
        return accepted(&export);
    }
    let concurrent = accounts.exports.running(&tenant).await?;
    accepted(
        &concurrent
            .ok_or_else(|| Problem::new(Code::Conflict, "Another export has just ended. Ask again."))?,
    )
}

fn accepted(export: &Export) -> Answer<Response> {
    let location: [(HeaderName, &str); 1] = [(header::LOCATION, "/api/account/exports")];
    Ok((StatusCode::ACCEPTED, location, Json(ExportView::new(export)?)).into_response())
}

/// Lists the latest exports, newest first.
///
/// Reads: one query. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/exports",
    tag = "account",
    responses((status = OK, body = ExportViews, description = "The exports.")),
)]
pub(crate) async fn list_exports(
    State(accounts): State<Arc<Accounts>>,
    Caller(caller): Caller,
) -> Answer<Json<ExportViews>> {
    let exports = accounts.exports.list(&caller.tenant).await?;
    Ok(Json(ExportViews { items: exports.iter().map(ExportView::new).collect::<Answer<_>>()? }))
}

/// A URL that downloads an export.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportDownload {
    /// The URL of the archive, which works without a credential.
    url: String,
    /// How long the URL is valid, in seconds. A download that has begun by then continues.
    expires_in_s: u64,
    /// The name under which browsers save the file.
    #[schema(value_type = ExportFile)]
    file_name: String,
}

/// Makes a URL that downloads an export and is valid for five minutes. The request needs a recent sign-in. An export can
/// be downloaded for 24 hours after it is ready.
///
/// Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/download-export/{filename}",
    tag = "account",
    params(("filename" = ExportFile, Path, description = "Which export.")),
    responses(
        (status = OK, body = ExportDownload, description = "The URL."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`), and just now (`recent_sign_in_required`)."),
        (status = NOT_FOUND, description = "There is no such export, or no more."),
        (status = CONFLICT, description = "It is not ready yet: `export_not_ready`."),
    ),
)]
pub(crate) async fn download_export(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    RecentSessionCaller(caller): RecentSessionCaller,
    Path(ExportFile(id)): Path<ExportFile>,
) -> Answer<Json<ExportDownload>> {
    let tenant = caller.context.tenant;
    let export = accounts.exports.get(&tenant, &id).await?;
    let export = export.ok_or_else(|| Problem::not_found("export"))?;
    match export.state(clock::now()) {
        ExportState::Ready => {}
        ExportState::Queued | ExportState::Running => {
            return Err(Problem::new(
                Code::ExportNotReady,
                "It is being made: look at its state until it is ready.",
            ));
        }
        ExportState::Failed | ExportState::Expired => return Err(Problem::not_found("export")),
    }
    let key = ObjectKey::export(&tenant, &id, ExportPart::Archive);
    let url = accounts.bucket.presign_get(&key, &FileName::new(&id.to_string(), "zip")).await;
    let url = url.map_err(|error: BucketError| Problem::unavailable("bucket", error))?;
    Ok(Json(ExportDownload { url, expires_in_s: PRESIGNED_LIFETIME.as_secs(), file_name: file_name(&id) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_file_names_of_exports_parse() {
        let id = ExportId::new();
        assert_eq!(file_name(&id).parse(), Ok(ExportFile(id)));
        for bad in [
            id.to_string(),
            format!("{id}.ZIP"),
            format!("{id}.zip.zip"),
            format!("x{id}.zip"),
            ".zip".into(),
        ] {
            assert!(bad.parse::<ExportFile>().is_err(), "{bad}");
        }
    }
}
