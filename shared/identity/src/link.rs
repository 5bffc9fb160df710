//! Sign-in links: the three secrets of a link, and what they prove.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

use crate::address::EmailAddress;
use crate::secret::Secret;
use crate::sign_in_code::SignInCode;

/// How many codes can be tried for one link.
pub(crate) const MAX_CODE_ATTEMPTS: u32 = 5;

/// The token in the link of a sign-in mail: the digest of the address, and a secret.
#[derive(Clone, Debug)]
pub struct LinkToken {
    /// The digest of the address, which is the key of the link: an address has one link at a time.
    pub(crate) address: ContentHash,
    pub(crate) secret: Secret,
}

/// The cookie of the browser that asked for a link: the digest of the address, and a secret of its own.
#[derive(Clone, Debug)]
pub struct BrowserNonce {
    pub(crate) address: ContentHash,
    pub(crate) secret: Secret,
}

/// The three secrets of a new link. Any two of them sign in.
#[derive(Debug)]
pub struct NewLink {
    /// Part of the URL in the mail.
    pub token: LinkToken,
    /// The sign-in code, which the mail also contains.
    pub code: SignInCode,
    /// Goes into a cookie of the browser that asked for the link.
    pub nonce: BrowserNonce,
}

/// The secrets that a client presents to sign in.
#[derive(Clone, Debug, Default)]
pub struct Proof<'a> {
    /// The token from the URL in the mail.
    pub token: Option<LinkToken>,
    /// The nonce from the browser's cookie.
    pub nonce: Option<BrowserNonce>,
    /// The code, as a person typed it.
    pub code: Option<&'a str>,
}

/// The one sign-in link of an address, as the table stores it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) email: EmailAddress,
    pub(crate) token_digest: ContentHash,
    pub(crate) nonce_digest: ContentHash,
    pub(crate) code_digest: ContentHash,
    /// How many codes were tried so far.
    pub(crate) tries: u32,
    /// When the link expires, in seconds since 1970; also the table's time to live.
    pub(crate) expires_at: i64,
}

/// What a proof amounts to before any code is compared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ProofStrength {
    /// Token and nonce are right: the browser that asked for the link follows it.
    Sufficient,
    /// One of the two is right: the code decides.
    NeedsCode,
    /// Neither is right, or the token is that of another link. A code alone counts for nothing, and as no attempt:
    /// otherwise anybody who knows an address could void its links.
    Insufficient,
}

impl Proof<'_> {
    /// The digest of the address whose link the proof is for, or `None` with neither token nor nonce.
    pub(crate) fn address(&self) -> Option<ContentHash> {
        let token = self.token.as_ref().map(|token| token.address);
        token.or_else(|| self.nonce.as_ref().map(|nonce| nonce.address))
    }
}

impl Link {
    /// Makes a new link for an address.
    pub(crate) fn make(email: EmailAddress, expires_at: i64) -> (Self, NewLink) {
        let address = email.digest();
        let token = LinkToken { address, secret: Secret::random() };
        let nonce = BrowserNonce { address, secret: Secret::random() };
        let code = SignInCode::random();
        let link = Self {
            email,
            token_digest: token.secret.digest(),
            nonce_digest: nonce.secret.digest(),
            code_digest: code.digest(&address),
            tries: 0,
            expires_at,
        };
        (link, NewLink { token, code, nonce })
    }

    /// Whether the link is still valid at `now`, in seconds since 1970. It is not after the last wrong code, even if
    /// deleting it failed then.
    pub(crate) fn is_live(&self, now: i64) -> bool {
        now < self.expires_at && self.tries < MAX_CODE_ATTEMPTS
    }

    /// How far the token and the nonce of a proof are right for this link.
    pub(crate) fn evaluate(&self, proof: &Proof<'_>) -> ProofStrength {
        let address = self.email.digest();
        let token_is_right = proof
            .token
            .as_ref()
            .map(|token| token.address == address && token.secret.digest() == self.token_digest);
        let has_nonce = proof
            .nonce
            .as_ref()
            .is_some_and(|nonce| nonce.address == address && nonce.secret.digest() == self.nonce_digest);
        match (token_is_right, has_nonce) {
            (Some(true), true) => ProofStrength::Sufficient,
            (Some(true), false) | (None, true) => ProofStrength::NeedsCode,
            // The token of an older link is void, whatever else is presented with it.
            (Some(false), _) | (None, false) => ProofStrength::Insufficient,
        }
    }
}

