//! Recognising a browser that has signed in with an address before.
//!
//! The mark is a cookie that the browser keeps for a year. It gives no access: requests for sign-in mails that carry it
//! have rate limits of their own, so that strangers cannot use up what the owner of an address needs.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tenancy::ContentHash;

use crate::secret::random_bytes;
use crate::signing_keys::{KeyError, SigningKeys};

/// With how many addresses one browser is known: those of a family at one computer.
const MAX_ADDRESSES: usize = 5;

/// What the HMAC is computed over begins with this, so that a tag for this purpose is one for no other.
const PURPOSE: &[u8] = b"known-browser:";

/// A browser's mark: `{id}.{tag}.{tag}…`, a random id, and an HMAC of id and address for every address that signed in
/// there, the latest last. Nobody can read an address in it, nor make a tag without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBrowser {
    id: [u8; 16],
    tags: Vec<[u8; 32]>,
}

impl KnownBrowser {
    /// The mark of a browser that has none yet.
    #[must_use]
    pub fn unknown() -> Self {
        Self { id: random_bytes(), tags: Vec::new() }
    }

    /// Parses the value of the cookie.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let id = parts.next()??.try_into().ok()?;
        let tags: Option<Vec<[u8; 32]>> = parts.map(|tag| tag?.try_into().ok()).collect();
        tags.filter(|tags| tags.len() <= MAX_ADDRESSES).map(|tags| Self { id, tags })
    }

    /// The value of the cookie.
    #[must_use]
    pub fn expose(&self) -> String {
        let parts = std::iter::once(self.id.as_slice()).chain(self.tags.iter().map(<[u8; 32]>::as_slice));
        parts.map(|part| URL_SAFE_NO_PAD.encode(part)).collect::<Vec<_>>().join(".")
    }

    /// Whether the browser has signed in with the address before.
    ///
    /// # Errors
    /// [`KeyError`] when the secret's key is malformed.
    pub fn knows(&self, keys: &SigningKeys, address: &ContentHash) -> Result<bool, KeyError> {
        let (key, message) = (keys.known_browser_key()?, self.message(address));
        Ok(self.tags.iter().any(|tag| hmac::verify(&key, &message, tag).is_ok()))
    }

    /// The mark after a sign-in with the address. The oldest of more than five addresses is dropped.
    ///
    /// # Errors
    /// [`KeyError`] when the secret's key is malformed.
    pub fn remembering(mut self, keys: &SigningKeys, address: &ContentHash) -> Result<Self, KeyError> {
        let mut tag = [0; 32];
        // The output of HMAC-SHA256 is always 32 bytes long.
        tag.copy_from_slice(hmac::sign(&keys.known_browser_key()?, &self.message(address)).as_ref());
        self.tags.retain(|other| *other != tag);
        self.tags.push(tag);
        if self.tags.len() > MAX_ADDRESSES {
            self.tags.remove(0);
        }
        Ok(self)
    }

    /// A name for this browser in keys of rate limits and in sign-in links.
    #[must_use]
    pub fn name(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.id)
    }

    fn message(&self, address: &ContentHash) -> Vec<u8> {
        [PURPOSE, &self.id, &address.to_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::Ed25519KeyPair;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::{Value, json};

    use super::*;

    fn keys(known_browsers: Option<[u8; 32]>) -> SigningKeys {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let current = json!({"kid": "a", "pkcs8": STANDARD.encode(pkcs8.as_ref())});
        let mut secret: Value = json!({"current": current});
        if let Some(key) = known_browsers {
            secret["known_browsers"] = json!(STANDARD.encode(key));
        }
        serde_json::from_value(secret).unwrap()
    }

    fn address(email: &str) -> ContentHash {
        ContentHash::of(email.as_bytes())
    }

    #[test]
    fn a_browser_is_known_with_the_addresses_that_signed_in_there() {
        let keys = keys(Some([7; 32]));
        let (ruth, naomi) = (address("ruth@example.org"), address("naomi@example.org"));
        let mark = KnownBrowser::unknown();
        assert!(!mark.knows(&keys, &ruth).unwrap());
        let mark = mark.remembering(&keys, &ruth).unwrap();
        let mark = KnownBrowser::parse(&mark.expose()).unwrap();
        assert!(mark.knows(&keys, &ruth).unwrap() && !mark.knows(&keys, &naomi).unwrap());
        let both = mark.clone().remembering(&keys, &naomi).unwrap().remembering(&keys, &ruth).unwrap();
        assert!(both.knows(&keys, &ruth).unwrap() && both.knows(&keys, &naomi).unwrap());
        assert_eq!(both.tags.len(), 2, "an address counts once");
        // The tag of one browser is of no use with the id of another.
        let stolen = KnownBrowser { id: KnownBrowser::unknown().id, tags: both.tags };
        assert!(!stolen.knows(&keys, &ruth).unwrap());
        // Nor is one that another key made.
        assert!(!mark.knows(&self::keys(Some([8; 32])), &ruth).unwrap());
    }

    #[test]
    fn the_five_latest_addresses_are_kept() {
        let keys = keys(Some([7; 32]));
        let addresses = [0, 1, 2, 3, 4, 5].map(|n| address(&format!("{n}@example.org")));
        let mark = addresses
            .iter()
            .fold(KnownBrowser::unknown(), |mark, address| mark.remembering(&keys, address).unwrap());
        let mark = KnownBrowser::parse(&mark.expose()).unwrap();
        let known: Vec<bool> = addresses.iter().map(|address| mark.knows(&keys, address).unwrap()).collect();
        assert_eq!(known, [false, true, true, true, true, true]);
    }

    #[test]
    fn a_secret_of_an_earlier_version_knows_browsers_by_its_signing_key() {
        let (keys, ruth) = (keys(None), address("ruth@example.org"));
        let mark = KnownBrowser::unknown().remembering(&keys, &ruth).unwrap();
        assert!(mark.knows(&keys, &ruth).unwrap());
        assert!(!mark.knows(&self::keys(None), &ruth).unwrap());
    }

    #[test]
    fn what_is_no_mark_is_refused() {
        let keys = keys(Some([7; 32]));
        let mark = KnownBrowser::unknown().remembering(&keys, &address("ruth@example.org")).unwrap().expose();
        let (id, tag) = mark.split_once('.').unwrap();
        let many = [id, tag, tag, tag, tag, tag, tag].join(".");
        for bad in ["", ".", id.get(1..).unwrap(), &format!("{mark}."), &format!("{mark}A"), &many] {
            assert_eq!(KnownBrowser::parse(bad), None, "{bad}");
        }
    }
}
