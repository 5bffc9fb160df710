//! Which items of the `identity` table a restore may bring back: what was ended since stays ended, and no credential
//! comes back unless the operator names it.

use std::collections::{BTreeSet, HashSet};

use cloud::clock;
use cloud::table::types::AttributeValue;
use cloud::table::{Item, Key, Table, TableError};
use identity::{Revocation, Revoked};
use protection::tables::tenant_of;
use tenancy::{ApiKeyId, InvitationId, Role, TenantId, UserId};

use super::person;
use super::revoked::End;
use crate::options::{Credentials, Restore};

/// What a restore must know of an item of the `identity` table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IdentityItem {
    Tenant,
    Member(TenantId, UserId),
    Person(UserId),
    ApiKey(TenantId, ApiKeyId),
    Invitation(TenantId, InvitationId),
    /// Sessions, sign-in links, exports; and every kind that this version does not know.
    ShortLived,
}

/// Why an item is not brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// A session, a sign-in link, or something else that people make anew.
    ShortLived,
    /// An API key or an invitation that `--credentials` does not name.
    NotNamed,
    /// A member who was removed, a key or an invitation that was ended, a tenant that is being erased.
    Revoked,
}

/// Whether an item may be brought back.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It may, in this form.
    Admitted(Item),
    /// It may not.
    Withheld(Withheld),
}

/// Judges the items of the `identity` table that a restore would write.
pub struct IdentityGuard<'a> {
    /// The table that is written.
    table: &'a Table,
    revocations: &'a Table,
    named: &'a [Credentials],
    /// The tenant that is restored alone.
    only: Option<TenantId>,
    /// Whether the table is to take the place of the live one: then roles, and the tenants of persons, are those of its
    /// time, unless they were ended since.
    is_swap: bool,
    /// Whether the members that are admitted are written.
    is_applied: bool,
    /// The members that were admitted so far: without `--apply` they are in no table.
    members: HashSet<(TenantId, UserId)>,
    /// The tenants whose members were judged.
    tenants: BTreeSet<TenantId>,
}

impl<'a> IdentityGuard<'a> {
    /// Judges what is merged into a table that is in use.
    pub fn for_merge(table: &'a Table, revocations: &'a Table, args: &'a Restore) -> Self {
        Self {
            table,
            revocations,
            named: &args.credentials,
            only: args.subject.tenant(),
            is_swap: false,
            is_applied: args.apply,
            members: HashSet::new(),
            tenants: BTreeSet::new(),
        }
    }

    /// Judges what is in a table that is to take the place of the live one.
    pub fn for_swap(table: &'a Table, revocations: &'a Table, args: &'a Restore) -> Self {
        Self { is_swap: true, ..Self::for_merge(table, revocations, args) }
    }

    /// Whether an item is that of a person, which must be judged after the members.
    pub fn is_person(item: &Item) -> bool {
        matches!(IdentityItem::of(item), IdentityItem::Person(_))
    }

