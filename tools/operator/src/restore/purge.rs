use std::collections::BTreeMap;
use std::io::Write;

use cloud::table::{Item, Key, Table};
use protection::TableKind;
use protection::tables::tenant_of;
use tenancy::TenantId;

use super::context::RestoreContext;
use super::erasures::UnderWay;
use super::error::RestoreError;
use super::identity_guard::{IdentityGuard, Verdict, Withheld};
use super::identity_tally::IdentityTally;
use super::owners;
use crate::options::Restore;

/// Deletes from an `identity` table that was restored to a point in time what must not come back, and names everything
/// in it that the live table does not have. Credentials that are in the live table as well stay, as they are there, but
/// sessions and sign-in links do not. Members who were removed and have joined again are members as they are in the
/// live table. Items of tenants that are being erased are not named: nobody has access to these. Without `apply`
/// nothing is written. Cost: reading the table twice, one read of the live table for each item, the cost of
/// [`IdentityGuard::judge`], and a write for each item that is changed.
pub async fn purge(
    context: &RestoreContext,
    args: &Restore,
    restored: &Table,
    leaving: &BTreeMap<TenantId, UnderWay>,
    apply: bool,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    let live = context.live.of(TableKind::Identity);
    let revocations = context.live.of(TableKind::Revocations);
    let mut guard = IdentityGuard::for_swap(restored, revocations, args);
    let mut tally = IdentityTally::default();
    // Persons last: which tenants they keep depends on the members.
    for people in [false, true] {
        let mut after = None;
        loop {
            let page = restored.scan_items(after.as_ref()).await?;
            let items = page.items.into_iter().filter(|item| IdentityGuard::is_person(item) == people);
            let items: Vec<Item> = items.collect();
            let keys: Vec<Key> = items.iter().map(Key::of_item).collect();
            let (mut changed, mut deleted) = (Vec::new(), Vec::new());
            for ((item, live), key) in items.into_iter().zip(live.get_items(&keys).await?).zip(keys) {
                match guard.judge(item.clone(), live.as_ref()).await? {
                    Verdict::Admitted(left) => {
                        let is_leaving = tenant_of(&left).is_some_and(|tenant| leaving.contains_key(&tenant));
                        if live.as_ref() != Some(&left) && !is_leaving {
                            tally.brought_back.push(key);
                        }
                        if left != item {
                            changed.push(left);
                        }
                    }
                    // Nobody has ended it: it is only not as it was.
                    Verdict::Withheld(Withheld::NotNamed) if is_the_same(&item, live.as_ref()) => {
                        changed.extend(live.filter(|live| *live != item));
                    }
                    Verdict::Withheld(why) => {
                        deleted.push(key.clone());
                        tally.withhold(why, key);
                    }
                }
            }
            if apply {
                restored.put_items(changed).await?;
                restored.delete_items(deleted).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    if apply {
        for tenant in guard.tenants().iter().filter(|tenant| !leaving.contains_key(tenant)) {
            if owners::count(restored, tenant).await? == 0 {
                tally.ownerless.push(*tenant);
            }
        }
    }
    Ok(tally.write(out)?)
}

/// Whether the live item is the same credential: it has the same secret.
fn is_the_same(item: &Item, live: Option<&Item>) -> bool {
    let digest = item.get("digest");
    digest.is_some() && live.and_then(|live| live.get("digest")) == digest
}
