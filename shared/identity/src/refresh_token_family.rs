//! Refresh token rotation with reuse detection (RFC 9700, 4.14.2), without storing any token.
//!
//! Each secret is derived from the one before it. So the server can tell every earlier secret from a forged one, and
//! can compute the newest secret again from an earlier one that is presented.
//!
//! A secret that was replaced is accepted again until its successor is first used, because the response with the
//! successor may have been lost, and for a minute after that, because of two tabs. A use is a refresh, or a request to
//! the API with the access token that was issued together with the successor: either shows that the response arrived.
//! Somebody who copied a secret therefore cannot keep pace with its owner by presenting each secret once more after the
//! owner: the owner's next request to the API, and a minute, end that.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

use crate::secret::Secret;

/// How long a replaced secret is still accepted after the first use of its successor, in milliseconds: two tabs may
/// refresh at once, or the network may repeat a request. API Gateway caches the authorizer's answers for as long.
pub(crate) const GRACE_MS: i64 = 60_000;

/// How many generations a presented secret may be behind the newest: more than a session has in its life, at one
/// refresh a minute for two months. Without a bound, recognising an early secret of a session with very many
/// generations would take seconds.
const MAX_GENERATIONS_BEHIND: u64 = 100_000;

/// The state of a session's refresh secrets. The first secret is random, and `secret(n + 1) = HMAC-SHA256(key,
/// secret(n))`. Whoever reads the table gets the key and the hash of the newest secret, from which no secret follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefreshTokenFamily {
    #[serde(rename = "chain")]
    key: FamilyKey,
    /// The number of the newest secret, counted from zero.
    pub(crate) generation: u64,
    /// SHA-256 of the newest secret.
    pub(crate) digest: ContentHash,
    /// When the latest secrets before the newest were first used, in milliseconds since 1970, that of the one before the
    /// newest last. At each rotation the times before the grace period are dropped. (Items of earlier versions have the
    /// times of their rotations, which are uses as well.)
    #[serde(rename = "rotated_ms")]
    pub(crate) first_used_ms: Vec<i64>,
    /// When the access token that was issued with the newest secret was first used; absent before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) used_ms: Option<i64>,
}

/// What a presented secret is to a family.
#[derive(Debug)]
pub(crate) enum TokenStatus {
    /// The newest secret.
    Current,
    /// A secret whose successor was not used yet, or first within the grace period; carries the newest secret.
    RecentlyReplaced(Secret),
    /// A secret whose successor has been used for longer. Presenting it means that it was copied: the holder of the newer secrets and
    /// whoever presents this one are not the same.
    Reused,
    /// Not a secret of this family.
    Unknown,
}

impl RefreshTokenFamily {
    /// Makes a new family and its first secret.
    pub(crate) fn begin() -> (Self, Secret) {
        let secret = Secret::random();
        let key = FamilyKey(crate::secret::random_bytes());
        (
            Self { key, generation: 0, digest: secret.digest(), first_used_ms: Vec::new(), used_ms: None },
            secret,
        )
    }

    /// The status at `now_ms` of a presented `secret` that claims to be number `generation`.
    pub(crate) fn status_of(&self, generation: u64, secret: &Secret, now_ms: i64) -> TokenStatus {
        let behind = match self.generation.checked_sub(generation) {
            Some(behind) if behind <= MAX_GENERATIONS_BEHIND => behind,
            _ => return TokenStatus::Unknown,
        };
        let newest = (0..behind).fold(secret.clone(), |secret, _| self.key.next(&secret));
        if newest.digest() != self.digest {
            return TokenStatus::Unknown;
        }
        match behind {
            0 => TokenStatus::Current,
            1 if self.used_ms.is_none_or(|at| now_ms - at <= GRACE_MS) => {
                TokenStatus::RecentlyReplaced(newest)
            }
            _ if self.successor_used_within_grace(behind, now_ms) => TokenStatus::RecentlyReplaced(newest),
            _ => TokenStatus::Reused,
        }
    }

    /// Whether the successor of the secret that is `behind` generations before the newest, itself not the newest, was
    /// first used within the grace period.
    fn successor_used_within_grace(&self, behind: u64, now_ms: i64) -> bool {
        let from_the_end = usize::try_from(behind).unwrap_or(usize::MAX).saturating_sub(1);
        let index = self.first_used_ms.len().checked_sub(from_the_end);
        index.and_then(|index| self.first_used_ms.get(index)).is_some_and(|at| now_ms - at <= GRACE_MS)
    }

    /// Whether a use of the newest secret's access token is news that has to be stored. The first secret has none before
    /// it that the use could end.
    pub(crate) fn is_unused(&self, generation: u64) -> bool {
        generation > 0 && generation == self.generation && self.used_ms.is_none()
    }

    /// The family after a rotation, and the new secret, which is derived from the `newest` one.
    pub(crate) fn rotated(&self, newest: &Secret, now_ms: i64) -> (Self, Secret) {
        let secret = self.key.next(newest);
        let first_used_ms = self.used_ms.unwrap_or(now_ms);
        let times = self.first_used_ms.iter().copied().chain([first_used_ms]);
        let family = Self {
            key: self.key.clone(),
            generation: self.generation + 1,
            digest: secret.digest(),
            first_used_ms: times.filter(|at| now_ms - at <= GRACE_MS).collect(),
            used_ms: None,
        };
        (family, secret)
    }
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

    use super::*;

    /// A family with all its secrets in order. Each step waits for a while and then either rotates the family or uses
    /// the newest access token.
    struct History {
        family: RefreshTokenFamily,
        secrets: Vec<Secret>,
        /// When each secret, or its access token, was first used.
        first_used_ms: Vec<Option<i64>>,
        now_ms: i64,
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Rotate,
        UseAccessToken,
    }