    /// The attributes that tell whether an item was changed since it was read, for the kinds that others change while a
    /// restore runs; none for credentials, which are only made and ended. A tenant that is being erased stays marked.
    pub fn changing(item: &Item) -> Option<&'static [&'static str]> {
        match IdentityItem::of(item) {
            IdentityItem::Tenant => Some(&["erasing_since"]),
            IdentityItem::Member(..) => Some(&["role", "created_at"]),
            IdentityItem::Person(_) => Some(&["user", "version"]),
            IdentityItem::ApiKey(..) | IdentityItem::Invitation(..) | IdentityItem::ShortLived => None,
        }
    }

    /// The tenants whose members were judged: their count of owners may be that of another time.
    pub const fn tenants(&self) -> &BTreeSet<TenantId> {
        &self.tenants
    }

    /// Judges an item; `live` is the item that the live table has under its key. Cost: one read for a key or an
    /// invitation, up to two for a member, and up to two for each tenant of a person.
    pub async fn judge(&mut self, item: Item, live: Option<&Item>) -> Result<Verdict, TableError> {
        match IdentityItem::of(&item) {
            // Its erasure goes on.
            IdentityItem::Tenant if !self.is_swap && live.is_some_and(is_being_erased) => {
                Ok(Verdict::Withheld(Withheld::Revoked))
            }
            IdentityItem::Tenant => Ok(Verdict::Admitted(item)),
            IdentityItem::Member(tenant, user) => self.judge_member(item, live, (tenant, user)).await,
            IdentityItem::Person(user) => self.judge_person(item, live, user).await,
            IdentityItem::ApiKey(tenant, key) => {
                let is_named = self.named.iter().any(|named| match named {
                    Credentials::ApiKeys => true,
                    Credentials::ApiKey(named) => *named == key,
                    Credentials::Invitations | Credentials::Invitation(_) => false,
                });
                // A key ends with the membership of the user who made it.
                let maker = text(&item, "user").and_then(|user| user.parse().ok()).map(Revoked::Member);
                self.judge_credential(item, tenant, [Some(Revoked::ApiKey(key)), maker], is_named).await
            }
            IdentityItem::Invitation(tenant, invitation) => {
                let is_named = self.named.iter().any(|named| match named {
                    Credentials::Invitations => true,
                    Credentials::Invitation(named) => *named == invitation,
                    Credentials::ApiKeys | Credentials::ApiKey(_) => false,
                });
                self.judge_credential(item, tenant, [Some(Revoked::Invitation(invitation)), None], is_named)
                    .await
            }
            IdentityItem::ShortLived => Ok(Verdict::Withheld(Withheld::ShortLived)),
        }
    }

    async fn judge_credential(
        &self,
        mut item: Item,
        tenant: TenantId,
        ends: [Option<Revoked>; 2],
        is_named: bool,
    ) -> Result<Verdict, TableError> {
        for what in ends.into_iter().flatten() {
            let revocation = self.revocation(&tenant, what).await?;
            match End::of(&item, revocation.as_ref(), clock::now()) {
                End::Over => return Ok(Verdict::Withheld(Withheld::Revoked)),
                // It was replaced since, and is good until the end of its overlap.
                End::At(end) => {
                    let end = AttributeValue::N(end.as_second().to_string());
                    item.insert("expires_at".to_owned(), end);
                }
                End::None => {}
            }
        }
        Ok(if is_named { Verdict::Admitted(item) } else { Verdict::Withheld(Withheld::NotNamed) })
    }

    async fn judge_member(
        &mut self,
        mut item: Item,
        live: Option<&Item>,
        (tenant, user): (TenantId, UserId),
    ) -> Result<Verdict, TableError> {
        self.tenants.insert(tenant);
        let (removal, now) = (self.revocation(&tenant, Revoked::Member(user)).await?, clock::now());
        let is_over = |item: &Item| End::of(item, removal.as_ref(), now) != End::None;
        if is_over(&item) {
            // Somebody who has joined again since is a member as they are now.
            let Some(live) = live.filter(|live| !is_over(live)) else {
                self.members.remove(&(tenant, user));
                return Ok(Verdict::Withheld(Withheld::Revoked));
            };
            self.members.insert((tenant, user));
            return Ok(Verdict::Admitted(live.clone()));
        }
        self.members.insert((tenant, user));
        let role = |role: Role| AttributeValue::S(role.as_str().to_owned());
        match live.filter(|_| !self.is_swap).and_then(|live| live.get("role")) {
            // The role of a member who is there has been changed since, or not at all.
            Some(current) => {
                item.insert("role".to_owned(), current.clone());
            }
            None => {
                let revocation = self.revocation(&tenant, Revoked::Owner(user)).await?;
                if End::of(&item, revocation.as_ref(), now) != End::None {
                    item.insert("role".to_owned(), role(Role::Member));
                }
            }
        }
        Ok(Verdict::Admitted(item))
    }

    /// A person keeps the tenants in which they are members still, or again; and all that they have now, where the item
    /// is merged.
    async fn judge_person(
        &self,
        mut item: Item,
        live: Option<&Item>,
        user: UserId,
    ) -> Result<Verdict, TableError> {
        let Some(AttributeValue::L(tenants)) = item.remove("tenants") else {
            return Ok(Verdict::Admitted(item));
        };
        let (had_some, mut kept) = (!tenants.is_empty(), Vec::with_capacity(tenants.len()));
        for entry in tenants {
            let tenant: Option<TenantId> = entry.as_s().ok().and_then(|id| id.parse().ok());
            match tenant {
                Some(tenant) if !self.is_member(&tenant, &user).await? => {}
                _ => kept.push(entry),
            }
        }
        // Nothing is kept of an address that belongs nowhere any more.
        if had_some && kept.is_empty() && (live.is_none() || self.is_swap) {
            return Ok(Verdict::Withheld(Withheld::Revoked));
        }
        item.insert("tenants".to_owned(), AttributeValue::L(kept));
        Ok(Verdict::Admitted(match live.filter(|_| !self.is_swap) {
            Some(live) => person::restored(&item, live, self.only.as_ref()),
            None => item,
        }))
    }

    /// Whether a user is a member: unless the membership was revoked, or when the user has joined again since.
    async fn is_member(&self, tenant: &TenantId, user: &UserId) -> Result<bool, TableError> {
        let removal = self.revocation(tenant, Revoked::Member(*user)).await?;
        // A member who was admitted and written may have been removed since.
        let is_admitted = !self.is_applied && self.members.contains(&(*tenant, *user));
        if removal.is_none() || is_admitted {
            return Ok(true);
        }
        let member = Key::of(&tenant.partition(), format!("USER#{user}"));
        match self.table.get_items(&[member]).await {
            Ok(found) => Ok(found.into_iter().flatten().next().is_some()),
            // Without --apply a copy of the table does not exist yet, and has no member.
            Err(TableError::Unavailable(_) | TableError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn revocation(&self, tenant: &TenantId, what: Revoked) -> Result<Option<Revocation>, TableError> {
        self.revocations.get(&what.key(tenant)).await
    }
}

impl IdentityItem {
    fn of(item: &Item) -> Self {
        Self::recognised(item).unwrap_or(Self::ShortLived)
    }

    fn recognised(item: &Item) -> Option<Self> {
        let (partition, sort) = (text(item, "pk")?, text(item, "sk")?);
        if partition.starts_with("EMAIL#") {
            return Some(Self::Person(text(item, "user")?.parse().ok()?));
        }
        if partition.starts_with("API_KEY#") {
            let tenant = text(item, "tenant")?.parse().ok()?;
            return Some(Self::ApiKey(tenant, text(item, "id")?.parse().ok()?));
        }
        let tenant = tenant_of(item)?;
        match sort.split_once('#') {
            None if sort == "TENANT" => Some(Self::Tenant),
            Some(("USER", user)) => Some(Self::Member(tenant, user.parse().ok()?)),
            Some(("API_KEY", key)) => Some(Self::ApiKey(tenant, key.parse().ok()?)),
            Some(("INVITATION", invitation)) => Some(Self::Invitation(tenant, invitation.parse().ok()?)),
            _ => None,
        }
    }
}

fn is_being_erased(tenant: &Item) -> bool {
    tenant.contains_key("erasing_since")
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use tenancy::SessionId;

    use super::*;

    fn item(attributes: &[(&str, &str)]) -> Item {
        let attributes = attributes.iter();
        attributes.map(|(name, value)| ((*name).to_owned(), AttributeValue::S((*value).to_owned()))).collect()
    }

    #[test]
    fn what_is_not_known_to_be_harmless_is_a_credential() {
        let (tenant, user, key) = (TenantId::new(), UserId::new(), ApiKeyId::new());
        let (own, invitation) = (format!("TENANT#{tenant}"), InvitationId::new());
        let of = |sort: &str| IdentityItem::of(&item(&[("pk", &own), ("sk", sort)]));
        assert_eq!(of("TENANT"), IdentityItem::Tenant);
        assert_eq!(of(&format!("USER#{user}")), IdentityItem::Member(tenant, user));
        assert_eq!(of(&format!("API_KEY#{key}")), IdentityItem::ApiKey(tenant, key));
        assert_eq!(of(&format!("INVITATION#{invitation}")), IdentityItem::Invitation(tenant, invitation));
        for other in [
            format!("SESSION#{}", SessionId::new()),
            "EXPORTING".into(),
            "ERASURE".into(),
            "NEW_KIND#x".into(),
            "API_KEY#x".into(),
            "TENANT#x".into(),
        ] {
            assert_eq!(of(&other), IdentityItem::ShortLived, "{other}");
        }
        let link = item(&[("pk", "LINK#0f"), ("sk", "LINK")]);
        assert_eq!(IdentityItem::of(&link), IdentityItem::ShortLived);
        let person = item(&[("pk", "EMAIL#0f"), ("sk", "EMAIL"), ("user", &user.to_string())]);
        assert_eq!(IdentityItem::of(&person), IdentityItem::Person(user));
        let (owner, id) = (tenant.to_string(), key.to_string());
        let lookup = item(&[("pk", "API_KEY#0f"), ("sk", "API_KEY"), ("tenant", &owner), ("id", &id)]);
        assert_eq!(IdentityItem::of(&lookup), IdentityItem::ApiKey(tenant, key));
        let strange = item(&[("pk", "API_KEY#0f"), ("sk", "API_KEY"), ("id", &id)]);
        assert_eq!(IdentityItem::of(&strange), IdentityItem::ShortLived);
    }

    #[test]
    fn what_others_change_meanwhile_is_told_by_some_attributes() {
        let (own, user) = (format!("TENANT#{}", TenantId::new()), UserId::new());
        let of = |sort: &str| IdentityGuard::changing(&item(&[("pk", &own), ("sk", sort)]));
        assert_eq!(of("TENANT"), Some(&["erasing_since"][..]));
        assert_eq!(of(&format!("USER#{user}")), Some(&["role", "created_at"][..]));
        assert_eq!(of(&format!("API_KEY#{}", ApiKeyId::new())), None);
        let person = item(&[("pk", "EMAIL#0f"), ("sk", "EMAIL"), ("user", &user.to_string())]);
        assert_eq!(IdentityGuard::changing(&person), Some(&["user", "version"][..]));
    }
}
