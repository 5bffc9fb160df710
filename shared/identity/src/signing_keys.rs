//! The Ed25519 keys that sign access tokens, and their public key set.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The content of the secret in Secrets Manager: the key that signs, earlier keys whose signatures are still accepted,
/// and the next key, which is published before it signs.
#[derive(Debug, Deserialize)]
pub struct SigningKeys {
    /// The key that signs new tokens.
    pub current: SigningKey,
    /// Earlier keys, whose signatures are accepted for as long as the keys are listed here. The rotation removes a key
    /// when the last token that it signed has expired.
    #[serde(default)]
    pub previous: Vec<SigningKey>,
    /// The key that signs after the next rotation. It is published ahead, so that verifiers know it in time.
    #[serde(default)]
    pub next: Option<SigningKey>,
    /// The HMAC key that marks browsers which have signed in before, 32 bytes in base64. It outlasts rotations, because
    /// such a mark is good for a year. Absent in secrets of earlier versions until their next rotation.
    #[serde(default)]
    pub known_browsers: Option<SecretString>,
}

/// One Ed25519 key.
#[derive(Debug, Deserialize)]
pub struct SigningKey {
    /// The key id in token headers.
    pub kid: String,
    /// The private key, PKCS#8 DER in base64.
    pub pkcs8: SecretString,
}

/// A signing key in the secret is not Ed25519 in PKCS#8, or the key of known browsers is not base64.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key {kid} of the secret is malformed")]
pub struct KeyError {
    /// The id of the signing key, or `known_browsers`.
    pub kid: String,
}

/// A public key in the format of RFC 8037.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwk {
    /// Always `OKP`.
    #[schema(value_type = String)]
    pub kty: &'static str,
    /// Always `Ed25519`.
    #[schema(value_type = String)]
    pub crv: &'static str,
    /// Always `EdDSA`.
    #[schema(value_type = String)]
    pub alg: &'static str,
    /// Always `sig`.
    #[serde(rename = "use")]
    #[schema(value_type = String)]
    pub usage: &'static str,
    /// The key id in token headers.
    pub kid: String,
    /// The public key, 32 bytes in base64url.
    pub x: String,
}

/// A set of public keys (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwks {
    /// All keys whose signatures are accepted, and the next one.
    pub keys: Vec<Jwk>,
}

impl SigningKeys {
    /// Every key whose signatures are accepted: the current, the previous ones and the next.
    fn all(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.current).chain(&self.previous).chain(&self.next)
    }

    /// The key with this id.
    pub(crate) fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.all().find(|key| key.kid == kid)
    }

    /// The HMAC key for marks of known browsers. While the secret has none, the current signing key stands in, so that
    /// only browsers that signed in since its last rotation are known.
    ///
    /// # Errors
    /// [`KeyError`] when the key is not base64.
    pub(crate) fn known_browser_key(&self) -> Result<hmac::Key, KeyError> {
        let bytes = match &self.known_browsers {
            Some(key) => STANDARD
                .decode(key.expose_secret())
                .map_err(|_| KeyError { kid: "known_browsers".to_owned() })?,
            None => self.current.der()?,
        };
        Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    }

    /// The public key set of all these keys.
    ///
    /// # Errors
    /// [`KeyError`] when a key in the secret is not Ed25519 in PKCS#8.
    pub fn jwks(&self) -> Result<Jwks, KeyError> {
        let keys = self.all().map(SigningKey::jwk).collect::<Result<_, _>>()?;
        Ok(Jwks { keys })
    }
}

impl SigningKey {
    fn der(&self) -> Result<Vec<u8>, KeyError> {
        STANDARD.decode(self.pkcs8.expose_secret()).map_err(|_| self.malformed())
    }

    fn public(&self) -> Result<Vec<u8>, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&self.der()?).map_err(|_| self.malformed())?;
        Ok(pair.public_key().as_ref().to_vec())
    }

    /// Checks that the key can be used.
    ///
    /// # Errors
    /// [`KeyError`] when it is not Ed25519 in PKCS#8.
    pub fn check(&self) -> Result<(), KeyError> {
        self.public().map(drop)
    }

    fn malformed(&self) -> KeyError {
        KeyError { kid: self.kid.clone() }
    }

    pub(crate) fn encoding(&self) -> Result<EncodingKey, KeyError> {
        Ok(EncodingKey::from_ed_der(&self.der()?))
    }

    pub(crate) fn decoding(&self) -> Result<DecodingKey, KeyError> {
        Ok(DecodingKey::from_ed_der(&self.public()?))
    }

    fn jwk(&self) -> Result<Jwk, KeyError> {
        let x = URL_SAFE_NO_PAD.encode(self.public()?);
        Ok(Jwk { kty: "OKP", crv: "Ed25519", alg: "EdDSA", usage: "sig", kid: self.kid.clone(), x })
    }
}
