use std::io::{self, Write};

use cloud::table::types::AttributeValue;
use cloud::table::{Item, Key, Table, TableError};
use jiff::Timestamp;
use protection::item::InvalidItem;
use protection::{ErasedTenants, TableKind, item};

use super::context::RestoreContext;
use super::error::RestoreError;
use super::identity_guard::{IdentityGuard, Verdict, Withheld};
use super::identity_tally::IdentityTally;
use super::owners;
use super::person;
use crate::options::Restore;

/// How many items are compared at once: the limit of a DynamoDB `BatchGetItem`.
const BATCH: usize = 100;

/// How often an item is read again that others keep changing, before the restore gives up.
const MAX_ATTEMPTS: usize = 12;

/// How many newer items are named; the others are only counted.
const MAX_NAMED: usize = 20;

/// Merges items of a source into a table.
pub struct Merge<'a> {
    table: &'a Table,
    erased: &'a ErasedTenants,
    /// Decides what of the `identity` table may come back; none for the other tables.
    guard: Option<IdentityGuard<'a>>,
    /// When the source was taken: live items with a later time in them are newer.
    taken_at: Timestamp,
    /// Whether newer live items are replaced too.
    replace: bool,
    /// Whether items are written; otherwise they are only compared.
    apply: bool,
    waiting: Vec<Item>,
    /// Items of persons, which are merged last: which tenants they keep depends on the members.
    people: Vec<Item>,
    tally: Tally,
}

/// What becomes of an item of the source.
enum Decision {
    /// It may be there, in this form; and how that compares with the live item.
    Admitted(Item, ItemState),
    /// It may not come back.
    Withheld(Withheld),
}

/// How many items are in which state, and so were or would be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub same: usize,
    pub missing: usize,
    pub differing: usize,
    pub newer: usize,
    pub erased: usize,
    /// The keys of the first newer items.
    pub named: Vec<Key>,
    /// What was decided about items of the `identity` table.
    pub identity: IdentityTally,
}

