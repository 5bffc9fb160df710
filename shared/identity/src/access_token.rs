//! Access tokens: signed JWTs that the authorizer verifies.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::secrets::{Secret, SecretError};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use tenancy::{SessionId, TenantId, UserId};

use crate::secret::random_bytes;
use crate::signing_keys::{KeyError, SigningKeys};

/// The `typ` header of an access token (RFC 9068), which tells it from every other kind of JWT.
const TYPE: &str = "at+jwt";

/// By how many seconds the clocks of issuer and verifier may differ. The library's default of 60 s would accept expired
/// tokens for longer.
const LEEWAY_S: u64 = 30;

/// Issues and verifies access tokens: EdDSA JWTs (RFC 9068, RFC 8037).
pub struct AccessTokens {
    keys: Arc<Secret<SigningKeys>>,
    issuer: String,
    lifetime: Duration,
}

/// The claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// Random, so that two tokens that a session gets within the same second differ: API Gateway caches the
    /// authorizer's answer by token.
    jti: String,
    /// The user who signed in.
    pub sub: UserId,
    /// The tenant whose data the token gives access to.
    pub tenant: TenantId,
    /// The session that the token belongs to.
    pub sid: SessionId,
    /// The number of the refresh token that was issued together with this token. The first use of either shows that the
    /// response with both arrived. Absent in tokens of earlier versions.
    #[serde(rename = "gen", default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
}

/// Why a token was not issued or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The token is malformed, forged, of another issuer or for another audience. The error does not tell which, so that
    /// callers learn nothing from it.
    #[error("not a valid access token")]
    Refused,
    /// The token was valid and has expired.
    #[error("the access token has expired")]
    Expired,
    /// Secrets Manager did not return the signing keys.
    #[error(transparent)]
    Keys(#[from] SecretError),
    /// A signing key in the secret is malformed.
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

    /// Issues a token for one session, together with the session's refresh token number `generation`.
    ///
    /// # Errors
    /// [`TokenError::Keys`] when the signing keys cannot be read, [`TokenError::Key`] when the current one is
    /// malformed.
    pub async fn issue(
        &self,
        user: UserId,
        tenant: TenantId,
        sid: SessionId,
        generation: u64,
    ) -> Result<String, TokenError> {
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
            generation: Some(generation),
        };
        sign(&keys, &claims)
    }

    /// Verifies a token and returns its claims.
    ///
    /// # Errors
    /// [`TokenError::Expired`] when the token is valid but for its age, [`TokenError::Refused`] when it is not valid
    /// otherwise, [`TokenError::Keys`] when the signing keys cannot be read,
    /// [`TokenError::Key`] when the one that the token names is malformed.
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
    // The token's `kid` only selects among our own keys, and its `alg` is only compared, never followed.
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(TokenError::Refused)?;
    if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
        return Err(TokenError::Refused);
    }
    // A verifier must refuse a token with a critical extension that it does not know (RFC 7515, 4.1.11). The library
    // leaves that to its caller, and this one knows no extension.
    if header.crit.is_some() {
        return Err(TokenError::Refused);
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.leeway = LEEWAY_S;
    validation.validate_nbf = true;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[issuer]);
    // By default the library requires `exp` only, and accepts a token that leaves out any other claim.
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    let key = key.decoding()?;
    match jsonwebtoken::decode::<Claims>(token, &key, &validation) {
        Ok(decoded) => Ok(decoded.claims),
        Err(error) if *error.kind() == ErrorKind::ExpiredSignature => {
            // The library checks the age before the other claims: these have to be right as well.
            validation.validate_exp = false;
            let otherwise = jsonwebtoken::decode::<Claims>(token, &key, &validation);
            Err(if otherwise.is_ok() { TokenError::Expired } else { TokenError::Refused })
        }
        Err(_) => Err(TokenError::Refused),
    }
}

#[cfg(test)]
mod tests;
