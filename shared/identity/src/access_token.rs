use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::secrets::{Secret, SecretError};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use tenancy::{SessionId, TenantId, UserId};

use crate::secret::random_bytes;
use crate::signing_keys::{KeyError, SigningKeys};

/// RFC 9068: says that the token is for access and nothing else.
const TYPE: &str = "at+jwt";

/// How far two clocks may be apart. The library's own 60 s would let expired tokens pass for longer.
const LEEWAY_S: u64 = 30;

/// Issues and verifies access tokens: EdDSA JWTs (RFC 9068, RFC 8037).
pub struct AccessTokens {
    keys: Arc<Secret<SigningKeys>>,
    issuer: String,
    lifetime: Duration,
}

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// Another for every token: of two that a session gets within a second each is decided on by itself.
    jti: String,
    /// Who.
    pub sub: UserId,
    /// Whose data.
    pub tenant: TenantId,
    /// Which sign-in.
    pub sid: SessionId,
}

/// No access for this token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Malformed, forged, expired, of another issuer or for another audience: all refused alike.
    #[error("not a valid access token")]
    Refused,
    /// The signing keys cannot be read.
    #[error(transparent)]
    Keys(#[from] SecretError),
    /// The signing keys are not usable.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl AccessTokens {
    /// Tokens of `issuer`, which is also their audience, valid for `lifetime`.
    #[must_use]
    pub fn new(keys: Arc<Secret<SigningKeys>>, issuer: String, lifetime: Duration) -> Self {
        Self { keys, issuer, lifetime }
    }

    /// How long a token is valid.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A token for one session.
    ///
    /// # Errors
    /// When the signing keys cannot be read or used.
    pub async fn issue(&self, user: UserId, tenant: TenantId, sid: SessionId) -> Result<String, TokenError> {
        let keys = self.keys.get().await?;
        let now = cloud::clock::now().as_second();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            iat: now,
            nbf: now,
            exp: now.saturating_add_unsigned(self.lifetime.as_secs()),
            jti: URL_SAFE_NO_PAD.encode(random_bytes::<16>()),
            sub: user,
            tenant,
            sid,
        };
        sign(&keys, &claims)
    }

    /// The claims of a token, if it is one of ours and still valid.
    ///
    /// # Errors
    /// [`TokenError::Refused`], or when the signing keys cannot be read.
    pub async fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        verify(&*self.keys.get().await?, &self.issuer, token)
    }
}

fn sign(keys: &SigningKeys, claims: &Claims) -> Result<String, TokenError> {
    let header = Header {
        typ: Some(TYPE.to_owned()),
        kid: Some(keys.current.kid.clone()),
        ..Header::new(Algorithm::EdDSA)
    };
    jsonwebtoken::encode(&header, claims, &keys.current.encoding()?)
        .map_err(|_| TokenError::Key(KeyError { kid: keys.current.kid.clone() }))
}

fn verify(keys: &SigningKeys, issuer: &str, token: &str) -> Result<Claims, TokenError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Refused)?;
    // The key is chosen by name only among our own, and the algorithm is never the token's choice.
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(TokenError::Refused)?;
    if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
        return Err(TokenError::Refused);
    }
    // Whoever does not know an extension that is marked as critical must refuse (RFC 7515, 4.1.11); the
    // library leaves that to its caller, and none is known here.
    if header.crit.is_some() {
        return Err(TokenError::Refused);
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.leeway = LEEWAY_S;
    validation.validate_nbf = true;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[issuer]);
    // Without this a token that simply leaves a claim out would pass.
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    let decoded = jsonwebtoken::decode::<Claims>(token, &key.decoding()?, &validation);
    decoded.map(|data| data.claims).map_err(|_| TokenError::Refused)
}

#[cfg(test)]
mod tests;
