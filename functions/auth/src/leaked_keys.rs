//! Revoking API keys that were leaked.

use std::sync::Arc;
use std::time::Duration;

use audit::{Actor, Call};
use axum::extract::State;
use cloud::{clock, correlation};
use edge::{Answer, Json};
use garde::Validate;
use http::StatusCode;
use identity::{ApiKey, ApiKeyText, Mail, Member};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Auth;

/// API keys that somebody found where others can read them.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"credentials": ["dvai_live_0123456789abcdefghijABCDEFGHIJ00abcd"]})))]
pub(crate) struct LeakReport {
    /// The keys. A text that is not an API key is ignored.
    #[garde(length(min = 1, max = 100), inner(length(max = 1000)))]
    #[schema(min_items = 1, max_items = 100)]
    credentials: Vec<String>,
}

/// The response to a report of leaked keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeakReported {
    /// A text that is the same for every report, and so does not tell which of the keys were valid.
    message: &'static str,
}

/// Revokes API keys that were found where others can read them: in a repository, a log, a mail. Possession of a key
/// suffices: secret scanners can report keys, and nobody has to sign in. The owners of the account get a mail.
///
/// Reads: one item for each key with a right checksum; for each valid key one query and one item more. Writes: for each
/// valid key one transaction of four items, another of two for the audit log, and one message for each owner.
#[utoipa::path(
    post,
    path = "/api/auth/api-keys/revoke",
    tag = "auth",
    security(()),
    request_body = LeakReport,
    responses((status = ACCEPTED, body = LeakReported, description = "Whichever of them were keys have ended.")),
)]
pub(crate) async fn revoke_leaked_keys(
    State(auth): State<Arc<Auth>>,
    Json(report): Json<LeakReport>,
) -> Answer<(StatusCode, Json<LeakReported>)> {
    for text in report.credentials.iter().filter_map(|text| ApiKeyText::parse(text)) {
        if let Some((key, owners)) = auth.identity.revoke_leaked_key(&text).await? {
            notify_owners(&auth, &key, owners).await;
        }
    }
    let message = "Whichever of these were keys of ours have ended, and their owners are written to.";
    Ok((StatusCode::ACCEPTED, Json(LeakReported { message })))
}

/// Records the revocation in the audit log and sends a mail to the owners. Failures are only logged: the key is revoked
/// already, and reporting it again would not send the mails.
async fn notify_owners(auth: &Auth, key: &ApiKey, owners: Vec<Member>) {
    tracing::warn!(tenant = %key.tenant, key = %key.id, "a leaked key has ended");
    let call = Call {
        at: clock::now(),
        actor: Actor::LeakReport,
        credential: None,
        action: "POST /api/auth/api-keys/revoke".to_owned(),
        subjects: vec![key.id.to_string()],
        request: correlation::current().unwrap_or_default(),
    };
    if let Err(error) = auth.audit.append(&key.tenant, call, StatusCode::ACCEPTED.as_u16()).await {
        tracing::error!(tenant = %key.tenant, key = %key.id, reason = %error, "not in the audit log: {error}");
    }
    for owner in owners {
        let group = owner.email.digest().to_string();
        let (key_name, beginning) = (key.name.clone(), key.beginning.clone());
        let mail = Mail::ApiKeyRevoked { to: owner.email, key_name, beginning };
        if let Err(error) = auth.mail_queue.send(&mail, &group, Duration::ZERO).await {
            tracing::error!(tenant = %key.tenant, key = %key.id, reason = %error, "an owner is not told: {error}");
        }
    }
}
