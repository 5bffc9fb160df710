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

/// How many unused links one browser, or the browsers of one network, can have for an address.
const MAX_LINKS_OF_REQUESTER: usize = 5;

/// At how many unused links of an address only known browsers get another one. The default limits of mails are lower
/// (docs/security.md); this one keeps the item small with any setting.
const MAX_LINKS_OF_STRANGERS: usize = 50;

/// The token in the link of a sign-in mail: the digest of the address, and a secret.
#[derive(Clone, Debug)]
pub struct LinkToken {
    /// The digest of the address, which is the key of its links.
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
#[derive(Clone, Debug)]
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

/// Who asks for a link, as far as that can be told before they sign in.
#[derive(Clone, Debug)]
pub enum Requester {
    /// A browser that has signed in with the address before, by the name of its mark.
    KnownBrowser(String),
    /// Anybody else, by the network of their IP address.
    Network(String),
}

/// A sign-in link of an address, as the table stores it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) email: EmailAddress,
    pub(crate) token_digest: ContentHash,
    pub(crate) nonce_digest: ContentHash,
    pub(crate) code_digest: ContentHash,
    /// How many codes were tried so far.
    pub(crate) tries: u32,
    /// When the link expires, in seconds since 1970.
    pub(crate) expires_at: i64,
    /// A digest of who asked for the link. Absent in links of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) requester: Option<ContentHash>,
}

/// The live sign-in links of an address, oldest first: one item, so that a sign-in voids all of them at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Links {
    pub(crate) links: Vec<Link>,
    /// Random, and another one after every change. A change is conditional on the revision that it read.
    pub(crate) revision: String,
}

/// The item of an address's links.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum StoredLinks {
    Several(Links),
    /// An item of an earlier version, in which an address had one link at a time.
    One(Link),
}

/// Why no link was made: those who ask from there have as many unused links as they can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyLinks {
    /// When the first of these links expires, in seconds since 1970.
    pub(crate) until: i64,
}

/// What a proof amounts to before any code is compared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ProofStrength {
    /// Token and nonce are right: the browser that asked for the link follows it. Its place in the list.
    Sufficient(usize),
    /// One of the two is right: the code decides. The places of the links that it can be for: one for a token, and for
    /// a nonce all links that the browser asked for.
    NeedsCode(Vec<usize>),
    /// Neither is right. A code alone counts for nothing, and as no attempt: otherwise anybody who knows an address
    /// could void its links.
    Insufficient,
}

impl Proof<'_> {
    /// The digest of the address whose link the proof is for, or `None` with neither token nor nonce.
    #[must_use]
    pub fn address(&self) -> Option<ContentHash> {
        let token = self.token.as_ref().map(|token| token.address);
        token.or_else(|| self.nonce.as_ref().map(|nonce| nonce.address))
    }
}

impl Requester {
    /// The digest that the table stores, salted with that of the address.
    fn digest(&self, address: &ContentHash) -> ContentHash {
        let (kind, name) = match self {
            Self::KnownBrowser(name) => ("browser", name),
            Self::Network(name) => ("network", name),
        };
        ContentHash::of(format!("{address}:{kind}:{name}").as_bytes())
    }
}

impl Link {
    /// Whether the link is still valid at `now`, in seconds since 1970.
    fn is_live(&self, now: i64) -> bool {
        now < self.expires_at && self.tries < MAX_CODE_ATTEMPTS
    }
}

