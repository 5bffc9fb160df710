use std::sync::Arc;
use std::time::Duration;

use cloud::secrets::{Secret, SecretError};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use tenancy::{Role, SessionId, TenantId, UserId};

use crate::keys::{KeyError, SigningKeys};

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
    /// Who.
    pub sub: UserId,
    /// Whose data.
    pub tenant: TenantId,
    /// Which sign-in.
    pub sid: SessionId,
    /// The role at the time of issue; the authorizer reads the present one.
    pub role: Role,
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
    pub async fn issue(
        &self,
        user: UserId,
        tenant: TenantId,
        sid: SessionId,
        role: Role,
    ) -> Result<String, TokenError> {
        let keys = self.keys.get().await?;
        let now = cloud::clock::now().as_second();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            iat: now,
            nbf: now,
            exp: now.saturating_add_unsigned(self.lifetime.as_secs()),
            sub: user,
            tenant,
            sid,
            role,
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
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://api.example.org";

    fn keys(kid: &str) -> SigningKeys {
        let pkcs8 =
            aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
                .unwrap();
        let secret = json!({"current": {"kid": kid, "pkcs8": STANDARD.encode(pkcs8.as_ref())}});
        serde_json::from_value(secret).unwrap()
    }

    fn claims() -> Claims {
        let now = cloud::clock::now().as_second();
        Claims {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            iat: now,
            nbf: now,
            exp: now + 600,
            sub: UserId::new(),
            tenant: TenantId::new(),
            sid: SessionId::new(),
            role: Role::Owner,
        }
    }

    fn signed(keys: &SigningKeys, header: &Value, claims: &Value) -> String {
        let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let der = STANDARD.decode(secrecy::ExposeSecret::expose_secret(&keys.current.pkcs8)).unwrap();
        let pair = aws_lc_rs::signature::Ed25519KeyPair::from_pkcs8(&der).unwrap();
        let signature = pair.sign(parts.join(".").as_bytes());
        format!("{}.{}", parts.join("."), URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn header() -> Value {
        json!({"alg": "EdDSA", "typ": TYPE, "kid": "a"})
    }

    #[test]
    fn a_token_of_ours_is_believed() {
        let keys = keys("a");
        let claims = claims();
        let token = sign(&keys, &claims).unwrap();
        assert_eq!(verify(&keys, ISSUER, &token).unwrap(), claims);
        assert_eq!(verify(&keys, ISSUER, &signed(&keys, &header(), &json!(claims))).unwrap(), claims);
    }

    #[test]
    fn every_other_token_is_refused() {
        let keys = keys("a");
        let good = json!(claims());
        let now = cloud::clock::now().as_second();
        let with = |base: &Value, name: &str, value: Value| {
            let mut changed = base.clone();
            if value.is_null() {
                changed.as_object_mut().unwrap().remove(name);
            } else {
                changed[name] = value;
            }
            changed
        };
        let headers = [
            with(&header(), "alg", json!("none")),
            with(&header(), "alg", json!("HS256")),
            with(&header(), "typ", json!("JWT")),
            with(&header(), "typ", Value::Null),
            with(&header(), "kid", json!("b")),
            with(&header(), "kid", Value::Null),
        ];
        for header in headers {
            assert!(verify(&keys, ISSUER, &signed(&keys, &header, &good)).is_err(), "{header}");
        }
        let bodies = [
            with(&good, "exp", json!(now - 31)),
            with(&good, "nbf", json!(now + 60)),
            with(&good, "iss", json!("https://evil.example.org")),
            with(&good, "aud", json!("https://evil.example.org")),
            with(&good, "aud", Value::Null),
            with(&good, "exp", Value::Null),
            with(&good, "tenant", json!("tenant_../")),
        ];
        for body in bodies {
            assert!(verify(&keys, ISSUER, &signed(&keys, &header(), &body)).is_err(), "{body}");
        }
        let other = super::tests::keys("a");
        assert!(
            verify(&other, ISSUER, &signed(&keys, &header(), &good)).is_err(),
            "another key of the same name"
        );
        for text in ["", ".", "..", "a.b.c", "é.é.é"] {
            assert!(verify(&keys, ISSUER, text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_public_key_set_shows_no_secret() {
        let jwks = serde_json::to_value(keys("a").jwks().unwrap()).unwrap();
        assert_eq!(jwks["keys"][0]["kid"], "a");
        assert_eq!(jwks["keys"][0]["x"].as_str().unwrap().len(), 43);
        assert!(jwks["keys"][0].get("d").is_none());
    }
}
