//! Signing in with a link from a mail.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use edge::{Answer, ClientIp, Code, Json, Problem, RateLimitError, SourceIp};
use garde::Validate;
use http::{HeaderMap, StatusCode};
use identity::{
    BrowserNonce, EmailAddress, InvalidAddress, LinkError, LinkToken, Mail, MakeLinkError, Proof, Requester,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Access, Auth, SignedIn, device};
use crate::cookie::{SIGN_IN, SetCookies};
use crate::same_origin::{BrowserOrigin, SameOrigin};

const LINK_SPENT: &str = "Ask for a new link: each works once, and only for a while.";

/// The address that wants to sign in.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"email": "ruth@example.org"})))]
pub(crate) struct LinkRequest {
    /// The address that the link is sent to.
    // Checked by `EmailAddress`.
    #[garde(skip)]
    #[schema(format = Email, max_length = 254)]
    email: String,
}

/// The response to a request for a link, the same for known and for unknown addresses.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkRequested {
    /// A text for people.
    #[schema(value_type = String)]
    message: &'static str,
    /// How long the link is valid, in seconds.
    expires_in_s: u64,
}

/// Sends a sign-in link to an address. The response, and the time that it takes, are the same for known and for unknown
/// addresses, because the mail is sent through a queue. A cookie lets this browser sign in without the code in the
/// mail. Earlier links to the address stay valid, whoever asked for them: five of one browser or network at a time, a
/// sixth of the same browser replaces its oldest. A browser that has signed in with the address before, which it shows
/// by a cookie, has mail limits of its own. A refused request takes nothing from any limit.
///
/// Reads: one item (the address's links); with such a cookie the signing keys. Writes: four items of rate limits (one
/// for a browser that is known), one item (the links), one item (the mail), one message.
#[utoipa::path(
    post,
    path = "/api/auth/magic-link/request",
    tag = "auth",
    security(()),
    params(BrowserOrigin),
    request_body = LinkRequest,
    responses(
        (
            status = 202,
            body = LinkRequested,
            description = "The link is on its way.",
            headers(("Set-Cookie" = String, description = "What lets this browser sign in without the code."))
        ),
        (status = 403, description = "The request comes from another site: `foreign_origin`."),
        (status = 429, description = "Too many mails, or five unused links were asked for from there: `rate_limited`."),
    ),
)]
pub(crate) async fn request_link(
    State(auth): State<Arc<Auth>>,
    SameOrigin: SameOrigin,
    SourceIp(ip): SourceIp,
    headers: HeaderMap,
    Json(body): Json<LinkRequest>,
) -> Answer<(StatusCode, SetCookies<1>, Json<LinkRequested>)> {
    let to: EmailAddress =
        body.email.parse().map_err(|error: InvalidAddress| Problem::invalid("email", error.to_string()))?;
    let address = to.digest();
    let requester = match auth.known_browser(&headers, &address).await {
        Some(browser) => Requester::KnownBrowser(browser.name()),
        None => Requester::Network(ip),
    };
    let tokens = auth.mail_limits.take_tokens(&auth.limiter, &requester, &to).await?;
    // The message group is the digest: the address itself is personal data, and groups get into logs.
    let group = address.to_string();
    let nonce = auth.cookies.read(SIGN_IN, &headers).and_then(BrowserNonce::parse);
    let new = match auth.identity.make_link(&to, &requester, nonce.as_ref()).await {
        Ok(new) => new,
        Err(error) => {
            auth.limiter.give_back(tokens).await;
            return Err(match error {
                MakeLinkError::TooMany { wait } => RateLimitError::Limited { wait }.into(),
                MakeLinkError::Table(error) => error.into(),
            });
        }
    };
    let lifetime = auth.identity.lifetimes().link;
    let link = format!("{}/login#token={}", auth.frontend_origin, new.token.expose());
    let mail = Mail::SignInLink { to, link, code: new.code, expires_in_min: lifetime.as_secs() / 60 };
    let sent = auth.mail_queue.send(&mail, &group, Duration::ZERO).await;
    sent.map_err(|error| Problem::unavailable("mail queue", error))?;
    let answer = LinkRequested {
        message: "If mail can reach this address, a sign-in link is on its way.",
        expires_in_s: lifetime.as_secs(),
    };
    let nonce = auth.cookies.set(SIGN_IN, &new.nonce.expose(), lifetime);
    Ok((StatusCode::ACCEPTED, nonce, Json(answer)))
}