impl<'a> Merge<'a> {
    /// Merges into `table`, which is of this kind, items of a source that was taken at `taken_at`; none of a tenant
    /// that was erased.
    pub fn new(
        context: &'a RestoreContext,
        erased: &'a ErasedTenants,
        args: &'a Restore,
        kind: TableKind,
        table: &'a Table,
        taken_at: Timestamp,
    ) -> Self {
        let revocations = context.live.of(TableKind::Revocations);
        let guard = || IdentityGuard::for_merge(table, revocations, args);
        Self {
            table,
            erased,
            guard: (kind == TableKind::Identity).then(guard),
            taken_at,
            replace: args.replace,
            apply: args.apply,
            waiting: Vec::new(),
            people: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// Adds an item of the source. Cost: one read, and one write when it differs; for one of the `identity` table also
    /// twice the cost of [`IdentityGuard::judge`]. Where others change the item meanwhile, the same again.
    pub async fn add(&mut self, kept: Item) -> Result<(), RestoreError> {
        let Some(left) = self.erased.without_erased(kept) else {
            self.tally.erased += 1;
            return Ok(());
        };
        if self.guard.is_some() && IdentityGuard::is_person(&left) {
            self.people.push(left);
            return Ok(());
        }
        self.waiting.push(left);
        if self.waiting.len() >= BATCH { self.flush().await } else { Ok(()) }
    }

    /// Compares and writes the items that are still buffered, corrects the tenants' counts of owners, and gives the
    /// counts.
    pub async fn finish(mut self) -> Result<Tally, RestoreError> {
        self.flush().await?;
        let mut people = std::mem::take(&mut self.people);
        while !people.is_empty() {
            self.waiting = people.split_off(people.len().saturating_sub(BATCH));
            self.flush().await?;
        }
        if let Some(guard) = self.guard.as_ref().filter(|_| self.apply) {
            for tenant in guard.tenants() {
                if owners::count(self.table, tenant).await? == 0 {
                    self.tally.identity.ownerless.push(*tenant);
                }
            }
        }
        Ok(self.tally)
    }

    async fn flush(&mut self) -> Result<(), RestoreError> {
        let kept = std::mem::take(&mut self.waiting);
        let keys: Vec<Key> = kept.iter().map(Key::of_item).collect();
        let live = match self.table.get_items(&keys).await {
            Ok(live) => live,
            // Without --apply a copy of the table does not exist yet: every item is missing in it.
            Err(TableError::Unavailable(_)) if !self.apply => vec![None; kept.len()],
            Err(error) => return Err(error.into()),
        };
        let mut written = Vec::new();
        for ((kept, live), key) in kept.into_iter().zip(live).zip(keys) {
            let mut decision = self.decide(&kept, live.as_ref()).await?;
            let changing = self.guard.as_ref().and_then(|_| IdentityGuard::changing(&kept));
            if self.apply
                && let Some(attributes) = changing
            {
                decision = self.write_as_read(&kept, live, decision, attributes).await?;
            }
            let (item, state) = match decision {
                Decision::Admitted(item, state) => (item, state),
                Decision::Withheld(why) => {
                    self.tally.identity.withhold(why, key);
                    continue;
                }
            };
            match state {
                ItemState::Same => self.tally.same += 1,
                ItemState::Missing => self.tally.missing += 1,
                ItemState::Differs => self.tally.differing += 1,
                ItemState::Newer => {
                    self.tally.newer += 1;
                    if self.tally.named.len() < MAX_NAMED {
                        self.tally.named.push(key.clone());
                    }
                }
            }
            if state.is_written(self.replace) {
                if self.guard.is_some() {
                    self.tally.identity.brought_back.push(key);
                }
                written.push(item);
            }
        }
        if self.apply {
            let is_guarded = self.guard.is_some();
            let left = written.iter().filter(|item| !is_guarded || IdentityGuard::changing(item).is_none());
            self.table.put_items(left.cloned()).await?;
            self.take_back(written).await?;
        }
        Ok(())
    }

    /// Decides about an item of the source, of which the table has `live` under its key.
    async fn decide(&mut self, kept: &Item, live: Option<&Item>) -> Result<Decision, RestoreError> {
        let mut item = kept.clone();
        // What the table has already is not brought back.
        if let Some(guard) = &mut self.guard
            && ItemState::of(kept, live, self.taken_at)? != ItemState::Same
        {
            match guard.judge(item, live).await? {
                Verdict::Admitted(left) => item = left,
                Verdict::Withheld(why) => return Ok(Decision::Withheld(why)),
            }
        }
        let state = ItemState::of(&item, live, self.taken_at)?;
        Ok(Decision::Admitted(item, state))
    }

    /// Writes an item that was decided to be written, if what the table has is still as it was read; otherwise reads it
    /// and decides again. Gives the last decision.
    async fn write_as_read(
        &mut self,
        kept: &Item,
        mut live: Option<Item>,
        mut decision: Decision,
        attributes: &[&str],
    ) -> Result<Decision, RestoreError> {
        for _ in 0..MAX_ATTEMPTS {
            let Decision::Admitted(item, state) = &decision else { return Ok(decision) };
            if !state.is_written(self.replace)
                || self.table.put_if_unchanged(item.clone(), live.as_ref(), attributes).await?
            {
                return Ok(decision);
            }
            live = self.live(&Key::of_item(kept)).await?;
            let again = self.decide(kept, live.as_ref()).await?;
            // The item is there: it was written by a call whose answer was lost.
            if matches!(&again, Decision::Admitted(there, ItemState::Same) if there == item) {
                return Ok(decision);
            }
            decision = again;
        }
        Err(TableError::Conflict.into())
    }

    async fn live(&self, key: &Key) -> Result<Option<Item>, TableError> {
        Ok(self.table.get_items(std::slice::from_ref(key)).await?.pop().flatten())
    }

    /// Judges again what was written: what was ended between its judgement and the write is ended again. What is ended
    /// later ends the item that was written.
    async fn take_back(&mut self, written: Vec<Item>) -> Result<(), RestoreError> {
        let (mut gone, mut changed) = (Vec::new(), Vec::new());
        for item in written {
            let Some(guard) = &mut self.guard else { return Ok(()) };
            if let Some(attributes) = IdentityGuard::changing(&item) {
                self.take_back_as_read(item, attributes).await?;
                continue;
            }
            match guard.judge(item.clone(), None).await? {
                Verdict::Withheld(why) => {
                    let key = Key::of_item(&item);
                    self.tally.identity.withdraw(why, key.clone());
                    gone.push(key);
                }
                Verdict::Admitted(left) if left != item => changed.push(left),
                Verdict::Admitted(_) => {}
            }
        }
        self.table.put_items(changed).await?;
        Ok(self.table.delete_items(gone).await?)
    }

    /// The same for an item that others may have changed since: then it is read and judged as it is.
    async fn take_back_as_read(&mut self, written: Item, attributes: &[&str]) -> Result<(), RestoreError> {
        let (key, mut there) = (Key::of_item(&written), Some(written));
        for _ in 0..MAX_ATTEMPTS {
            let (Some(item), Some(guard)) = (there, &mut self.guard) else { return Ok(()) };
            match guard.judge(item.clone(), None).await? {
                Verdict::Admitted(left) if left == item => return Ok(()),
                Verdict::Admitted(left) => {
                    let left =
                        if IdentityGuard::is_person(&left) { person::next_version(left) } else { left };
                    if self.table.put_if_unchanged(left, Some(&item), attributes).await? {
                        return Ok(());
                    }
                    there = self.live(&key).await?;
                }
                Verdict::Withheld(why) => {
                    let is_deleted = self.table.delete_if_unchanged(&item, attributes).await?;
                    there = if is_deleted { None } else { self.live(&key).await? };
                    if there.is_none() {
                        self.tally.identity.withdraw(why, key);
                        return Ok(());
                    }
                }
            }
        }
        Err(TableError::Conflict.into())
    }
}

impl Tally {
    /// Prints the counts as a line, and a line for each named item.
    pub fn write(&self, name: &str, replace: bool, out: &mut dyn Write) -> io::Result<()> {
        let Self { same, missing, differing, newer, erased, named, identity } = self;
        write!(out, "  {name:<10}{same:>8} as they are{missing:>8} missing{differing:>8} different")?;
        write!(out, "{newer:>8} newer")?;
        if *erased > 0 {
            write!(out, "{erased:>8} of erased tenants")?;
        }
        writeln!(out)?;
        let what = if replace { "newer, replaced" } else { "newer, left as it is (--replace)" };
        for key in named {
            writeln!(out, "    {what}: {} {}", key.partition(), key.sort())?;
        }
        identity.write(out)
    }
}

/// How an item of the source compares with the live item of the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ItemState {
    Same,
    Missing,
    Differs,
    Newer,
}

impl ItemState {
    fn of(kept: &Item, live: Option<&Item>, taken_at: Timestamp) -> Result<Self, InvalidItem> {
        let Some(live) = live else { return Ok(Self::Missing) };
        if item::hash(kept)? == item::hash(live)? {
            return Ok(Self::Same);
        }
        Ok(if is_newer(kept, live, taken_at) { Self::Newer } else { Self::Differs })
    }

