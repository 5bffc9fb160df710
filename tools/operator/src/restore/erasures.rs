//! Erasures, and the tables of an earlier time that are to take the place of the live ones: tenants that were erased
//! are deleted from them, and an erasure that is under way goes on in them.

use std::collections::BTreeMap;
use std::io::Write;

use cloud::table::types::AttributeValue;
use cloud::table::{Item, Key, TableError};
use identity::IdentityStore;
use jiff::Timestamp;
use protection::tables::tenant_of;
use protection::{ErasedTenants, TableKind, Tables};
use tenancy::TenantId;

use super::context::RestoreContext;
use super::error::RestoreError;

/// The erasures that have begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Erasures {
    /// The tenants of which nothing is left.
    pub complete: ErasedTenants,
    /// The tenants that are being erased.
    pub under_way: BTreeMap<TenantId, UnderWay>,
}

/// An erasure that is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct UnderWay {
    requested_at: Timestamp,
    /// Its item in the live `identity` table; none when that was lost.
    item: Option<Item>,
}

impl Erasures {
    /// Reads the tombstones, and the items of erasures that have none yet. Cost: a scan of the live `identity` table
    /// for keys, and one request for each tombstone.
    pub async fn read(context: &RestoreContext) -> Result<Self, RestoreError> {
        let mut marked: BTreeMap<TenantId, Item> = BTreeMap::new();
        let (live, mut after) = (context.live.of(TableKind::Identity), None);
        loop {
            let page = live.scan_keys(IdentityStore::ERASURE, after.as_ref()).await?;
            let items = live.get_items(&page.keys).await?.into_iter().flatten();
            marked.extend(items.filter_map(|item| Some((tenant_of(&item)?, item))));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut stones = BTreeMap::new();
        for tenant in context.erased().await?.iter() {
            if let Some(stone) = context.tombstones.get(tenant).await? {
                stones.insert(*tenant, (stone.requested_at, stone.erased_at.is_some()));
            }
        }
        Ok(Self::of(&stones, marked))
    }

    /// Joins tombstones (when each erasure was asked for, and whether it is complete) with the items of erasures.
    fn of(stones: &BTreeMap<TenantId, (Timestamp, bool)>, mut marked: BTreeMap<TenantId, Item>) -> Self {
        let mut under_way = BTreeMap::new();
        let mut complete = Vec::new();
        for (tenant, (requested_at, is_complete)) in stones {
            let item = marked.remove(tenant);
            if *is_complete {
                complete.push(*tenant);
            } else {
                under_way.insert(*tenant, UnderWay { requested_at: *requested_at, item });
            }
        }
        for (tenant, item) in marked {
            let requested_at = item.get("requested_at").and_then(|at: &AttributeValue| at.as_s().ok());
            if let Some(requested_at) = requested_at.and_then(|at| at.parse().ok()) {
                under_way.insert(tenant, UnderWay { requested_at, item: Some(item) });
            }
        }
        Self { complete: ErasedTenants::new(complete.into_iter().collect()), under_way }
    }

    /// Marks in the tables the tenants that are being erased, so that nobody has access to them and their erasure goes
    /// on: it needs their items, which name the customers in Stripe, and deletes them. Cost: two writes for each.
    pub async fn carry_over(&self, restored: &Tables, out: &mut dyn Write) -> Result<(), RestoreError> {
        let identity = restored.of(TableKind::Identity);
        for (tenant, UnderWay { requested_at, item }) in &self.under_way {
            let home = identity.update(&Key::of(&tenant.partition(), "TENANT")).when_present();
            let marked = home.set("erasing_since", requested_at).build()?;
            match identity.transact(vec![marked]).await {
                // There was no such tenant then.
                Ok(()) | Err(TableError::Condition { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            // It looks again until nothing has been found for a while, from the beginning.
            let mut item = item.clone();
            if let Some(item) = &mut item {
                item.remove("clean_since");
            }
            identity.put_items(item).await?;
            writeln!(
                out,
                "{tenant} is being erased since {requested_at}: its erasure goes on in the new tables"
            )?;
        }
        Ok(())
    }
}

/// Deletes erased tenants' items from the tables: their partitions, and the items outside of these that they name.
/// Cost: one query for each erased tenant and table.
pub async fn erase_again(erased: &ErasedTenants, restored: &Tables) -> Result<usize, RestoreError> {
    let mut gone = 0;
    for tenant in erased.iter() {
        for kind in TableKind::RESTORED {
            let table = restored.of(kind);
            let mut items = restored.items(kind, tenant);
            while let Some(page) = items.next_page().await? {
                let linked: Vec<Key> = page.iter().filter_map(|own| kind.linked_key(own)).collect();
                let named: Vec<Item> = table.get_items(&linked).await?.into_iter().flatten().collect();
                let mut keys: Vec<Key> = Vec::new();
                for item in named {
                    let key = Key::of_item(&item);
                    match erased.without_erased(item.clone()) {
                        None => keys.push(key),
                        Some(left) if left != item => table.put_items([left]).await?,
                        Some(_) => {}
                    }
                }
                keys.extend(page.iter().map(Key::of_item));
                gone += keys.len();
                table.delete_items(keys).await?;
            }
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erasure_is_under_way_until_its_tombstone_says_when_it_was_complete() {
        let (complete, begun, lost, asked) =
            (TenantId::new(), TenantId::new(), TenantId::new(), TenantId::new());
        let at: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let item = Item::from([("requested_at".to_owned(), AttributeValue::S(at.to_string()))]);
        let stones = BTreeMap::from([(complete, (at, true)), (begun, (at, false)), (lost, (at, false))]);
        // The item of a complete erasure may be left for a moment.
        let marked = [complete, begun, asked].map(|tenant| (tenant, item.clone()));
        let found = Erasures::of(&stones, BTreeMap::from(marked));
        assert_eq!(found.complete.iter().collect::<Vec<_>>(), [&complete]);
        let under_way = |item: Option<&Item>| UnderWay { requested_at: at, item: item.cloned() };
        let expected =
            [(begun, under_way(Some(&item))), (lost, under_way(None)), (asked, under_way(Some(&item)))];
        assert_eq!(found.under_way, BTreeMap::from(expected));
    }
}
