//! Checks whether a chain is as it was written.

use std::fmt;

use cloud::table::Item;
use tenancy::TenantId;

use crate::entry::seq_of;
use crate::entry::{ChainPosition, Entry};

/// An item under an entry's key, as it was read from the table.
#[derive(Clone, Debug)]
pub enum StoredItem {
    /// The item is an entry.
    Entry(Box<Entry>),
    /// The item does not parse as an entry; the number is that of its key.
    Unreadable(u64),
}

impl StoredItem {
    /// Parses an item, or returns `None` where its key is not an entry's.
    #[must_use]
    pub fn of(item: Item) -> Option<Self> {
        let seq = item.get("sk").and_then(|key| key.as_s().ok()).and_then(|key| seq_of(key))?;
        let entry = cloud::table::parse(item).map(Box::new);
        Some(entry.map_or(Self::Unreadable(seq), Self::Entry))
    }

    const fn seq(&self) -> u64 {
        match self {
            Self::Entry(entry) => entry.seq,
            Self::Unreadable(seq) => *seq,
        }
    }
}

/// A tenant's chain as it is stored, with everything that it can be compared with.
#[derive(Clone, Debug)]
pub struct AuditChain {
    /// The tenant that the chain belongs to.
    pub tenant: TenantId,
    /// The entries, in the order of their keys.
    pub entries: Vec<StoredItem>,
    /// The last position according to the head item.
    pub head: Option<ChainPosition>,
    /// The chain's positions in the sealed documents, in any order.
    pub sealed: Vec<ChainPosition>,
}

/// A place where the chain is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The entry's content does not have its hash.
    Edited(u64),
    /// There is no entry with this number, although there are later ones.
    Dropped(u64),
    /// The entry does not contain the hash of the one before it, although neither was edited: it was moved here from
    /// another position, or the entries before it were rewritten.
    Moved(u64),
    /// The chain ends at the first number, but the head or a seal names the second.
    Truncated(u64, u64),
    /// The sealed entry had another hash: the chain was rewritten from somewhere up to this entry, or beyond it.
    Rewritten(u64),
    /// The head does not name the last entry: the head or the end of the chain was replaced.
    HeadReplaced(u64),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(seq) => write!(f, "entry {seq} was edited"),
            Self::Dropped(seq) => write!(f, "entry {seq} was dropped"),
            Self::Moved(seq) => write!(f, "entry {seq} does not follow the one before it"),
            Self::Truncated(end, was) => write!(f, "the chain ends at {end} and went to {was}"),
            Self::Rewritten(seq) => write!(f, "entry {seq} is not the one that was sealed"),
            Self::HeadReplaced(seq) => write!(f, "the head does not name entry {seq}, which is the last"),
        }
    }
}

/// Everything in a chain that is not as it was written: an empty list when nothing was changed.
#[must_use]
pub fn verify(chain: &AuditChain) -> Vec<Finding> {
    let mut findings = check_links(chain);
    let last = last_position(&chain.entries);
    let end = chain.head.iter().chain(&chain.sealed).map(|position| position.seq).max().unwrap_or(0);
    if end > last.seq {
        findings.push(Finding::Truncated(last.seq, end));
    } else if chain.head.is_none_or(|head| head != last) && last != ChainPosition::START {
        findings.push(Finding::HeadReplaced(last.seq));
    }
    let known: Vec<u64> = findings.iter().filter_map(Finding::entry).collect();
    let replaced = chain.sealed.iter().filter(|position| {
        let there = chain.entries.iter().find(|kept| kept.seq() == position.seq);
        matches!(there, Some(StoredItem::Entry(entry)) if entry.hash != position.hash)
    });
    // An entry that is reported as edited or moved is not reported a second time.
    let mut rewritten: Vec<u64> =
        replaced.map(|position| position.seq).filter(|seq| !known.contains(seq)).collect();
    rewritten.sort_unstable();
    rewritten.dedup();
    findings.extend(rewritten.into_iter().map(Finding::Rewritten));
    findings
}

