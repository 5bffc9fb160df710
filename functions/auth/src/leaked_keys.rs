//! API keys that were found where they should not be.

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

/// Keys that somebody found.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"credentials": ["dvai_live_0123456789abcdefghijABCDEFGHIJ00abcd"]})))]
pub(crate) struct LeakReport {
    /// The keys themselves. Any text that is no key is passed over.
    #[garde(length(min = 1, max = 100), inner(length(max = 1000)))]
    #[schema(min_items = 1, max_items = 100)]
    credentials: Vec<String>,
}

/// What becomes of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeakReported {
    /// The same for every report: it does not tell which of them were keys.
    message: &'static str,
}

/// Ends API keys that were found where others can read them: in a repository, a log, a mail. Whoever has a key may
/// do so, a secret scanner as well as its owner; nobody has to sign in. The owners of the account are written to.
///
/// Reads: one item for each key whose checksum fits. Writes: for each that is live one transaction of two items; and
/// its end is in the audit log.
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

/// The key has ended: whatever fails from here on must not make anybody report it again.
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