/// Two of three secrets sign in: the token of the link, the cookie of the browser that asked for the link, and the code
/// in the mail.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"code": "ABCD-EFGH"})))]
pub(crate) struct LinkVerification {
    /// The token from the link's fragment. A text that is not a token is answered like that of a used link.
    #[garde(skip)]
    #[serde(default)]
    #[schema(max_length = 86)]
    token: Option<String>,
    /// The code from the mail, in upper or lower case, with or without the hyphen.
    #[garde(skip)]
    #[serde(default)]
    #[schema(examples("ABCD-EFGH"))]
    code: Option<String>,
}

/// Signs in with a link, which works once. The browser that asked for the link needs the token or the code; any other
/// device needs both. Five codes can be tried for a link. All links of the address are void afterwards. An address that
/// is used for the first time gets a tenant of its own.
///
/// Reads: two items, the signing keys. Writes: one transaction of four items (five for a new tenant); for a wrong code
/// one item.
#[utoipa::path(
    post,
    path = "/api/auth/magic-link/verify",
    tag = "auth",
    security(()),
    params(
        BrowserOrigin,
        (
            "__Host-sign-in" = Option<String>,
            Cookie,
            description = "What the request for the link has set. Without it, it takes both `token` and `code`.",
            nullable = false
        ),
    ),
    request_body = LinkVerification,
    responses(
        (
            status = 200,
            body = Access,
            description = "Signed in; the refresh token is in a cookie.",
            headers(("Set-Cookie" = String, description = "The refresh token, as `__Host-refresh`."))
        ),
        (status = 401, description = "`link_spent`: the link no longer works. `code_required`: it takes the code as well. `code_wrong`: it was another."),
        (status = 403, description = "The request comes from another site: `foreign_origin`."),
    ),
)]
pub(crate) async fn verify_link(
    State(auth): State<Arc<Auth>>,
    SameOrigin: SameOrigin,
    client_ip: ClientIp,
    headers: HeaderMap,
    Json(body): Json<LinkVerification>,
) -> Answer<(SetCookies<1>, SetCookies<1>, Option<SetCookies<1>>, SignedIn)> {
    let proof = Proof {
        token: body.token.as_deref().and_then(LinkToken::parse),
        nonce: auth.cookies.read(SIGN_IN, &headers).and_then(BrowserNonce::parse),
        code: body.code.as_deref(),
    };
    // A malformed token must not be treated as absent: cookie and code would suffice then. With neither token nor
    // cookie there is no link to look up.
    if proof.token.is_none() && (body.token.is_some() || proof.nonce.is_none()) {
        return Err(Problem::new(Code::LinkSpent, LINK_SPENT));
    }
    auth.check_signing_key().await?;
    let sign_in = auth.identity.sign_in(&proof, &device(&client_ip, &headers)).await.map_err(link_problem)?;
    let known = match proof.address() {
        Some(address) => auth.mark_browser(&headers, &address).await,
        None => None,
    };
    let access = auth.access(&sign_in).await?;
    Ok((auth.cookies.set_refresh_token(&sign_in), auth.cookies.clear(SIGN_IN), known, access))
}

fn link_problem(error: LinkError) -> Problem {
    match error {
        LinkError::Spent => Problem::new(Code::LinkSpent, LINK_SPENT),
        LinkError::CodeRequired => Problem::new(
            Code::CodeRequired,
            "Type the code that stands beside the link in the mail, or open the link in the browser that asked for it.",
        ),
        LinkError::CodeWrong { tries_left } => {
            let detail = "Type the code as it stands in the mail, beside the link.";
            Problem::new(Code::CodeWrong, detail).with("tries_left", tries_left)
        }
        LinkError::Table(error) => error.into(),
    }
}