impl LinkToken {
    /// Parses the token from a URL.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (address, secret) = bytes.split_first_chunk::<32>()?;
        let secret = Secret::from_bytes(secret.try_into().ok()?);
        Some(Self { address: ContentHash::from_bytes(*address), secret })
    }

    /// The token as it stands in the URL: 86 characters of base64url, which need no escaping.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.address.to_bytes(), *self.secret.bytes()].concat())
    }
}

impl BrowserNonce {
    /// Parses the value of the cookie: `{address digest}.{secret}`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, secret) = text.split_once('.')?;
        Some(Self { address: address.parse().ok()?, secret: Secret::parse(secret)? })
    }

    /// The value of the cookie.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{}.{}", self.address, self.secret.expose())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(email: &str) -> (Link, NewLink) {
        Link::make(email.parse().unwrap(), 0)
    }

    #[test]
    fn token_and_nonce_round_trip() {
        let (link, new) = made("ruth@example.org");
        let (token, nonce) = (new.token.expose(), new.nonce.expose());
        assert_eq!(token.len(), 86);
        let again = Proof { token: LinkToken::parse(&token), nonce: BrowserNonce::parse(&nonce), code: None };
        assert_eq!(link.evaluate(&again), ProofStrength::Sufficient);
        for bad in [String::new(), token[1..].to_owned(), format!("{token}A"), token.replace('_', "/") + "="]
        {
            assert!(LinkToken::parse(&bad).is_none(), "{bad}");
        }
        for bad in [String::new(), nonce[1..].to_owned(), nonce.replace('.', ""), nonce.to_uppercase()] {
            assert!(BrowserNonce::parse(&bad).is_none(), "{bad}");
        }
        let shown = format!("{new:?}");
        assert!(!shown.contains(&new.code.to_string()) && !shown.contains(&new.token.secret.expose()));
    }

    #[test]
    fn without_a_code_it_takes_both_secrets_of_the_same_link() {
        let (link, new) = made("ruth@example.org");
        let (_, newer) = made("ruth@example.org");
        let (_, other) = made("naomi@example.org");
        let evaluate = |token: Option<&LinkToken>, nonce: Option<&BrowserNonce>| {
            link.evaluate(&Proof { token: token.cloned(), nonce: nonce.cloned(), code: None })
        };
        assert_eq!(evaluate(Some(&new.token), Some(&new.nonce)), ProofStrength::Sufficient);
        let halves = [
            (Some(&new.token), None),
            (None, Some(&new.nonce)),
            (Some(&new.token), Some(&other.nonce)),
            (Some(&new.token), Some(&newer.nonce)),
        ];
        for (token, nonce) in halves {
            assert_eq!(evaluate(token, nonce), ProofStrength::NeedsCode);
        }
        let nothings = [
            (None, None),
            (None, Some(&newer.nonce)),
            (Some(&newer.token), None),
            (Some(&newer.token), Some(&new.nonce)),
            (Some(&newer.token), Some(&newer.nonce)),
            (Some(&other.token), Some(&other.nonce)),
        ];
        for (token, nonce) in nothings {
            assert_eq!(evaluate(token, nonce), ProofStrength::Insufficient);
        }
        // The right secret with the digest of another address.
        let renamed = LinkToken { address: other.token.address, secret: new.token.secret.clone() };
        assert_eq!(evaluate(Some(&renamed), None), ProofStrength::Insufficient);
    }

    #[test]
    fn the_last_wrong_code_voids_the_link() {
        let (mut link, _) = Link::make("ruth@example.org".parse().unwrap(), 100);
        link.tries = MAX_CODE_ATTEMPTS - 1;
        assert!(link.is_live(99) && !link.is_live(100));
        link.tries = MAX_CODE_ATTEMPTS;
        assert!(!link.is_live(99));
    }

    proptest! {
        #[test]
        fn one_token_has_one_form(text in "[A-Za-z0-9_-]{84,88}|\\PC*") {
            if let Some(token) = LinkToken::parse(&text) {
                prop_assert_eq!(token.expose(), text);
            }
        }
    }
}
