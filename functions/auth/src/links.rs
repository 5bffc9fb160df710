//! Signing in by a link in a mail.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::AppendHeaders;
use edge::{Answer, Code, Json, Problem};
use garde::Validate;
use http::{HeaderName, StatusCode};
use identity::{EmailAddress, Mail, Secret, SignInCode};
use serde::{Deserialize, Serialize};

use crate::auth::{Access, Auth, not_signed_in};

#[derive(Deserialize, Validate)]
pub(crate) struct LinkRequest {
    /// Checked by [`EmailAddress`].
    #[garde(skip)]
    email: String,
}

#[derive(Serialize)]
pub(crate) struct LinkRequested {
    message: &'static str,
    /// How long the link works, in seconds.
    expires_in_s: u64,
}

/// Asks for a sign-in link. The answer is the same, and takes the same, for known and for unknown
/// addresses: the mail goes out through a queue.
///
/// Reads: none. Writes: one item (the link), one message.
pub(crate) async fn request(
    State(auth): State<Arc<Auth>>,
    Json(body): Json<LinkRequest>,
) -> Answer<(StatusCode, Json<LinkRequested>)> {
    let to: EmailAddress = body
        .email
        .parse()
        .map_err(|_| Problem::invalid("email", "Give an e-mail address, such as ruth@example.org."))?;
    // Who the mail is for, to queues and logs: the address itself is personal data.
    let group = to.digest().to_string();
    let token = auth.directory.make_link(to.clone()).await?;
    let lifetime = auth.directory.link_lifetime();
    let link = format!("{}/login#token={}", auth.frontend_origin, token.expose());
    let mail =
        Mail::SignInLink { to, link, code: SignInCode::random(), expires_in_min: lifetime.as_secs() / 60 };
    let sent = auth.mail_queue.send(&mail, &group, Duration::ZERO).await;
    sent.map_err(|error| Problem::unavailable("mail queue", error))?;
    let answer = LinkRequested {
        message: "If mail can reach this address, a sign-in link is on its way.",
        expires_in_s: lifetime.as_secs(),
    };
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

#[derive(Deserialize, Validate)]
pub(crate) struct LinkVerification {
    /// From the link's fragment. Any text that is no token is a spent one.
    #[garde(skip)]
    token: String,
}

/// Signs in with a link's token, once. An address that nobody used before gets a tenant of its own.
///
/// Reads: two items, the signing keys. Writes: one transaction of two items, of five for a new tenant.
pub(crate) async fn verify(
    State(auth): State<Arc<Auth>>,
    Json(body): Json<LinkVerification>,
) -> Answer<(AppendHeaders<[(HeaderName, String); 1]>, Json<Access>)> {
    const SPENT: &str = "Ask for a new link: each works once, and only for a while.";
    let token = Secret::parse(&body.token).ok_or_else(|| Problem::new(Code::LinkSpent, SPENT))?;
    let signed_in = auth.directory.redeem_link(&token).await;
    let sign_in = signed_in.map_err(|error| not_signed_in(error, Code::LinkSpent, SPENT))?;
    let access = auth.access(&sign_in).await?;
    Ok((auth.cookie.set(&sign_in), Json(access)))
}
