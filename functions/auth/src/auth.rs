use std::sync::Arc;

use cloud::{queue::Queue, secrets::Secret};
use edge::{Code, Problem};
use identity::{AccessTokens, Directory, SignIn, SignInError, SigningKeys, TokenError};
use serde::Serialize;
use tenancy::{SessionId, TenantId, UserId};

use crate::cookie::RefreshCookie;

/// What the routes share.
pub(crate) struct Auth {
    pub(crate) directory: Directory,
    pub(crate) tokens: AccessTokens,
    pub(crate) keys: Arc<Secret<SigningKeys>>,
    pub(crate) mail_queue: Queue,
    /// Where the pages are served from: links lead there, and only they may use the cookie.
    pub(crate) frontend_origin: String,
    pub(crate) cookie: RefreshCookie,
}

/// What a page gets to call the API with. It keeps the token in memory, where a script that gets into
/// another page cannot find it.
#[derive(Debug, Serialize)]
pub(crate) struct Access {
    access_token: String,
    token_type: &'static str,
    /// Seconds from now.
    expires_in: u64,
    tenant: TenantId,
    user: UserId,
    session: SessionId,
}

impl Auth {
    /// An access token for a sign-in. Reads: the signing keys, at most once in five minutes.
    pub(crate) async fn access(&self, sign_in: &SignIn) -> Result<Access, Problem> {
        let SignIn { tenant, session, .. } = sign_in;
        let token = self.tokens.issue(session.user, *tenant, session.id, session.role).await;
        Ok(Access {
            access_token: token.map_err(no_token)?,
            token_type: "Bearer",
            expires_in: self.tokens.lifetime().as_secs(),
            tenant: *tenant,
            user: session.user,
            session: session.id,
        })
    }
}

fn no_token(error: TokenError) -> Problem {
    match error {
        TokenError::Keys(reason) => Problem::unavailable("signing keys", reason),
        TokenError::Key(reason) => Problem::internal(reason),
        // Only a token that is verified can be refused, and here one is made.
        TokenError::Refused => Problem::internal("a token was refused where one was to be made"),
    }
}

/// A problem for a sign-in that did not come about; `spent` tells the person what to do instead.
pub(crate) fn not_signed_in(error: SignInError, code: Code, spent: &'static str) -> Problem {
    match error {
        SignInError::Spent => Problem::new(code, spent),
        SignInError::Table(error) => error.into(),
    }
}
