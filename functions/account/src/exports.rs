//! Taking everything along that is kept of the tenant.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloud::bucket::{BucketError, PRESIGNED_LIFETIME};
use cloud::clock;
use edge::{Answer, Caller, Code, Json, Owner, Path, Problem, RecentSessionCaller};
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

/// How far an export is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportState)]
enum StateView {
    /// Nobody has begun.
    Queued,
    /// It is being made.
    Running,
    /// It can be fetched.
    Ready,
    /// It was not made in time: ask for another.
    Failed,
    /// It can be fetched no more.
    Expired,
}

/// An export of everything that is kept of the account.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
pub(crate) struct ExportView {
    /// Its id.
    id: ExportId,
    /// Under which name it is fetched.
    #[schema(value_type = ExportFile)]
    file_name: String,
    /// How far it is.
    state: StateView,
    /// When it was asked for.
    requested_at: Timestamp,
    /// How much of the archive is stored.
    bytes_done: u64,
    /// How long the archive will be, once that is known.
    bytes_total: Option<u64>,
    /// Until when it can be fetched, once it can.
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

/// Exports of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportViews {
    /// The newest first.
    items: Vec<ExportView>,
}

/// Asks for an archive of everything that is kept of the account: all items of all tables, and all objects. It
/// takes a sign-in of the last minutes. One is made at a time: while it is being made, asking again gives it. A mail
/// tells when it is ready.
///
/// Reads: two items, three where one is being made. Writes: one transaction of two items, one message; none where one
/// is being made.
#[utoipa::path(
    post,
    path = "/api/account/export",
    tag = "account",
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
) -> Answer<Response> {
    let (tenant, user) = (caller.context.tenant, caller.context.user);
    // The authorizer may have seen an owner up to a minute ago, and an archive cannot be taken back.
    let member = accounts.identity.member(&tenant, &user).await?;
    if member.is_none_or(|member| member.role != Role::Owner) {
        return Err(owner_required());
    }
    if let Some(running) = accounts.exports.running(&tenant).await? {
        return accepted(&running);
    }
    let id = ExportId::new();
    // First the message: an export of which nobody hears would never be made. One that is never kept is nobody's.
    let message = ExportMessage { tenant, export: id, asked_at: clock::now() };
    let sent = accounts.export_queue.send(&message, &tenant.to_string(), Duration::ZERO).await;
    sent.map_err(|error| Problem::unavailable("queue", error))?;
    if let Some(export) = accounts.exports.begin(&tenant, id, user).await? {
        return accepted(&export);
    }
    let faster = accounts.exports.running(&tenant).await?;
    accepted(
        &faster.ok_or_else(|| Problem::new(Code::Conflict, "Another export has just ended. Ask again."))?,
    )
}

fn accepted(export: &Export) -> Answer<Response> {
    let location: [(HeaderName, &str); 1] = [(header::LOCATION, "/api/account/exports")];
    Ok((StatusCode::ACCEPTED, location, Json(ExportView::new(export)?)).into_response())
}

/// Lists the latest exports, the newest first.
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

/// Where to fetch an export.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportDownload {
    /// Fetches the archive, without a credential.
    url: String,
    /// How long the URL works, seconds. A download that has begun goes on.
    expires_in_s: u64,
    /// The name that the file is saved under.
    #[schema(value_type = ExportFile)]
    file_name: String,
}

/// Gives a URL that downloads an export for five minutes. It takes an owner who signed in; an export can be fetched
/// for 24 hours from when it is ready.
///
/// Reads: one item. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/download-export/{filename}",
    tag = "account",
    params(("filename" = ExportFile, Path, description = "Which export.")),
    responses(
        (status = OK, body = ExportDownload, description = "The URL."),
        (status = FORBIDDEN, description = "It takes an owner (`role_required`) who signed in (`session_required`)."),
        (status = NOT_FOUND, description = "There is no such export, or no more."),
        (status = CONFLICT, description = "It is not ready yet: `export_not_ready`."),
    ),
)]
pub(crate) async fn download_export(
    State(accounts): State<Arc<Accounts>>,
    _: Owner,
    edge::SessionCaller { context, .. }: edge::SessionCaller,
    Path(ExportFile(id)): Path<ExportFile>,
) -> Answer<Json<ExportDownload>> {
    let export = accounts.exports.get(&context.tenant, &id).await?;
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
    let (key, name) = (ObjectKey::export(&context.tenant, &id, ExportPart::Archive), file_name(&id));
    let url = accounts.bucket.presign_get(&key, &name).await;
    let url = url.map_err(|error: BucketError| Problem::unavailable("bucket", error))?;
    Ok(Json(ExportDownload { url, expires_in_s: PRESIGNED_LIFETIME.as_secs(), file_name: name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_an_export_and_nothing_else() {
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
