use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

/// The secret in Secrets Manager: the key that signs, those that signed before and are still
/// believed, and the one that will sign next and is already published.
#[derive(Debug, Deserialize)]
pub struct SigningKeys {
    /// Signs new tokens.
    pub current: SigningKey,
    /// Still believed, for as long as they are listed: whoever rotates the keys takes one away when the
    /// last token that it signed has expired.
    #[serde(default)]
    pub previous: Vec<SigningKey>,
    /// Published ahead, so that verifiers know it before it signs.
    #[serde(default)]
    pub next: Option<SigningKey>,
}

/// One Ed25519 key.
#[derive(Debug, Deserialize)]
pub struct SigningKey {
    /// The key's name in token headers.
    pub kid: String,
    /// PKCS#8 DER in base64.
    pub pkcs8: SecretString,
}

/// The key in the secret is not an Ed25519 key in PKCS#8.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("signing key {kid} is not Ed25519 in PKCS#8")]
pub struct KeyError {
    /// Which key.
    pub kid: String,
}

/// A public key as RFC 8037 writes it.
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
    /// The key's name in token headers.
    pub kid: String,
    /// The public key, 32 bytes in base64url.
    pub x: String,
}

/// A set of public keys (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwks {
    /// All keys whose signatures are believed, and the next one.
    pub keys: Vec<Jwk>,
}

impl SigningKeys {
    /// Every key whose signature is believed.
    pub fn all(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.current).chain(&self.previous).chain(&self.next)
    }

    /// The key with this name.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.all().find(|key| key.kid == kid)
    }

    /// What everybody may know.
    ///
    /// # Errors
    /// [`KeyError`] when a key in the secret is none.
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

    /// Whether it is a key at all.
    ///
    /// # Errors
    /// [`KeyError`] when it is none.
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