    /// Whether the item of the source is written; `replace` says so of newer live items.
    const fn is_written(self, replace: bool) -> bool {
        match self {
            Self::Same => false,
            Self::Missing | Self::Differs => true,
            Self::Newer => replace,
        }
    }
}

/// Whether the live item was changed after the source was taken: it has a higher version or revision, or a time after
/// `taken_at` in one of its attributes. The times at which it expires or falls due do not count.
fn is_newer(kept: &Item, live: &Item, taken_at: Timestamp) -> bool {
    let number = |item: &Item, name: &str| -> Option<u64> { item.get(name)?.as_n().ok()?.parse().ok() };
    let counts_on = ["version", "revision"].iter().any(|name| number(live, name) > number(kept, name));
    let later = |(name, value): (&String, &AttributeValue)| {
        let says_when = name.ends_with("_at") && !matches!(name.as_str(), "expires_at" | "due_at");
        let at: Option<Timestamp> = value.as_s().ok().and_then(|text| text.parse().ok());
        says_when && at.is_some_and(|at| at > taken_at)
    };
    counts_on || live.iter().any(later)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: AttributeValue) -> Item {
        Item::from([("pk".to_owned(), AttributeValue::S("p".into())), (name.to_owned(), value)])
    }

    #[test]
    fn an_item_is_newer_when_it_says_so() {
        let taken_at: Timestamp = "2026-11-20T01:20:00Z".parse().unwrap();
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let number = |value: &str| AttributeValue::N(value.to_owned());
        let state = |kept: &Item, live: Option<&Item>| ItemState::of(kept, live, taken_at).unwrap();

        let kept = with("version", number("3"));
        assert_eq!(state(&kept, None), ItemState::Missing);
        assert_eq!(state(&kept, Some(&kept)), ItemState::Same);
        assert_eq!(state(&kept, Some(&with("version", number("4")))), ItemState::Newer);
        assert_eq!(state(&kept, Some(&with("version", number("2")))), ItemState::Differs);
        assert_eq!(state(&kept, Some(&with("name", text("ruined")))), ItemState::Differs);
        let kept = with("updated_at", text("2026-11-19T00:00:00Z"));
        let later = text("2026-11-20T09:00:00Z");
        assert_eq!(state(&kept, Some(&with("updated_at", later.clone()))), ItemState::Newer);
        assert_eq!(state(&kept, Some(&with("expires_at", later))), ItemState::Differs);
        let earlier = text("2026-11-18T00:00:00Z");
        assert_eq!(state(&kept, Some(&with("updated_at", earlier))), ItemState::Differs);
    }
}
