//! Entries of a chain, their hashes and their keys.

use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, TenantId};

use crate::call::Call;

/// The prefix of the sort keys of entries.
pub(crate) const ENTRIES: &str = "ENTRY#";

/// One entry of a tenant's chain: a call and its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The entry's number in the chain, counted from 1.
    #[serde(rename = "sk", with = "sort_key")]
    pub seq: u64,
    /// What was called, and by whom.
    #[serde(flatten)]
    pub call: Call,
    /// The HTTP status of the response; `None` when the function died before it responded.
    pub status: Option<u16>,
    /// How many refused calls of the same actor, credential and action the entry stands for, of which it shows the
    /// last; `None` for an entry of one call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The hash of the entry before this one; 64 zeros for the first entry.
    pub previous: ContentHash,
    /// The hash of all other fields and of the tenant: see [`Entry::computed_hash`].
    pub hash: ContentHash,
}

/// A position in a chain: the number of an entry, and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainPosition {
    /// The number of the entry, counted from 1; 0 before the first entry.
    pub seq: u64,
    /// The hash of the entry.
    pub hash: ContentHash,
}

impl ChainPosition {
    /// The position before the first entry.
    pub const START: Self = Self { seq: 0, hash: ContentHash::from_bytes([0; 32]) };
}

/// The JSON document that is hashed. The order of the fields is part of the format.
#[derive(Serialize)]
struct Hashed<'a> {
    tenant: &'a TenantId,
    seq: u64,
    at: &'a jiff::Timestamp,
    actor: &'a crate::call::Actor,
    credential: &'a Option<String>,
    action: &'a str,
    subjects: &'a [String],
    request: &'a str,
    status: Option<u16>,
    previous: &'a ContentHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

impl Entry {
    /// The entry that follows `last` in the tenant's chain.
    #[must_use]
    pub fn after(last: ChainPosition, tenant: &TenantId, call: Call, status: Option<u16>) -> Self {
        Self::counting(last, tenant, call, status, 1)
    }

    /// The entry that follows `last` in the tenant's chain and stands for `count` calls, of which `call` is the last.
    #[must_use]
    pub fn counting(
        last: ChainPosition,
        tenant: &TenantId,
        call: Call,
        status: Option<u16>,
        count: u64,
    ) -> Self {
        let count = Some(count).filter(|count| *count > 1);
        let entry = Self { seq: last.seq + 1, call, status, count, previous: last.hash, hash: last.hash };
        Self { hash: entry.computed_hash(tenant), ..entry }
    }

    /// SHA-256 of the compact JSON object with the members `tenant`, `seq`, `at`, `actor`, `credential`, `action`,
    /// `subjects`, `request`, `status`, `previous` and, where the entry stands for several calls, `count`, in this
    /// order.
    #[must_use]
    pub fn computed_hash(&self, tenant: &TenantId) -> ContentHash {
        let Call { at, actor, credential, action, subjects, request } = &self.call;
        let hashed = Hashed {
            tenant,
            seq: self.seq,
            at,
            actor,
            credential,
            action,
            subjects,
            request,
            status: self.status,
            previous: &self.previous,
            count: self.count,
        };
        // Cannot fail: serde_json reports only keys that are not strings, and failing writers.
        ContentHash::of(&serde_json::to_vec(&hashed).unwrap_or_default())
    }

    /// The position that the next entry follows.
    #[must_use]
    pub const fn position(&self) -> ChainPosition {
        ChainPosition { seq: self.seq, hash: self.hash }
    }
}

/// The sort key of an entry. Zero-padded to twelve digits, keys sort as their numbers do.
pub(crate) fn sort_key(seq: u64) -> String {
    format!("{ENTRIES}{seq:012}")
}

/// The number of the entry that a sort key names, or `None` where the key is not exactly an entry's.
pub(crate) fn seq_of(key: &str) -> Option<u64> {
    let seq = key.strip_prefix(ENTRIES)?.parse().ok()?;
    (sort_key(seq) == key).then_some(seq)
}

mod sort_key {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(seq: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::sort_key(*seq))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let key = String::deserialize(deserializer)?;
        super::seq_of(&key).ok_or_else(|| D::Error::custom(format!("no entry's key: {key}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Actor;

    #[test]
    fn the_hash_is_of_what_is_documented() {
        let tenant: TenantId = "tenant_00000000000070008000000000000001".parse().unwrap();
        let call = Call {
            at: "2026-11-23T01:02:03Z".parse().unwrap(),
            actor: Actor::Operator,
            credential: None,
            action: "DELETE /api/v1/projects/{id}".into(),
            subjects: vec!["proj_1".into()],
            request: "r-1".into(),
        };
        let entry = Entry::after(ChainPosition::START, &tenant, call, Some(204));
        let document = format!(
            "{{\"tenant\":\"{tenant}\",\"seq\":1,\"at\":\"2026-11-23T01:02:03Z\",\"actor\":\"operator\",\
             \"credential\":null,\"action\":\"DELETE /api/v1/projects/{{id}}\",\"subjects\":[\"proj_1\"],\
             \"request\":\"r-1\",\"status\":204,\"previous\":\"{}\"}}",
            "0".repeat(64)
        );
        assert_eq!(entry.hash, ContentHash::of(document.as_bytes()));
        assert_eq!(entry.position(), ChainPosition { seq: 1, hash: entry.hash });
        let call = entry.call;
        let many = Entry::counting(ChainPosition::START, &tenant, call.clone(), Some(204), 57);
        let counted = document.replace("\"}", "\",\"count\":57}");
        assert_eq!(many.hash, ContentHash::of(counted.as_bytes()));
        // An entry of one call is hashed as it was before entries could stand for several.
        assert_eq!(Entry::counting(ChainPosition::START, &tenant, call, Some(204), 1).hash, entry.hash);
    }

    #[test]
    fn sort_keys_order_as_their_numbers_do() {
        assert!(sort_key(9) < sort_key(10) && sort_key(999) < sort_key(1_000));
        assert_eq!(seq_of(&sort_key(42)), Some(42));
        for strange in ["ENTRY#42", "ENTRY#+00000000042", "ENTRY#", "HEAD"] {
            assert_eq!(seq_of(strange), None, "{strange}");
        }
    }
}