impl Links {
    /// Adds a link to those that are live at `now`. No request takes a link of somebody else away: whoever asks again
    /// gets another one beside the first, five from one browser or network. A sixth of the same browser takes the place
    /// of its oldest; a sixth of other browsers in one network has to wait, and so do strangers when 50 of their links
    /// are live. A browser that presents the nonce of its earlier link keeps it, so that all of its links work there
    /// without a code.
    pub(crate) fn add(
        &mut self,
        email: EmailAddress,
        requester: &Requester,
        nonce: Option<&BrowserNonce>,
        (now, expires_at): (i64, i64),
    ) -> Result<NewLink, TooManyLinks> {
        self.links.retain(|link| link.is_live(now));
        let address = email.digest();
        let by = Some(requester.digest(&address));
        let nonce = nonce.filter(|nonce| nonce.address == address).filter(|nonce| {
            let digest = nonce.secret.digest();
            self.links.iter().any(|link| link.nonce_digest == digest)
        });
        let is_theirs = |link: &Link| link.requester == by;
        let is_of_this_browser = |link: &Link| match requester {
            Requester::KnownBrowser(_) => is_theirs(link),
            Requester::Network(_) => {
                is_theirs(link) && nonce.is_some_and(|nonce| nonce.secret.digest() == link.nonce_digest)
            }
        };
        if self.links.iter().filter(|link| is_theirs(link)).count() >= MAX_LINKS_OF_REQUESTER {
            match self.links.iter().position(is_of_this_browser) {
                Some(oldest) => drop(self.links.remove(oldest)),
                None => {
                    let theirs = self.links.iter().filter(|link| is_theirs(link));
                    let until = theirs.map(|link| link.expires_at).min().unwrap_or(expires_at);
                    return Err(TooManyLinks { until });
                }
            }
        } else if matches!(requester, Requester::Network(_)) && self.links.len() >= MAX_LINKS_OF_STRANGERS {
            let until = self.links.iter().map(|link| link.expires_at).min().unwrap_or(expires_at);
            return Err(TooManyLinks { until });
        }
        let token = LinkToken { address, secret: Secret::random() };
        let nonce = nonce.cloned().unwrap_or_else(|| BrowserNonce { address, secret: Secret::random() });
        let code = SignInCode::random();
        self.links.push(Link {
            email,
            token_digest: token.secret.digest(),
            nonce_digest: nonce.secret.digest(),
            code_digest: code.digest(&address),
            tries: 0,
            expires_at,
            requester: by,
        });
        Ok(NewLink { token, code, nonce })
    }

    /// How far the token and the nonce of a proof are right for the links that are live at `now`.
    pub(crate) fn evaluate(&self, address: &ContentHash, proof: &Proof<'_>, now: i64) -> ProofStrength {
        let live = || self.links.iter().enumerate().filter(|(_, link)| link.is_live(now));
        let nonce = proof.nonce.as_ref().filter(|nonce| nonce.address == *address);
        let nonce = nonce.map(|nonce| nonce.secret.digest());
        match &proof.token {
            Some(token) => {
                let digest = Some(token).filter(|token| token.address == *address);
                let digest = digest.map(|token| token.secret.digest());
                match live().find(|(_, link)| Some(link.token_digest) == digest) {
                    Some((place, link)) if Some(link.nonce_digest) == nonce => {
                        ProofStrength::Sufficient(place)
                    }
                    Some((place, _)) => ProofStrength::NeedsCode(vec![place]),
                    // The token of a link that is void stays void, whatever else is presented with it.
                    None => ProofStrength::Insufficient,
                }
            }
            None => {
                let asked = live().filter(|(_, link)| Some(link.nonce_digest) == nonce);
                let places: Vec<usize> = asked.map(|(place, _)| place).collect();
                if places.is_empty() { ProofStrength::Insufficient } else { ProofStrength::NeedsCode(places) }
            }
        }
    }

    /// The place of the link, among these, that a code belongs to.
    pub(crate) fn with_code(&self, address: &ContentHash, places: &[usize], code: &str) -> Option<usize> {
        let digest = code.parse().ok().map(|code: SignInCode| code.digest(address))?;
        places.iter().copied().find(|place| self.links[*place].code_digest == digest)
    }

    /// Counts a wrong code for the links at these places, and drops those that it was the last try for. Returns how many
    /// tries are left.
    pub(crate) fn count_wrong_code(&mut self, places: &[usize]) -> u32 {
        let mut left = 0;
        for place in places {
            let link = &mut self.links[*place];
            link.tries += 1;
            left = left.max(MAX_CODE_ATTEMPTS.saturating_sub(link.tries));
        }
        self.links.retain(|link| link.tries < MAX_CODE_ATTEMPTS);
        left
    }
}

