//! Refresh token rotation with reuse detection (RFC 9700, 4.14.2), without storing any token.
//!
//! Each secret is derived from the one before it. So the server can tell every earlier secret from a forged one, and
//! can compute the newest secret again from an earlier one that is presented.
//!
//! # The rule
//! A secret is used when it is refreshed, or when the access token that was issued with it calls the API: either shows
//! that the answer with the secret has arrived. A secret is skipped when another one was issued in its place before it
//! was used. What a presented secret gets ([`TokenStatus`]):
//!
//! - **The newest secret** gets the next one. This is the ordinary case.
//! - **The one that was used last, while no later one was used:** the answer was lost, or two tabs refresh at once, or
//!   somebody has copied the secret and was first. While the newest secret is at most 60 s old, it gets that one again,
//!   because both tabs have to end up with the same. Later it gets the next one, and the newest is skipped: if it was
//!   lost, nobody misses it, and if somebody else has it, they and the owner go separate ways from here.
//! - **A used one, once a later one was used:** for 60 s after that use the newest one, because of slower tabs. Then the
//!   session ends: two parties hold its secrets.
//! - **A skipped one** ends the session: whoever presents it has an answer that somebody else never got.
//!
//! A switch of tenant continues the family in another session, whose first secret is what a refresh would get. Where
//! that is the newest one again and somebody has used it already, the next one is issued instead.
//!
//! So a client whose answers are lost can ask again at any time and as often as it must. And of two parties who both go
//! on with copies of one secret, one is always noticed, whoever is first and whether or not they call the API. The
//! exception is somebody whose every refresh comes within 60 s of the owner's: that cannot be told from two tabs.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

use crate::secret::Secret;

/// How long two tabs may take, or the network may repeat a request, in milliseconds: for so long a replaced secret is
/// accepted after a later one was first used, and gets the newest one again after that was issued. API Gateway caches
/// the authorizer's answers for as long.
pub(crate) const GRACE_MS: i64 = 60_000;

/// How many generations a presented secret may be behind the newest: more than a session has in its life, at one
/// refresh a minute for two months. Without a bound, recognising an early secret of a session with very many
/// generations would take seconds.
const MAX_GENERATIONS_BEHIND: u64 = 100_000;

/// The state of a session's refresh secrets. The first secret is random, and `secret(n + 1) = HMAC-SHA256(key,
/// secret(n))`. Whoever reads the table gets the key and the hash of the newest secret, from which no secret follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredFamily", into = "StoredFamily")]
pub(crate) struct RefreshTokenFamily {
    key: FamilyKey,
    /// The number of the newest secret, counted from zero.
    pub(crate) generation: u64,
    /// SHA-256 of the newest secret.
    pub(crate) digest: ContentHash,
    /// The secrets before the newest that were used, in order: those that were first used within the grace period
    /// before the latest one was issued, and the one before these. A secret between two of them was skipped.
    used: Vec<FirstUse>,
    /// When the access token that was issued with the newest secret was first used; absent before that.
    pub(crate) used_ms: Option<i64>,
}

/// When a secret, or the access token that was issued with it, was first used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FirstUse {
    generation: u64,
    /// In milliseconds since 1970.
    at_ms: i64,
}

/// A family as the table stores it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredFamily {
    chain: FamilyKey,
    pub(crate) generation: u64,
    pub(crate) digest: ContentHash,
    /// Absent in items of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_uses: Option<FirstUses>,
    /// The times of [`RefreshTokenFamily::used`]. They are still written for earlier versions, which do not read an
    /// item without them.
    pub(crate) rotated_ms: Vec<i64>,
    /// Their generations. They are in items of one earlier version, and are not written any more. In items without them
    /// the secrets were used one after the other, up to the one before the newest.
    #[serde(default, skip_serializing)]
    used_generations: Option<Vec<u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_ms: Option<i64>,
}

