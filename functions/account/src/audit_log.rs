//! Listing the entries of the audit log.

use std::sync::Arc;

use audit::{Entry, Filter};
use axum::extract::State;
use edge::{Answer, Json, Owner, Problem, Query};
use garde::Validate;
use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use tenancy::ContentHash;
use utoipa::{IntoParams, ToSchema};

use crate::state::Accounts;

/// A page of the audit log, newest entry first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// The entries. The list can be empty although later pages are not.
    items: Vec<AuditEntry>,
    /// The value of `before` for the next page; null on the last page.
    next: Option<u64>,
}

/// An entry of the audit log: a request that changed something or tried to.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    /// The number of the entry, counted from 1.
    seq: u64,
    /// When the request was received.
    at: Timestamp,
    /// Who made the request: a user's id, `operator`, `leak_report`, or `token_reuse` for a session that ended because
    /// one of its refresh tokens was used again.
    actor: String,
    /// The id of the session or API key that was used.
    credential: Option<String>,
    /// Method and route of the request.
    action: String,
    /// The ids in the path of the request.
    subjects: Vec<String>,
    /// The request id, as in the header `X-Request-Id`.
    request: String,
    /// The HTTP status of the response; null when it is not known.
    status: Option<u16>,
    /// How many requests the entry stands for. It is more than 1 when many requests of the same actor and action were
    /// refused within an hour: the first ones have entries of their own, the others have one, which shows the last.
    #[schema(minimum = 1)]
    count: u64,
    /// SHA-256 of the entry before this one.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    previous: ContentHash,
    /// SHA-256 of the compact JSON object with the members `tenant`, `seq`, `at`, `actor`, `credential`, `action`,
    /// `subjects`, `request`, `status`, `previous` and, where it is more than 1, `count`, in this order.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    hash: ContentHash,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        let Entry { seq, call, status, count, previous, hash } = entry;
        Self {
            seq,
            at: call.at,
            actor: call.actor.to_string(),
            credential: call.credential,
            action: call.action,
            subjects: call.subjects,
            request: call.request,
            status,
            count: count.unwrap_or(1),
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
    /// How many entries to list at most.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u16,
    /// Only entries with a number below this one.
    #[garde(range(min = 1, max = 2_147_483_647))]
    #[param(minimum = 1, maximum = 2147483647)]
    before: Option<u64>,
    /// Only requests of this actor: a user's id, `operator`, `leak_report` or `token_reuse`.
    #[garde(length(max = 64))]
    #[param(pattern = "^(user_[0-9a-f]{32}|operator|leak_report|token_reuse)$")]
    actor: Option<String>,
    /// Only requests with this credential: the id of a session or an API key.
    #[garde(length(max = 64))]
    #[param(max_length = 64)]
    credential: Option<String>,
    /// Only requests whose action begins like this: `DELETE`, `POST /api/v1/projects`.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    action: Option<String>,
    /// Only requests with this id in the path.
    #[garde(length(max = 64))]
    #[param(max_length = 64)]
    subject: Option<String>,
    /// Only requests at or after this time.
    #[garde(skip)]
    #[serde(deserialize_with = "time")]
    from: Option<Timestamp>,
    /// Only requests before this time.
    #[garde(skip)]
    #[serde(deserialize_with = "time")]
    until: Option<Timestamp>,
    /// `true` for requests that succeeded, `false` for those that were refused or failed.
    #[garde(skip)]
    succeeded: Option<bool>,
}

/// A time whose refusal says what one looks like.
fn time<'de, D: Deserializer<'de>>(parameter: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(parameter)?;
    text.parse().map(Some).map_err(|_| D::Error::custom("expected a time, such as 2026-01-31T12:00:00Z"))
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

/// Lists who changed what in the account, newest first. A page reads at most 500 entries, so with a filter it can be
/// empty although later pages are not.
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
        Problem::invalid_parameter(
            "actor",
            "Give `actor` as a person's id, `operator`, `leak_report` or `token_reuse`.",
        )
    })?;
    let filter = Filter { actor, credential, action, subject, from, until, succeeded };
    let page = accounts.audit.entries(&caller.tenant, &filter, before, usize::from(limit)).await?;
    Ok(Json(AuditPage { items: page.entries.into_iter().map(AuditEntry::from).collect(), next: page.next }))
}
