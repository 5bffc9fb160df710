//! What was ended, as a set: two of them tell whether something was ended in between.

use std::collections::BTreeSet;

use cloud::table::Item;
use identity::IdentityStore;
use protection::TableKind;

use super::context::RestoreContext;
use super::error::RestoreError;

/// Every revocation and every erasure that has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endings(BTreeSet<[String; 3]>);

impl Endings {
    /// Reads them. Cost: a scan of the `revocations` table, a scan of the `identity` table for keys, one request for
    /// every 1,000 tombstones.
    pub async fn read(context: &RestoreContext) -> Result<Self, RestoreError> {
        let mut all = BTreeSet::new();
        let mut after = None;
        loop {
            let page = context.live.of(TableKind::Revocations).scan_items(after.as_ref()).await?;
            // Beside the revocation of a key there is its digest, in no tenant's partition: that is the same end.
            let of_tenants = page.items.iter().filter(|item| text(item, "pk").starts_with("TENANT#"));
            all.extend(of_tenants.map(|item| ["pk", "sk", "revoked_at"].map(|name| text(item, name))));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (live, mut after) = (context.live.of(TableKind::Identity), None);
        loop {
            let page = live.scan_keys(IdentityStore::ERASURE, after.as_ref()).await?;
            all.extend(page.keys.iter().map(|key| ["erasing".to_owned(), format!("{key:?}"), String::new()]));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let erased = context.erased().await?;
        all.extend(erased.iter().map(|tenant| ["erased".to_owned(), tenant.to_string(), String::new()]));
        Ok(Self(all))
    }

    /// How many there are that `before` does not have. Revocations that have expired meanwhile do not count.
    pub fn since(&self, before: &Self) -> usize {
        self.0.difference(&before.0).count()
    }
}

fn text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_in_between_is_noticed_and_what_expires_is_not() {
        let revocation = |sort: &str, at: &str| ["TENANT#t".to_owned(), sort.to_owned(), at.to_owned()];
        let of = |all: &[[String; 3]]| Endings(all.iter().cloned().collect());
        let (old, key, again) = (revocation("A", "1"), revocation("B", "2"), revocation("B", "3"));
        let before = of(&[old.clone(), key.clone()]);
        assert_eq!(before.since(&before), 0);
        assert_eq!(of(std::slice::from_ref(&key)).since(&before), 0, "one has expired");
        assert_eq!(of(&[old.clone(), key.clone(), revocation("C", "3")]).since(&before), 1);
        assert_eq!(of(&[old, again]).since(&before), 1, "removed, and removed again");
    }
}