/// [`RefreshTokenFamily::used`], as the table stores it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FirstUses {
    /// The number of the newest secret when they were written. An earlier version that goes on with the session leaves
    /// the attribute as it is: with another newest secret it says nothing.
    newest: u64,
    /// The generations, each with its time in milliseconds since 1970.
    uses: Vec<(u64, i64)>,
}

/// What a presented secret is to a family: see [the rule](self#the-rule).
#[derive(Debug)]
pub(crate) enum TokenStatus {
    /// The newest secret.
    Current,
    /// A secret whose successor was issued or first used within the grace period; carries the newest secret.
    RecentlyReplaced(Secret),
    /// The secret that was used last, whose successors nobody has used for longer than the grace period; carries the
    /// newest of them, which is to be skipped.
    AnswerLost(Secret),
    /// A secret that a later one has replaced for longer, or one that was skipped. Presenting it means that it was
    /// copied: the holder of the newer secrets and whoever presents this one are not the same.
    Reused,
    /// Not a secret of this family.
    Unknown,
}

impl RefreshTokenFamily {
    /// Makes a new family and its first secret.
    pub(crate) fn begin() -> (Self, Secret) {
        let secret = Secret::random();
        let key = FamilyKey(crate::secret::random_bytes());
        (Self { key, generation: 0, digest: secret.digest(), used: Vec::new(), used_ms: None }, secret)
    }

    /// The status at `now_ms` of a presented `secret` that claims to be number `generation`. The newest secret was
    /// issued at `issued_ms`.
    pub(crate) fn status_of(
        &self,
        generation: u64,
        secret: &Secret,
        issued_ms: i64,
        now_ms: i64,
    ) -> TokenStatus {
        let behind = match self.generation.checked_sub(generation) {
            Some(behind) if behind <= MAX_GENERATIONS_BEHIND => behind,
            _ => return TokenStatus::Unknown,
        };
        let newest = (0..behind).fold(secret.clone(), |secret, _| self.key.next(&secret));
        if newest.digest() != self.digest {
            return TokenStatus::Unknown;
        }
        if behind == 0 {
            return TokenStatus::Current;
        }
        let Some(place) = self.used.iter().position(|used| used.generation == generation) else {
            return TokenStatus::Reused;
        };
        let later_use = self.used.get(place + 1).map(|used| used.at_ms).or(self.used_ms);
        let is_recent = |at_ms: i64| now_ms - at_ms <= GRACE_MS;
        match later_use {
            Some(at_ms) if is_recent(at_ms) => TokenStatus::RecentlyReplaced(newest),
            Some(_) => TokenStatus::Reused,
            None if is_recent(issued_ms) => TokenStatus::RecentlyReplaced(newest),
            None => TokenStatus::AnswerLost(newest),
        }
    }

    /// Whether a use of the newest secret's access token is news that has to be stored. The first secret has none
    /// before it that the use could end.
    pub(crate) fn is_unused(&self, generation: u64) -> bool {
        generation > 0 && generation == self.generation && self.used_ms.is_none()
    }

    /// The family after the `newest` secret was used, and the next secret.
    pub(crate) fn rotated(&self, newest: &Secret, now_ms: i64) -> (Self, Secret) {
        let this = FirstUse { generation: self.generation, at_ms: self.used_ms.unwrap_or(now_ms) };
        let mut used: Vec<FirstUse> = self.used.iter().copied().chain([this]).collect();
        // The one before those within the grace period stays: only by it are secrets known that were skipped after it.
        let recent = used.iter().position(|used| now_ms - used.at_ms <= GRACE_MS).unwrap_or(used.len());
        used.drain(..recent.saturating_sub(1));
        self.next(newest, used)
    }

    /// The family in the session of another tenant, to which somebody switches with a secret that was replaced a moment
    /// ago, and the secret that they get. While nobody has used the `newest` one the family stays as it is: to count it
    /// as used would make the presented secret an old one, although its holder may never get an answer.
    pub(crate) fn carried_over(&self, newest: &Secret, now_ms: i64) -> (Self, Secret) {
        if self.used_ms.is_none() { (self.clone(), newest.clone()) } else { self.rotated(newest, now_ms) }
    }