impl From<StoredLinks> for Links {
    fn from(stored: StoredLinks) -> Self {
        match stored {
            StoredLinks::Several(links) => links,
            StoredLinks::One(link) => Self { links: vec![link], revision: String::new() },
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

    const NOW: i64 = 1_000;
    const END: i64 = 1_900;

    fn ask(links: &mut Links, email: &str, requester: &Requester, nonce: Option<&BrowserNonce>) -> NewLink {
        links.add(email.parse().unwrap(), requester, nonce, (NOW, END)).unwrap()
    }

    fn network(name: &str) -> Requester {
        Requester::Network(name.to_owned())
    }

    fn made(email: &str) -> (Links, NewLink) {
        let mut links = Links::default();
        let new = ask(&mut links, email, &network("198.51.100.7"), None);
        (links, new)
    }

    fn follow(links: &Links, new: &NewLink) -> ProofStrength {
        let proof = Proof { token: Some(new.token.clone()), nonce: Some(new.nonce.clone()), code: None };
        links.evaluate(&new.token.address, &proof, NOW)
    }

    #[test]
    fn token_and_nonce_round_trip() {
        let (links, new) = made("ruth@example.org");
        let (token, nonce) = (new.token.expose(), new.nonce.expose());
        assert_eq!(token.len(), 86);
        let again = Proof { token: LinkToken::parse(&token), nonce: BrowserNonce::parse(&nonce), code: None };
        assert_eq!(links.evaluate(&new.token.address, &again, NOW), ProofStrength::Sufficient(0));
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
        let (mut links, new) = made("ruth@example.org");
        let beside = ask(&mut links, "ruth@example.org", &network("203.0.113.9"), None);
        let (_, gone) = made("ruth@example.org");
        let (_, other) = made("naomi@example.org");
        let evaluate = |token: Option<&LinkToken>, nonce: Option<&BrowserNonce>| {
            let proof = Proof { token: token.cloned(), nonce: nonce.cloned(), code: None };
            links.evaluate(&new.token.address, &proof, NOW)
        };
        assert_eq!(evaluate(Some(&new.token), Some(&new.nonce)), ProofStrength::Sufficient(0));
        assert_eq!(evaluate(Some(&beside.token), Some(&beside.nonce)), ProofStrength::Sufficient(1));
        let halves = [
            (Some(&new.token), None, 0),
            (None, Some(&new.nonce), 0),
            (Some(&new.token), Some(&other.nonce), 0),
            (Some(&new.token), Some(&beside.nonce), 0),
            (Some(&beside.token), Some(&new.nonce), 1),
            (None, Some(&beside.nonce), 1),
        ];
        for (token, nonce, place) in halves {
            assert_eq!(evaluate(token, nonce), ProofStrength::NeedsCode(vec![place]));
        }
        let nothings = [
            (None, None),
            (None, Some(&gone.nonce)),
            (Some(&gone.token), None),
            (Some(&gone.token), Some(&new.nonce)),
            (Some(&gone.token), Some(&gone.nonce)),
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
    fn no_stranger_takes_a_link_away_or_the_place_for_one() {
        let mut links = Links::default();
        let (ruth, stranger) = (network("198.51.100.7"), network("203.0.113.9"));
        let first = ask(&mut links, "ruth@example.org", &ruth, None);
        let strangers: Vec<NewLink> =
            (0..5).map(|_| ask(&mut links, "ruth@example.org", &stranger, None)).collect();
        for _ in 0..100 {
            let refused = links.add("ruth@example.org".parse().unwrap(), &stranger, None, (NOW, END));
            assert_eq!(refused.unwrap_err(), TooManyLinks { until: END });
        }
        let second = ask(&mut links, "ruth@example.org", &ruth, None);
        for new in strangers.iter().chain([&first, &second]) {
            assert!(matches!(follow(&links, new), ProofStrength::Sufficient(_)));
        }
        // Nor do many networks keep a known browser from asking.
        for n in 0..200 {
            links.add("ruth@example.org".parse().unwrap(), &network(&n.to_string()), None, (NOW, END)).ok();
        }
        assert_eq!(links.links.len(), MAX_LINKS_OF_STRANGERS);
        let known = ask(&mut links, "ruth@example.org", &Requester::KnownBrowser("a".into()), None);
        for new in [&first, &second, &known] {
            assert!(matches!(follow(&links, new), ProofStrength::Sufficient(_)));
        }
    }

    #[test]
    fn of_one_browser_the_five_newest_links_live_and_all_work_there() {
        for requester in [network("198.51.100.7"), Requester::KnownBrowser("a".into())] {
            let mut links = Links::default();
            let mut asked: Vec<NewLink> = Vec::new();
            for _ in 0..7 {
                let nonce = asked.last().map(|new| new.nonce.clone());
                asked.push(ask(&mut links, "ruth@example.org", &requester, nonce.as_ref()));
            }
            let newest = &asked[6].nonce;
            for (number, new) in asked.iter().enumerate() {
                let by_the_browser = NewLink { nonce: newest.clone(), ..new.clone() };
                let live = matches!(follow(&links, &by_the_browser), ProofStrength::Sufficient(_));
                assert_eq!(live, number >= 2, "{requester:?} {number}");
            }
            let typed = Proof { token: None, nonce: Some(newest.clone()), code: None };
            let places = ProofStrength::NeedsCode((0..5).collect());
            assert_eq!(links.evaluate(&newest.address, &typed, NOW), places, "the code of any of them");
        }
    }

    /// A nonce is accepted again only from the browser that got it, and for the same address.
    #[test]
    fn a_nonce_that_nobody_was_given_is_not_taken_over() {
        let (mut links, new) = made("ruth@example.org");
        let made_up = BrowserNonce { address: new.token.address, secret: Secret::random() };
        let (_, other) = made("naomi@example.org");
        for nonce in [&made_up, &other.nonce] {
            let asked = ask(&mut links, "ruth@example.org", &network("203.0.113.9"), Some(nonce));
            assert_ne!(asked.nonce.secret.digest(), nonce.secret.digest());
        }
    }

    #[test]
    fn the_fifth_wrong_code_voids_its_link_and_no_other() {
        let (mut links, new) = made("ruth@example.org");
        let beside = ask(&mut links, "ruth@example.org", &network("203.0.113.9"), None);
        let address = new.token.address;
        assert_eq!(links.with_code(&address, &[0], &new.code.to_string()), Some(0));
        assert_eq!(
            links.with_code(&address, &[0], &beside.code.to_string()),
            None,
            "the code of another link"
        );
        let left: Vec<u32> = (0..5).map(|_| links.count_wrong_code(&[0])).collect();
        assert_eq!(left, [4, 3, 2, 1, 0]);
        assert_eq!(follow(&links, &new), ProofStrength::Insufficient);
        assert_eq!(follow(&links, &beside), ProofStrength::Sufficient(0));
    }

    #[test]
    fn an_expired_link_is_void_and_makes_room() {
        let (mut links, new) = made("ruth@example.org");
        let proof = Proof { token: Some(new.token.clone()), nonce: Some(new.nonce.clone()), code: None };
        let at = |links: &Links, now| links.evaluate(&new.token.address, &proof, now);
        assert_eq!(at(&links, END - 1), ProofStrength::Sufficient(0));
        assert_eq!(at(&links, END), ProofStrength::Insufficient);
        links.add("ruth@example.org".parse().unwrap(), &network("1"), None, (END, END + 900)).unwrap();
        assert_eq!(links.links.len(), 1);
    }

    #[test]
    fn an_item_of_an_earlier_version_is_read() {
        let (links, new) = made("ruth@example.org");
        let mut item = serde_json::to_value(&links.links[0]).unwrap();
        item.as_object_mut().unwrap().remove("requester").unwrap();
        let read: Links = serde_json::from_value::<StoredLinks>(item).unwrap().into();
        assert_eq!(follow(&read, &new), ProofStrength::Sufficient(0));
        let item = serde_json::to_value(&links).unwrap();
        assert_eq!(Links::from(serde_json::from_value::<StoredLinks>(item).unwrap()), links);
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