/// Checks that each entry contains its own hash and follows the one before it.
fn check_links(AuditChain { tenant, entries, .. }: &AuditChain) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut seq_before, mut before) = (0, Some(ChainPosition::START.hash));
    for kept in entries {
        let seq = kept.seq();
        if seq > seq_before + 1 {
            findings.extend((seq_before + 1..seq).map(Finding::Dropped));
            // The hash of the missing entry is not known.
            before = None;
        }
        seq_before = seq;
        before = match kept {
            StoredItem::Entry(entry) if entry.computed_hash(tenant) == entry.hash => {
                if before.is_some_and(|before| before != entry.previous) {
                    findings.push(Finding::Moved(seq));
                }
                Some(entry.hash)
            }
            StoredItem::Entry(entry) => {
                // The number is part of the hash: if the hash is right for another number, the entry was moved.
                let mut others = entries.iter().map(StoredItem::seq);
                let is_moved = others.any(|other| has_hash_of(entry, other, tenant));
                findings.push(if is_moved { Finding::Moved(seq) } else { Finding::Edited(seq) });
                None
            }
            StoredItem::Unreadable(_) => {
                findings.push(Finding::Edited(seq));
                None
            }
        };
    }
    findings
}

fn has_hash_of(entry: &Entry, seq: u64, tenant: &TenantId) -> bool {
    let there = Entry { seq, ..entry.clone() };
    there.computed_hash(tenant) == entry.hash
}

fn last_position(entries: &[StoredItem]) -> ChainPosition {
    match entries.last() {
        None => ChainPosition::START,
        Some(StoredItem::Entry(entry)) => entry.position(),
        Some(StoredItem::Unreadable(seq)) => ChainPosition { seq: *seq, hash: ChainPosition::START.hash },
    }
}