    /// The family after the `newest` secret, which nobody has used, was skipped, and the next secret.
    pub(crate) fn skipping(&self, newest: &Secret) -> (Self, Secret) {
        self.next(newest, self.used.clone())
    }

    fn next(&self, newest: &Secret, used: Vec<FirstUse>) -> (Self, Secret) {
        let secret = self.key.next(newest);
        let (key, generation) = (self.key.clone(), self.generation + 1);
        (Self { key, generation, digest: secret.digest(), used, used_ms: None }, secret)
    }
}

impl From<RefreshTokenFamily> for StoredFamily {
    fn from(family: RefreshTokenFamily) -> Self {
        let RefreshTokenFamily { key, generation, digest, used, used_ms } = family;
        let uses = used.iter().map(|used| (used.generation, used.at_ms)).collect();
        Self {
            chain: key,
            generation,
            digest,
            first_uses: Some(FirstUses { newest: generation, uses }),
            rotated_ms: used.iter().map(|used| used.at_ms).collect(),
            used_generations: None,
            used_ms,
        }
    }
}

impl From<StoredFamily> for RefreshTokenFamily {
    fn from(stored: StoredFamily) -> Self {
        let StoredFamily { chain, generation, digest, first_uses, rotated_ms, used_generations, used_ms } =
            stored;
        let uses = match first_uses.filter(|first| first.newest == generation) {
            Some(first) => first.uses,
            None => uses_of_an_earlier_version(generation, rotated_ms, used_generations),
        };
        let used = uses.into_iter().map(|(generation, at_ms)| FirstUse { generation, at_ms }).collect();
        Self { key: chain, generation, digest, used, used_ms }
    }
}

/// The generations and times of the uses in an item that an earlier version has written last.
fn uses_of_an_earlier_version(
    generation: u64,
    mut rotated_ms: Vec<i64>,
    used_generations: Option<Vec<u64>>,
) -> Vec<(u64, i64)> {
    // A list of another length was left behind by the version that wrote both.
    if let Some(generations) = used_generations.filter(|list| list.len() == rotated_ms.len()) {
        return generations.into_iter().zip(rotated_ms).collect();
    }
    // Of the one before the times only the generation counts. Where the item has all uses, there is none before them.
    if (rotated_ms.len() as u64) < generation {
        rotated_ms.insert(0, 0);
    }
    let first = generation.saturating_sub(rotated_ms.len() as u64);
    (first..generation).zip(rotated_ms).collect()
}

/// The HMAC key that derives each secret from the one before it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct FamilyKey([u8; 32]);

impl FamilyKey {
    fn next(&self, secret: &Secret) -> Secret {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = hmac::sign(&key, secret.bytes());
        let mut bytes = [0; 32];
        // The output of HMAC-SHA256 is always 32 bytes long.
        bytes.copy_from_slice(tag.as_ref());
        Secret::from_bytes(bytes)
    }
}

impl From<FamilyKey> for String {
    fn from(key: FamilyKey) -> Self {
        URL_SAFE_NO_PAD.encode(key.0)
    }
}

impl TryFrom<String> for FamilyKey {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("a family's key is 32 bytes in base64url")
    }
}

