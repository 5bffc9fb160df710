//! The state of the routes, and what several of them answer.

use std::sync::Arc;

use audit::AuditLog;

use aws_config::SdkConfig;
use cloud::settings::{self, FRONTEND_ORIGIN, SecretName, SettingError, TOKEN_ISSUER, TableName};
use cloud::{secrets::Secret, table::Table};
use edge::{ActingUser, Answer, ClientIp, Code, Json, Limiter, Problem};
use http::{HeaderMap, header};
use identity::{
    AccessTokens, Device, IdentityStore, KnownBrowser, Lifetimes, MailQueue, SessionError, SignIn,
    SigningKeys, TokenError,
};
use serde::Serialize;
use tenancy::{ContentHash, SessionId, TenantId, UserId};
use utoipa::ToSchema;

use crate::cookie::{Cookies, KNOWN_BROWSER, KNOWN_BROWSER_LIFETIME, SetCookies};
use crate::mail_limits::MailLimits;

/// The state that the handlers share.
pub struct Auth {
    pub(crate) identity: IdentityStore,
    pub(crate) tokens: AccessTokens,
    pub(crate) keys: Arc<Secret<SigningKeys>>,
    pub(crate) mail_queue: MailQueue,
    pub(crate) limiter: Limiter,
    pub(crate) audit: AuditLog,
    pub(crate) mail_limits: MailLimits,
    /// The origin of the front end: links in mails lead there, and only its pages may use the cookies.
    pub(crate) frontend_origin: String,
    pub(crate) cookies: Cookies,
}

/// An access token to call the API with. A page keeps it in memory only, where scripts of other pages cannot read it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Access {
    /// The token, a JWT, for the header `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String)]
    token_type: &'static str,
    /// In how many seconds the token expires.
    expires_in: u64,
    /// The tenant whose data the token gives access to.
    tenant: TenantId,
    /// The user who signed in.
    user: UserId,
    /// The session that the token belongs to.
    session: SessionId,
}

/// The response to a sign-in: the access token, and the user for the audit log.
pub(crate) type SignedIn = (ActingUser, Json<Access>);

/// What refreshing and changing the tenant answer to a refresh token that is not accepted.
pub(crate) const SESSION_OVER: &str = "The session is over. Sign in again.";

impl Auth {
    /// Over the deployment's tables, queues and secrets.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when the variable of one of them, `TOKEN_ISSUER` or `FRONTEND_ORIGIN` is not set;
    /// [`SettingError::Invalid`] when a lifetime or a limit is set and is not a number.
    pub fn from_settings(config: &SdkConfig, limiter: Limiter) -> Result<Self, SettingError> {
        let lifetimes = Lifetimes::from_settings()?;
        let table = Table::from_settings(config, TableName::Identity)?;
        let revocations = Table::from_settings(config, TableName::Revocations)?;
        let keys = Arc::new(Secret::from_settings(config, SecretName::SigningKeys)?);
        let issuer = settings::text(TOKEN_ISSUER)?;
        Ok(Self {
            identity: IdentityStore::new(table, revocations, lifetimes),
            tokens: AccessTokens::new(Arc::clone(&keys), issuer, lifetimes.access_token),
            keys,
            mail_queue: MailQueue::from_settings(config)?,
            limiter,
            audit: AuditLog::from_settings(config)?,
            mail_limits: MailLimits::from_settings()?,
            frontend_origin: settings::text(FRONTEND_ORIGIN)?,
            cookies: Cookies::new(settings::parsed("SECURE_COOKIES", true)?),
        })
    }

    /// Checks that access tokens can be signed, before anything is changed: otherwise a link could be used up, or a
    /// token be rotated, and the response be an error. Reads: the signing keys, at most once in five minutes.
    pub(crate) async fn check_signing_key(&self) -> Answer<()> {
        let keys = self.keys.get().await.map_err(|reason| token_problem(reason.into()))?;
        keys.current.check().map_err(|reason| token_problem(reason.into()))
    }

    /// The mark of the browser that sent a request, if it has signed in with the address before. Without the keys no
    /// browser is known. Reads: the signing keys, at most once in five minutes; none for a request without a mark.
    pub(crate) async fn known_browser(
        &self,
        headers: &HeaderMap,
        address: &ContentHash,
    ) -> Option<KnownBrowser> {
        let browser = self.cookies.read(KNOWN_BROWSER, headers).and_then(KnownBrowser::parse)?;
        let is_known = match self.keys.get().await {
            Ok(keys) => browser.knows(&keys, address).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let is_known = is_known.unwrap_or_else(|error| {
            tracing::error!(reason = %error, "no browser is known: {error}");
            false
        });
        is_known.then_some(browser)
    }

    /// Marks the browser that sent a request as one that has signed in with the address. Signing in does not fail when
    /// the browser cannot be marked. Reads: the signing keys, at most once in five minutes.
    pub(crate) async fn mark_browser(
        &self,
        headers: &HeaderMap,
        address: &ContentHash,
    ) -> Option<SetCookies<1>> {
        let browser = self.cookies.read(KNOWN_BROWSER, headers).and_then(KnownBrowser::parse);
        let browser = browser.unwrap_or_else(KnownBrowser::unknown);
        let keys = self.keys.get().await.ok()?;
        match browser.remembering(&keys, address) {
            Ok(browser) => Some(self.cookies.set(KNOWN_BROWSER, &browser.expose(), KNOWN_BROWSER_LIFETIME)),
            Err(error) => {
                tracing::error!(reason = %error, "the browser is not marked: {error}");
                None
            }
        }
    }

    /// Issues an access token for a sign-in. Reads: the signing keys, at most once in five minutes.
    pub(crate) async fn access(&self, sign_in: &SignIn) -> Answer<SignedIn> {
        let SignIn { tenant, session, .. } = sign_in;
        let generation = sign_in.refresh.generation;
        let token = self.tokens.issue(session.user, *tenant, session.id, generation).await;
        let acting_user = ActingUser { tenant: *tenant, user: session.user, session: session.id };
        let access = Json(Access {
            access_token: token.map_err(token_problem)?,
            token_type: "Bearer",
            expires_in: self.tokens.lifetime().as_secs(),
            tenant: *tenant,
            user: session.user,
            session: session.id,
        });
        Ok((acting_user, access))
    }
}

/// What a request says of the device that sent it.
pub(crate) fn device(ClientIp(ip): &ClientIp, headers: &HeaderMap) -> Device {
    let user_agent = headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    Device::new(ip.as_deref(), user_agent.as_deref())
}

fn token_problem(error: TokenError) -> Problem {
    match error {
        TokenError::Keys(reason) => Problem::unavailable("signing keys", reason),
        TokenError::Key(reason) => Problem::internal(reason),
        // Issuing a token does not verify one, so these variants cannot occur.
        TokenError::Refused | TokenError::Expired => {
            Problem::internal("a token was refused where one was to be made")
        }
    }
}

/// The problem for a session that could not be continued.
pub(crate) fn session_problem(error: SessionError) -> Problem {
    match error {
        SessionError::Over | SessionError::Reused(_) => Problem::new(Code::Unauthorized, SESSION_OVER),
        SessionError::NoSuchTenant => Problem::not_found("tenant"),
        SessionError::Table(error) => error.into(),
    }
}
