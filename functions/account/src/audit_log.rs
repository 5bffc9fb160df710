//! Who changed what.

use std::sync::Arc;

use audit::{Entry, Filter};
use axum::extract::State;
use edge::{Answer, Json, Owner, Problem, Query};
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;
use utoipa::{IntoParams, ToSchema};

use crate::state::Accounts;

/// A part of the audit log, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// The entries. There may be none, and more after them.
    items: Vec<AuditEntry>,
    /// What to ask for as `before` to go on; none at the end.
    next: Option<u64>,
}

/// Something that somebody did, or tried to do.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    /// Its place in the log, from 1.
    seq: u64,
    /// When.
    at: Timestamp,
    /// Who: a person's id, `operator`, or `leak_report`.
    actor: String,
    /// With what: a session's or an API key's id.
    credential: Option<String>,
    /// What: method and route.
    action: String,
    /// To what: the ids in the path.
    subjects: Vec<String>,
    /// The request, as `X-Request-Id` has it.
    request: String,
    /// The answer's status; none when it is not known.
    status: Option<u16>,
    /// SHA-256 of the entry before it.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    previous: ContentHash,
    /// SHA-256 of the compact JSON object with the members `tenant`, `seq`, `at`, `actor`, `credential`, `action`,
    /// `subjects`, `request`, `status` and `previous`, in this order.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    hash: ContentHash,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        let Entry { seq, call, status, previous, hash } = entry;
        Self {
            seq,
            at: call.at,
            actor: call.actor.to_string(),
            credential: call.credential,
            action: call.action,
            subjects: call.subjects,
            request: call.request,
            status,
            previous,
            hash,
        }
    }
}

/// Which entries to show.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditFilter {
    /// How many at most.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// Entries before this one.
    #[garde(range(min = 1, max = 2_147_483_647))]
    #[param(minimum = 1, maximum = 2147483647)]
    before: Option<u64>,
    /// By whom: a person's id, `operator`, or `leak_report`.
    #[garde(length(max = 64))]
    #[param(pattern = "^(user_[0-9a-f]{32}|operator|leak_report)$")]
    actor: Option<String>,
    /// With what: a session's or an API key's id.
    #[garde(length(max = 64))]
    #[param(max_length = 64)]
    credential: Option<String>,
    /// What, by its beginning: `DELETE`, `POST /api/v1/projects`.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    action: Option<String>,
    /// To which thing: its id.
    #[garde(length(max = 64))]
    #[param(max_length = 64)]
    subject: Option<String>,
    /// Not before this time.
    #[garde(skip)]
    from: Option<Timestamp>,
    /// Before this time.
    #[garde(skip)]
    until: Option<Timestamp>,
    /// Only what was done, or only what was refused or failed.
    #[garde(skip)]
    succeeded: Option<bool>,
}

impl Default for AuditFilter {
    fn default() -> Self {
        Self {
            limit: 50,
            before: None,
            actor: None,
            credential: None,
            action: None,
            subject: None,
            from: None,
            until: None,
            succeeded: None,
        }
    }
}

/// Lists who changed what in the account, newest first. At most 500 entries are looked at: a filter may show none of
/// them while there are more.
///
/// Reads: one query, of some fifty items. Writes: none.
#[utoipa::path(
    get,
    path = "/api/account/audit",
    tag = "account",
    params(AuditFilter),
    responses(
        (status = OK, body = AuditPage, description = "The entries."),
        (status = FORBIDDEN, description = "It takes an owner: `role_required`."),
    ),
)]
pub(crate) async fn list_audit_entries(
    State(accounts): State<Arc<Accounts>>,
    Owner(caller): Owner,
    Query(asked): Query<AuditFilter>,
) -> Answer<Json<AuditPage>> {
    let AuditFilter { limit, before, actor, credential, action, subject, from, until, succeeded } = asked;
    let actor = actor.map(|actor| actor.parse()).transpose();
    let actor = actor.map_err(|_| {
        Problem::new(edge::Code::BadRequest, "Give `actor` as a person's id, `operator` or `leak_report`.")
    })?;
    let filter = Filter { actor, credential, action, subject, from, until, succeeded };
    let page = accounts.audit.entries(&caller.tenant, &filter, before, usize::from(limit)).await?;
    Ok(Json(AuditPage { items: page.entries.into_iter().map(AuditEntry::from).collect(), next: page.next }))
}