impl fmt::Debug for FamilyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FamilyKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// A token as its holder has it: number and secret.
    type Token = (u64, Secret);

    /// A session with what has happened to it, told apart from the state that the family keeps.
    struct History {
        family: RefreshTokenFamily,
        secrets: Vec<Secret>,
        /// When each secret, or its access token, was first used.
        first_used_ms: Vec<Option<i64>>,
        /// When the newest secret was issued.
        issued_ms: i64,
        now_ms: i64,
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// The newest secret is presented.
        Rotate,
        /// The access token that was issued with the newest secret is used.
        UseAccessToken,
        /// The secret that was used last is presented again, as when the answers after it were lost.
        AskAgain,
        /// The same, to switch to another tenant.
        SwitchAgain,
    }

    /// What a secret is presented for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Request {
        Refresh,
        Switch,
    }

    impl History {
        fn begin() -> Self {
            let (family, first) = RefreshTokenFamily::begin();
            Self { family, secrets: vec![first], first_used_ms: vec![None], issued_ms: 0, now_ms: 0 }
        }

        fn of(steps: &[(i64, Step)]) -> Self {
            let mut history = Self::begin();
            for (pause, step) in steps {
                history.now_ms += pause;
                history.take(*step);
            }
            history
        }

        fn take(&mut self, step: Step) {
            let newest = self.secrets.len() - 1;
            match step {
                Step::Rotate => drop(self.refresh(&self.token(newest))),
                Step::UseAccessToken => self.use_access_token(newest as u64),
                Step::AskAgain => self.ask_again(Request::Refresh),
                Step::SwitchAgain => self.ask_again(Request::Switch),
            }
        }

        fn ask_again(&mut self, request: Request) {
            let before = &self.first_used_ms[..self.secrets.len() - 1];
            if let Some(generation) = before.iter().rposition(Option::is_some) {
                self.present(&self.token(generation), request);
            }
        }

        fn token(&self, generation: usize) -> Token {
            (generation as u64, self.secrets[generation].clone())
        }

        fn refresh(&mut self, token: &Token) -> Option<Token> {
            self.present(token, Request::Refresh)
        }

        /// What `IdentityStore::refresh` and `IdentityStore::switch_tenant` answer; `None` when the session has ended.
        fn present(&mut self, (generation, secret): &Token, request: Request) -> Option<Token> {
            let (family, next) = match self.family.status_of(*generation, secret, self.issued_ms, self.now_ms)
            {
                TokenStatus::Current => {
                    self.first_used_ms.last_mut().unwrap().get_or_insert(self.now_ms);
                    self.family.rotated(secret, self.now_ms)
                }
                TokenStatus::AnswerLost(newest) => self.family.skipping(&newest),
                TokenStatus::RecentlyReplaced(newest) if request == Request::Switch => {
                    self.family.carried_over(&newest, self.now_ms)
                }
                TokenStatus::RecentlyReplaced(newest) => return Some((self.family.generation, newest)),
                TokenStatus::Reused | TokenStatus::Unknown => return None,
            };
            if family == self.family {
                return Some((family.generation, next));
            }
            self.family = family;
            self.secrets.push(next.clone());
            self.first_used_ms.push(None);
            self.issued_ms = self.now_ms;
            Some((self.family.generation, next))
        }

        /// What `IdentityStore::note_use` stores.
        fn use_access_token(&mut self, generation: u64) {
            if self.family.is_unused(generation) {
                self.family.used_ms = Some(self.now_ms);
            }
            if generation == self.family.generation {
                self.first_used_ms.last_mut().unwrap().get_or_insert(self.now_ms);
            }
        }

        fn status(&self, generation: usize, now_ms: i64) -> TokenStatus {
            self.family.status_of(generation as u64, &self.secrets[generation], self.issued_ms, now_ms)
        }
    }

    #[test]
    fn a_lost_response_can_be_asked_for_until_the_next_one_is_used() {
        const MONTH_MS: i64 = 30 * 24 * 60 * 60 * 1000;
        let mut history = History::of(&[(0, Step::Rotate)]);
        let TokenStatus::RecentlyReplaced(newest) = history.status(0, GRACE_MS) else {
            panic!("within the grace period the previous secret gets the newest");
        };
        assert_eq!(newest.digest(), history.secrets[1].digest());
        // Later it gets another one each time, and what was lost is void.
        for lost in 1..4 {
            history.now_ms += MONTH_MS;
            let (generation, _) = history.refresh(&history.token(0)).unwrap();
            assert_eq!(generation, lost + 1);
            assert!(matches!(history.status(lost as usize, history.now_ms), TokenStatus::Reused));
        }
        history.take(Step::UseAccessToken);
        let used_ms = history.now_ms;
        assert!(matches!(history.status(0, used_ms + GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(history.status(0, used_ms + GRACE_MS + 1), TokenStatus::Reused));
        assert!(matches!(history.status(4, i64::MAX), TokenStatus::Current));
    }

    #[test]
    fn a_refresh_is_a_use_too() {
        let history = History::of(&[(0, Step::Rotate), (1_000, Step::Rotate), (1_000, Step::Rotate)]);
        assert!(matches!(history.status(0, 1_000 + GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(history.status(0, 1_001 + GRACE_MS), TokenStatus::Reused));
        assert!(matches!(history.status(1, 2_000 + GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(history.status(1, 2_001 + GRACE_MS), TokenStatus::Reused));
        assert!(matches!(history.status(2, i64::MAX), TokenStatus::AnswerLost(_)));
    }

    /// The answer of a refresh is lost, and so is that of the switch that follows within a minute.
    #[test]
    fn a_switch_with_a_replaced_secret_uses_no_secret_that_nobody_has() {
        let mut history = History::of(&[(0, Step::Rotate), (30_000, Step::SwitchAgain)]);
        assert_eq!(history.secrets.len(), 2, "the newest secret goes over");
        assert!(matches!(history.status(0, 900_000), TokenStatus::AnswerLost(_)));
        // Once somebody has used it, whoever switches gets the next one.
        history.take(Step::UseAccessToken);
        history.take(Step::SwitchAgain);
        assert_eq!(history.secrets.len(), 3);
        assert!(matches!(history.status(0, 30_000 + GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(history.status(0, 30_001 + GRACE_MS), TokenStatus::Reused));
    }

    #[test]
    fn a_rotation_does_not_open_the_grace_period_again() {
        // The second secret's access token was used at once, and the secret itself a quarter of an hour later.
        let steps = [(0, Step::Rotate), (0, Step::UseAccessToken), (900_000, Step::Rotate)];
        assert!(matches!(History::of(&steps).status(0, 900_000), TokenStatus::Reused));
    }

    /// The owner refreshes every quarter of an hour and uses the API; a thief presents each of the owner's secrets once
    /// more before the owner refreshes again.
    #[test]
    fn a_thief_cannot_keep_pace_with_the_owner() {
        let mut history = History::of(&[(0, Step::Rotate), (0, Step::UseAccessToken)]);
        assert!(matches!(history.status(0, GRACE_MS + 1), TokenStatus::Reused), "the thief is late");
        // The thief is first instead, and uses the API: then the owner's secret shows the theft.
        history = History::of(&[(0, Step::Rotate), (800_000, Step::UseAccessToken)]);
        assert!(matches!(history.status(0, 900_000), TokenStatus::Reused));
    }

    /// The thief refreshes before the owner does, and keeps what they got without using it.
    #[test]
    fn a_thief_who_waits_for_the_owner_is_noticed() {
        let mut history = History::of(&[(0, Step::Rotate), (0, Step::UseAccessToken)]);
        let copied = history.token(1);
        history.now_ms = 420_000;
        let thief = history.refresh(&copied).unwrap();
        history.now_ms = 900_000;
        assert!(matches!(history.status(1, 900_000), TokenStatus::AnswerLost(_)));
        let owner = history.refresh(&copied).unwrap();
        assert_ne!(owner.0, thief.0, "they do not hold the same secret any more");
        // Whether the owner uses the API or not, and whoever comes next: the session ends.
        for owner_calls in [true, false] {
            if owner_calls {
                history.use_access_token(owner.0);
            }
            for later in [900_001, 1_320_000] {
                history.now_ms = later;
                assert!(history.refresh(&thief).is_none(), "{owner_calls} {later}");
            }
        }
    }

    /// Two tabs, and then a third one, refresh at once after an answer was lost long ago.
    #[test]
    fn tabs_that_ask_again_at_once_get_the_same_secret() {
        let mut history = History::of(&[(0, Step::Rotate), (100_000, Step::Rotate)]);
        let lost = history.token(1);
        history.now_ms = 900_000;
        let [one, other] = [history.refresh(&lost).unwrap(), history.refresh(&lost).unwrap()];
        assert_eq!((one.0, one.1.digest()), (other.0, other.1.digest()));
        // One of them goes on before the third one's request arrives.
        let next = history.refresh(&one).unwrap();
        assert_eq!(history.refresh(&lost).unwrap().0, next.0);
        assert!(history.refresh(&history.token(2)).is_none(), "the skipped one");
    }

    /// The uses in an item with these attributes in place of its own.
    fn uses_in(attributes: &serde_json::Value) -> Vec<(u64, i64)> {
        let mut item = serde_json::to_value(RefreshTokenFamily::begin().0).unwrap();
        let own = item.as_object_mut().unwrap();
        own.remove("first_uses").unwrap();
        assert!(!own.contains_key("used_generations") && !own.contains_key("used_ms"));
        own.extend(attributes.as_object().unwrap().clone());
        let family: RefreshTokenFamily = serde_json::from_value(item).unwrap();
        family.used.iter().map(|used| (used.generation, used.at_ms)).collect()
    }

    #[test]
    fn items_of_earlier_versions_are_read() {
        let times = |generation: u64, rotated_ms: &[i64]| {
            uses_in(&json!({"generation": generation, "rotated_ms": rotated_ms}))
        };
        assert_eq!(times(0, &[]), []);
        assert_eq!(times(2, &[7, 1_000]), [(0, 7), (1, 1_000)]);
        // Of the secret before those the time is not known, and does not count.
        assert_eq!(times(9, &[7, 1_000]), [(6, 0), (7, 7), (8, 1_000)]);
        assert_eq!(times(9, &[]), [(8, 0)]);
        // The second version wrote the generations beside the times.
        let item = json!({"generation": 9, "rotated_ms": [7, 1_000], "used_generations": [4, 6]});
        assert_eq!(uses_in(&item), [(4, 7), (6, 1_000)]);
    }

    /// A version from before a deployment that was taken back goes on with the session: it changes what it knows, and
    /// leaves the rest.
    #[test]
    fn what_an_earlier_version_has_left_behind_does_not_count() {
        let first_uses = json!({"newest": 9, "uses": [[4, 7], [6, 1_000]]});
        let mut item = json!({"generation": 9, "rotated_ms": [7, 1_000], "first_uses": first_uses});
        assert_eq!(uses_in(&item), [(4, 7), (6, 1_000)]);
        item["generation"] = json!(10);
        item["rotated_ms"] = json!([1_000, 2_000]);
        assert_eq!(uses_in(&item), [(7, 0), (8, 1_000), (9, 2_000)]);
        item["used_generations"] = json!([6, 9]);
        assert_eq!(uses_in(&item), [(6, 1_000), (9, 2_000)]);
        item["rotated_ms"] = json!([1_000, 2_000, 3_000]);
        assert_eq!(uses_in(&item), [(6, 0), (7, 1_000), (8, 2_000), (9, 3_000)]);
    }

    #[test]
    fn a_generation_too_far_behind_is_unknown() {
        let (mut family, secret) = RefreshTokenFamily::begin();
        family.generation = u64::MAX;
        assert!(matches!(family.status_of(0, &secret, 0, 0), TokenStatus::Unknown));
    }

    #[test]
    fn what_the_table_holds_is_no_secret() {
        let History { family, secrets, .. } =
            History::of(&[(0, Step::Rotate), (1, Step::Rotate), (70_000, Step::AskAgain)]);
        assert_eq!(secrets.len(), 4);
        let item = serde_json::to_string(&family).unwrap();
        for secret in secrets {
            assert!(!item.contains(&secret.expose()));
        }
        assert_eq!(serde_json::from_str::<RefreshTokenFamily>(&item).unwrap(), family);
        assert!(format!("{family:?}").contains("FamilyKey(…)"));
    }

    proptest! {
        /// For any sequence of rotations, uses and lost answers every secret has the status that the rule says, and no
        /// other secret is taken for the family's own.
        #[test]
        fn every_secret_has_its_status(
            steps in proptest::collection::vec(
                (
                    0_i64..100_000,
                    prop_oneof![
                        Just(Step::Rotate),
                        Just(Step::UseAccessToken),
                        Just(Step::AskAgain),
                        Just(Step::SwitchAgain),
                    ],
                ),
                0..16,
            ),
            later in 0_i64..100_000,
            wrong in any::<[u8; 32]>(),
        ) {
            let history = History::of(&steps);
            let now_ms = history.now_ms + later;
            let newest = history.secrets.len() - 1;
            for generation in 0..=newest {
                let was_used = history.first_used_ms[generation].is_some();
                let later_use = history.first_used_ms[generation + 1..].iter().flatten().next();
                let is_recent = now_ms - later_use.unwrap_or(&history.issued_ms) <= GRACE_MS;
                match history.status(generation, now_ms) {
                    TokenStatus::Current => prop_assert_eq!(generation, newest),
                    TokenStatus::RecentlyReplaced(again) => {
                        prop_assert!(was_used && is_recent && generation < newest);
                        prop_assert_eq!(again.digest(), history.secrets[newest].digest());
                    }
                    TokenStatus::AnswerLost(skipped) => {
                        prop_assert!(was_used && later_use.is_none() && !is_recent && generation < newest);
                        prop_assert_eq!(skipped.digest(), history.secrets[newest].digest());
                    }
                    TokenStatus::Reused => {
                        let was_replaced = later_use.is_some() && !is_recent;
                        prop_assert!((!was_used || was_replaced) && generation < newest);
                    }
                    TokenStatus::Unknown => prop_assert!(false, "generation {} is the family's own", generation),
                }
                // The right secret with a wrong number, and a wrong secret with the right number.
                let secret = history.secrets[generation].clone();
                for (number, shown) in [(generation + 1, secret), (generation, Secret::from_bytes(wrong))] {
                    let status = history.family.status_of(number as u64, &shown, history.issued_ms, now_ms);
                    prop_assert!(matches!(status, TokenStatus::Unknown));
                }
            }
        }

        /// One browser that refreshes and switches between tenants, whichever of its answers are lost and however long
        /// it waits, is never signed out.
        #[test]
        fn lost_answers_sign_nobody_out(
            requests in proptest::collection::vec(
                (
                    0_i64..200_000,
                    prop_oneof![Just(Request::Refresh), Just(Request::Switch)],
                    any::<bool>(),
                    any::<bool>(),
                ),
                0..24,
            ),
        ) {
            let mut history = History::begin();
            let mut cookie = history.token(0);
            for (pause, request, arrives, calls) in requests {
                history.now_ms += pause;
                let answer = history.present(&cookie, request);
                prop_assert!(answer.is_some());
                if arrives {
                    cookie = answer.unwrap();
                    if calls {
                        history.use_access_token(cookie.0);
                    }
                }
            }
        }

        /// Two parties with copies of one secret, in any order, whether they call the API or not, and never within the
        /// grace period of each other: the session ends before either comes back for the second time.
        #[test]
        fn two_parties_who_go_on_end_the_session(
            generation in 0_usize..3,
            first_is_the_thief in any::<bool>(),
            visits in proptest::collection::vec(
                proptest::collection::vec((1_i64..900_000, any::<bool>()), 1..4),
                3,
            ),
        ) {
            let mut history = History::of(&vec![(900_000, Step::Rotate); generation]);
            let copied = history.token(generation);
            let mut held = [copied.clone(), copied];
            let mut party = usize::from(first_is_the_thief);
            let mut has_ended = false;
            for visit in visits {
                for (pause, calls) in visit {
                    history.now_ms += GRACE_MS + pause;
                    match history.refresh(&held[party]) {
                        Some(next) => held[party] = next,
                        None => has_ended = true,
                    }
                    if calls && !has_ended {
                        history.use_access_token(held[party].0);
                    }
                }
                party = 1 - party;
            }
            prop_assert!(has_ended);
        }
    }
}
