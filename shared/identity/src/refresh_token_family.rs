//! Refresh token rotation with reuse detection (RFC 9700, 4.14.2), without storing any token.
//!
//! Each secret is derived from the one before it. So the server can tell every earlier secret from a forged one, and
//! can compute the newest secret again from an earlier one that is presented.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tenancy::ContentHash;

use crate::secret::Secret;

/// How long a replaced secret is still accepted, in milliseconds: two tabs may refresh at once, or the network may
/// repeat a request.
pub(crate) const GRACE_MS: i64 = 10_000;

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
    /// The times of the latest rotations, in milliseconds since 1970, the newest last. At each rotation those that are
    /// older than the grace period are dropped.
    pub(crate) rotated_ms: Vec<i64>,
}

/// What a presented secret is to a family.
#[derive(Debug)]
pub(crate) enum TokenStatus {
    /// The newest secret.
    Current,
    /// The secret before the newest, or one that was replaced within the grace period; carries the newest secret.
    RecentlyReplaced(Secret),
    /// A secret that was replaced earlier. Presenting it means that it was copied: the holder of the newer secrets and
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
        (Self { key, generation: 0, digest: secret.digest(), rotated_ms: Vec::new() }, secret)
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
            1 => TokenStatus::RecentlyReplaced(newest),
            _ if self.replaced_within_grace(behind, now_ms) => TokenStatus::RecentlyReplaced(newest),
            _ => TokenStatus::Reused,
        }
    }

    /// Whether secret number `generation` was replaced within the grace period before `now_ms`.
    pub(crate) fn was_replaced_just_now(&self, generation: u64, now_ms: i64) -> bool {
        let behind = self.generation.checked_sub(generation).filter(|behind| *behind > 0);
        behind.is_some_and(|behind| self.replaced_within_grace(behind, now_ms))
    }

    /// Whether the secret that is `behind` generations before the newest was replaced within the grace period.
    fn replaced_within_grace(&self, behind: u64, now_ms: i64) -> bool {
        let from_the_end = usize::try_from(behind).unwrap_or(usize::MAX);
        let index = self.rotated_ms.len().checked_sub(from_the_end);
        index.and_then(|index| self.rotated_ms.get(index)).is_some_and(|at| now_ms - at <= GRACE_MS)
    }

    /// The family after a rotation, and the new secret, which is derived from the `newest` one.
    pub(crate) fn rotated(&self, newest: &Secret, now_ms: i64) -> (Self, Secret) {
        let secret = self.key.next(newest);
        let recent = self.rotated_ms.iter().copied().filter(|at| now_ms - at <= GRACE_MS);
        let family = Self {
            key: self.key.clone(),
            generation: self.generation + 1,
            digest: secret.digest(),
            rotated_ms: recent.chain([now_ms]).collect(),
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

    /// A family that was rotated at these times, with all its secrets in order.
    fn rotated_at(times_ms: &[i64]) -> (RefreshTokenFamily, Vec<Secret>) {
        let (mut family, first) = RefreshTokenFamily::begin();
        let mut secrets = vec![first];
        for now_ms in times_ms {
            let (next, secret) = family.rotated(secrets.last().unwrap(), *now_ms);
            family = next;
            secrets.push(secret);
        }
        (family, secrets)
    }

    #[test]
    fn the_previous_secret_gets_the_newest_at_any_time() {
        let (family, secrets) = rotated_at(&[0]);
        let TokenStatus::RecentlyReplaced(newest) =
            family.status_of(0, &secrets[0], 30 * 24 * 60 * 60 * 1000)
        else {
            panic!("the previous secret gets the newest");
        };
        assert_eq!(newest.digest(), secrets[1].digest());
    }

    #[test]
    fn just_now_is_within_the_grace_period() {
        let (family, _) = rotated_at(&[0, 1_000]);
        assert!(family.was_replaced_just_now(1, GRACE_MS + 1_000));
        assert!(!family.was_replaced_just_now(1, GRACE_MS + 1_001));
        assert!(!family.was_replaced_just_now(0, GRACE_MS + 1));
        assert!(!family.was_replaced_just_now(2, 1_000), "the newest was not replaced");
    }

    #[test]
    fn an_earlier_secret_is_reused_after_the_grace_period() {
        let (family, secrets) = rotated_at(&[0, 1_000, 2_000]);
        assert!(matches!(family.status_of(0, &secrets[0], GRACE_MS), TokenStatus::RecentlyReplaced(_)));
        assert!(matches!(family.status_of(0, &secrets[0], GRACE_MS + 1), TokenStatus::Reused));
        assert!(matches!(
            family.status_of(1, &secrets[1], GRACE_MS + 1_000),
            TokenStatus::RecentlyReplaced(_)
        ));
        assert!(matches!(family.status_of(1, &secrets[1], GRACE_MS + 1_001), TokenStatus::Reused));
        assert!(matches!(family.status_of(3, &secrets[3], i64::MAX), TokenStatus::Current));
    }

    #[test]
    fn a_generation_too_far_behind_is_unknown() {
        let (mut family, secret) = RefreshTokenFamily::begin();
        family.generation = u64::MAX;
        assert!(matches!(family.status_of(0, &secret, 0), TokenStatus::Unknown));
    }

    #[test]
    fn what_the_table_holds_is_no_secret() {
        let (family, secrets) = rotated_at(&[0, 1]);
        let item = serde_json::to_string(&family).unwrap();
        for secret in secrets {
            assert!(!item.contains(&secret.expose()));
        }
        assert_eq!(serde_json::from_str::<RefreshTokenFamily>(&item).unwrap(), family);
        assert!(format!("{family:?}").contains("FamilyKey(…)"));
    }

    proptest! {
        /// For any sequence of rotations: the newest secret is current, the previous one and those within the grace
        /// period get the newest, every earlier one is reused, and no other secret is taken for the family's own.
        #[test]
        fn every_secret_has_its_status(
            pauses in proptest::collection::vec(0_i64..20_000, 0..12),
            later in 0_i64..20_000,
            wrong in any::<[u8; 32]>(),
        ) {
            let times: Vec<i64> = pauses.iter().scan(0, |now, pause| { *now += pause; Some(*now) }).collect();
            let now_ms = times.last().unwrap_or(&0) + later;
            let (family, secrets) = rotated_at(&times);
            let newest = secrets.len() - 1;
            for (generation, secret) in secrets.iter().enumerate() {
                let recent = generation + 1 == newest
                    || times.get(generation).is_some_and(|replaced| now_ms - replaced <= GRACE_MS);
                match family.status_of(generation as u64, secret, now_ms) {
                    TokenStatus::Current => prop_assert_eq!(generation, newest),
                    TokenStatus::RecentlyReplaced(again) => {
                        prop_assert!(recent);
                        prop_assert_eq!(again.digest(), secrets[newest].digest());
                    }
                    TokenStatus::Reused => prop_assert!(!recent && generation < newest),
                    TokenStatus::Unknown => prop_assert!(false, "generation {} is the family's own", generation),
                }
                // The right secret with a wrong number, and a wrong secret with the right number.
                for (number, shown) in [
                    (generation + 1, secret.clone()),
                    (generation, Secret::from_bytes(wrong)),
                ] {
                    prop_assert!(matches!(family.status_of(number as u64, &shown, now_ms), TokenStatus::Unknown));
                }
            }
        }
    }
}