impl Finding {
    /// The number of the entry that is reported as edited, dropped or moved.
    const fn entry(&self) -> Option<u64> {
        match self {
            Self::Edited(seq) | Self::Dropped(seq) | Self::Moved(seq) => Some(*seq),
            Self::Truncated(..) | Self::Rewritten(_) | Self::HeadReplaced(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use tenancy::ContentHash;

    use super::*;
    use crate::call::{Actor, Call};

    fn call(n: u64) -> Call {
        Call {
            at: jiff::Timestamp::from_second(1_800_000_000 + i64::try_from(n).unwrap()).unwrap(),
            actor: Actor::Operator,
            credential: None,
            action: format!("POST /things/{n}"),
            subjects: vec![],
            request: format!("request-{n}"),
        }
    }

    /// A chain of ten entries, of which the first five are sealed.
    fn chain() -> AuditChain {
        let tenant = TenantId::new();
        let mut entries: Vec<Entry> = Vec::new();
        for n in 1..=10 {
            let last = entries.last().map_or(ChainPosition::START, Entry::position);
            entries.push(Entry::after(last, &tenant, call(n), Some(200)));
        }
        let (head, sealed) = (Some(entries[9].position()), vec![entries[4].position()]);
        AuditChain {
            tenant,
            entries: entries.into_iter().map(Box::new).map(StoredItem::Entry).collect(),
            head,
            sealed,
        }
    }

    fn entry(chain: &mut AuditChain, seq: usize) -> &mut Entry {
        let StoredItem::Entry(entry) = &mut chain.entries[seq - 1] else { panic!("an entry") };
        entry
    }

    /// Recomputes all hashes from entry `from` on, as an attacker would who knows the format.
    fn rewrite(chain: &mut AuditChain, from: usize) {
        for seq in from..=chain.entries.len() {
            let last = if seq == 1 { ChainPosition::START } else { entry(chain, seq - 1).position() };
            let tenant = chain.tenant;
            let it = entry(chain, seq);
            *it = Entry::after(last, &tenant, it.call.clone(), it.status);
        }
        chain.head = Some(last_position(&chain.entries));
    }

    #[test]
    fn an_unchanged_chain_has_no_findings() {
        assert_eq!(verify(&chain()), []);
        let empty = AuditChain { entries: vec![], head: None, sealed: vec![], ..chain() };
        assert_eq!(verify(&empty), []);
    }

    #[test]
    fn an_edited_entry_is_named() {
        let mut edited = chain();
        entry(&mut edited, 7).status = Some(403);
        assert_eq!(verify(&edited), [Finding::Edited(7)]);
        let mut unreadable = chain();
        unreadable.entries[6] = StoredItem::Unreadable(7);
        assert_eq!(verify(&unreadable), [Finding::Edited(7)]);
    }

    #[test]
    fn a_dropped_entry_is_named() {
        let mut dropped = chain();
        dropped.entries.remove(3);
        assert_eq!(verify(&dropped), [Finding::Dropped(4)]);
    }

    #[test]
    fn swapped_entries_are_named() {
        let mut swapped = chain();
        let (four, five) = (entry(&mut swapped, 4).clone(), entry(&mut swapped, 5).clone());
        swapped.entries[3] = StoredItem::Entry(Box::new(Entry { seq: 4, ..five }));
        swapped.entries[4] = StoredItem::Entry(Box::new(Entry { seq: 5, ..four }));
        assert_eq!(verify(&swapped), [Finding::Moved(4), Finding::Moved(5)]);
    }

    #[test]
    fn a_truncated_chain_is_named() {
        let mut cut = chain();
        cut.entries.truncate(8);
        assert_eq!(verify(&cut), [Finding::Truncated(8, 10)]);
        // Setting the head back as well is detected by the sealed head.
        cut.entries.truncate(3);
        cut.head = Some(entry(&mut cut, 3).position());
        assert_eq!(verify(&cut), [Finding::Truncated(3, 5)]);
        cut.entries.clear();
        cut.head = None;
        assert_eq!(verify(&cut), [Finding::Truncated(0, 5)]);
    }

    #[test]
    fn a_rewritten_chain_is_detected_by_its_seal() {
        let mut anew = chain();
        entry(&mut anew, 2).call.action = "GET /nothing".into();
        rewrite(&mut anew, 2);
        assert_eq!(verify(&anew), [Finding::Rewritten(5)]);
        // Rewriting entries after the last seal cannot be detected.
        let mut late = chain();
        entry(&mut late, 9).status = None;
        rewrite(&mut late, 9);
        assert_eq!(verify(&late), []);
    }

    #[test]
    fn a_head_of_another_chain_is_named() {
        let mut replaced = chain();
        replaced.head = Some(ChainPosition { seq: 10, ..ChainPosition::START });
        assert_eq!(verify(&replaced), [Finding::HeadReplaced(10)]);
        replaced.head = None;
        assert_eq!(verify(&replaced), [Finding::HeadReplaced(10)]);
    }

    #[test]
    fn entries_of_another_tenant_are_findings() {
        let mut other = chain();
        other.tenant = TenantId::new();
        assert_eq!(verify(&other).len(), 10);
    }

    proptest! {
        #[test]
        fn any_change_of_one_entry_is_found(seq in 1..=10_usize, what in 0..6_u8, text in "[a-z]{1,8}") {
            let mut changed = chain();
            let it = entry(&mut changed, seq);
            match what {
                0 => it.call.action.push_str(&text),
                1 => it.call.request.push_str(&text),
                2 => it.call.subjects.push(text),
                3 => it.call.credential = Some(text),
                4 => it.status = None,
                _ => it.hash = ContentHash::of(text.as_bytes()),
            }
            let findings = verify(&changed);
            prop_assert!(!findings.is_empty(), "{findings:?}");
            prop_assert_eq!(findings[0], Finding::Edited(u64::try_from(seq).unwrap()));
        }
    }
}