    impl History {
        fn of(steps: &[(i64, Step)]) -> Self {
            let (family, first) = RefreshTokenFamily::begin();
            let mut history = Self { family, secrets: vec![first], first_used_ms: vec![None], now_ms: 0 };
            for (pause, step) in steps {
                history.now_ms += pause;
                history.take(*step);
            }
            history
        }

        fn take(&mut self, step: Step) {
            self.first_used_ms.last_mut().unwrap().get_or_insert(self.now_ms);
            match step {
                Step::Rotate => {
                    let (next, secret) = self.family.rotated(self.secrets.last().unwrap(), self.now_ms);
                    self.family = next;
                    self.secrets.push(secret);
                    self.first_used_ms.push(None);
                }
                // What `IdentityStore::note_use` stores.
                Step::UseAccessToken if self.family.is_unused(self.family.generation) => {
                    self.family.used_ms = Some(self.now_ms);
                }
                Step::UseAccessToken => {}
            }
        }

        fn status(&self, generation: usize, now_ms: i64) -> TokenStatus {
            self.family.status_of(generation as u64, &self.secrets[generation], now_ms)
        }
    }

    #[test]
    fn a_lost_response_can_be_asked_for_until_the_next_one_is_used() {
        const MONTH_MS: i64 = 30 * 24 * 60 * 60 * 1000;
        let mut history = History::of(&[(0, Step::Rotate)]);
        let TokenStatus::RecentlyReplaced(newest) = history.status(0, MONTH_MS) else {
            panic!("the previous secret gets the newest");
        };
        assert_eq!(newest.digest(), history.secrets[1].digest());
        history.now_ms = MONTH_MS;
        history.take(Step::UseAccessToken);
        assert!(matches!(history.status(0, MONTH_MS + GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(history.status(0, MONTH_MS + GRACE_MS + 1), TokenStatus::Reused));
        assert!(matches!(history.status(1, i64::MAX), TokenStatus::Current));
    }

    #[test]
    fn a_refresh_is_a_use_too() {
        let history = History::of(&[(0, Step::Rotate), (1_000, Step::Rotate), (1_000, Step::Rotate)]);
        assert!(matches!(history.status(0, 1_000 + GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(history.status(0, 1_001 + GRACE_MS), TokenStatus::Reused));
        assert!(matches!(history.status(1, 2_000 + GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(history.status(1, 2_001 + GRACE_MS), TokenStatus::Reused));
        assert!(matches!(history.status(2, i64::MAX), TokenStatus::RecentlyReplaced(_)));
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

    #[test]
    fn an_item_of_an_earlier_version_is_read() {
        let history = History::of(&[(0, Step::Rotate), (1_000, Step::Rotate)]);
        let item = serde_json::to_value(&history.family).unwrap();
        assert_eq!(item["rotated_ms"], serde_json::json!([0, 1_000]));
        assert!(item.get("used_ms").is_none());
        assert_eq!(serde_json::from_value::<RefreshTokenFamily>(item).unwrap(), history.family);
    }

    #[test]
    fn a_generation_too_far_behind_is_unknown() {
        let (mut family, secret) = RefreshTokenFamily::begin();
        family.generation = u64::MAX;
        assert!(matches!(family.status_of(0, &secret, 0), TokenStatus::Unknown));
    }

    #[test]
    fn what_the_table_holds_is_no_secret() {
        let History { family, secrets, .. } = History::of(&[(0, Step::Rotate), (1, Step::Rotate)]);
        let item = serde_json::to_string(&family).unwrap();
        for secret in secrets {
            assert!(!item.contains(&secret.expose()));
        }
        assert_eq!(serde_json::from_str::<RefreshTokenFamily>(&item).unwrap(), family);
        assert!(format!("{family:?}").contains("FamilyKey(…)"));
    }

    proptest! {
        /// For any sequence of rotations and uses: the newest secret is current, one whose successor is unused or was
        /// first used within the grace period gets the newest, every earlier one is reused, and no other secret is taken
        /// for the family's own.
        #[test]
        fn every_secret_has_its_status(
            steps in proptest::collection::vec(
                (0_i64..100_000, prop_oneof![Just(Step::Rotate), Just(Step::UseAccessToken)]),
                0..16,
            ),
            later in 0_i64..100_000,
            wrong in any::<[u8; 32]>(),
        ) {
            let history = History::of(&steps);
            let now_ms = history.now_ms + later;
            let newest = history.secrets.len() - 1;
            for generation in 0..=newest {
                let successor = history.first_used_ms.get(generation + 1);
                let recent = successor.is_some_and(|used| used.is_none_or(|at| now_ms - at <= GRACE_MS));
                match history.status(generation, now_ms) {
                    TokenStatus::Current => prop_assert_eq!(generation, newest),
                    TokenStatus::RecentlyReplaced(again) => {
                        prop_assert!(recent);
                        prop_assert_eq!(again.digest(), history.secrets[newest].digest());
                    }
                    TokenStatus::Reused => prop_assert!(!recent && generation < newest),
                    TokenStatus::Unknown => prop_assert!(false, "generation {} is the family's own", generation),
                }
                // The right secret with a wrong number, and a wrong secret with the right number.
                let secret = history.secrets[generation].clone();
                for (number, shown) in [(generation + 1, secret), (generation, Secret::from_bytes(wrong))] {
                    let status = history.family.status_of(number as u64, &shown, now_ms);
                    prop_assert!(matches!(status, TokenStatus::Unknown));
                }
            }
        }
    }
}
