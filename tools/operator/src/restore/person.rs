//! The item of a person, which belongs to all of their tenants: a restore adds tenants to it, and takes none away.

use cloud::table::Item;
use cloud::table::types::AttributeValue;
use tenancy::TenantId;

/// What becomes of the live item of a person when the item of an earlier time is restored. It gets the tenants of that
/// time that it does not have, or only the one that is restored; it loses none, and the tenant that was used last stays
/// the last. Where the address belongs to another user now, it stays as it is.
pub fn restored(kept: &Item, live: &Item, only: Option<&TenantId>) -> Item {
    if kept.get("user") != live.get("user") {
        return live.clone();
    }
    let (before, now) = (version(kept), version(live));
    let mut person = if now > before { live.clone() } else { kept.clone() };
    let has = tenants(live);
    let is_wanted = |tenant: &AttributeValue| {
        let is_the_one = |only: &TenantId| tenant.as_s().is_ok_and(|tenant| *tenant == only.to_string());
        only.is_none_or(is_the_one) && !has.contains(tenant)
    };
    let mut all: Vec<AttributeValue> =
        tenants(kept).iter().filter(|tenant| is_wanted(tenant)).cloned().collect();
    // A change is conditional on the version that it has read, so that whoever has read the live item tries again.
    let version = before.max(now) + u64::from(!all.is_empty());
    all.extend_from_slice(has);
    person.insert("tenants".to_owned(), AttributeValue::L(all));
    person.insert("version".to_owned(), AttributeValue::N(version.to_string()));
    person
}

/// The item of a person that was changed, so that whoever has read it before tries again.
pub fn next_version(mut person: Item) -> Item {
    let next = version(&person) + 1;
    person.insert("version".to_owned(), AttributeValue::N(next.to_string()));
    person
}

fn tenants(person: &Item) -> &[AttributeValue] {
    person.get("tenants").and_then(|tenants| tenants.as_l().ok()).map_or(&[], Vec::as_slice)
}

fn version(person: &Item) -> u64 {
    let version = person.get("version").and_then(|version| version.as_n().ok());
    version.and_then(|version| version.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tenancy::UserId;

    use super::*;

    fn person(user: UserId, version: u64, tenants: &[TenantId]) -> Item {
        let tenants = tenants.iter().map(|tenant| AttributeValue::S(tenant.to_string())).collect();
        Item::from([
            ("user".to_owned(), AttributeValue::S(user.to_string())),
            ("version".to_owned(), AttributeValue::N(version.to_string())),
            ("tenants".to_owned(), AttributeValue::L(tenants)),
        ])
    }

    #[test]
    fn a_person_keeps_every_tenant_that_they_have_now() {
        let user = UserId::new();
        let [own, lost, joined, other] = [TenantId::new(), TenantId::new(), TenantId::new(), TenantId::new()];
        let kept = person(user, 3, &[other, lost, own]);
        let live = person(user, 7, &[own, joined]);
        // One tenant is restored: only that one is added.
        assert_eq!(restored(&kept, &live, Some(&lost)), person(user, 8, &[lost, own, joined]));
        assert_eq!(restored(&kept, &live, Some(&own)), live, "nothing was lost");
        // All are restored.
        assert_eq!(restored(&kept, &live, None), person(user, 8, &[other, lost, own, joined]));
    }

    #[test]
    fn a_person_who_is_new_at_the_address_keeps_it() {
        let (own, lost) = (TenantId::new(), TenantId::new());
        let live = person(UserId::new(), 0, &[own]);
        assert_eq!(restored(&person(UserId::new(), 5, &[lost]), &live, None), live);
    }

    #[test]
    fn whoever_has_read_a_person_before_a_change_tries_again() {
        let (user, own) = (UserId::new(), TenantId::new());
        assert_eq!(next_version(person(user, 3, &[own])), person(user, 4, &[own]));
    }

    #[test]
    fn what_was_damaged_is_as_it_was() {
        let (user, own) = (UserId::new(), TenantId::new());
        let kept = person(user, 3, &[own]);
        let mut damaged = kept.clone();
        damaged.insert("damaged".to_owned(), AttributeValue::Bool(true));
        assert_eq!(restored(&kept, &damaged, None), kept);
    }
}
