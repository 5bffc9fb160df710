//! The tables that hold tenants' items, and which items are a tenant's.
//!
//! | where | items |
//! |---|---|
//! | partition `TENANT#{tenant}` of every table | the tenant's own |
//! | partition `TENANT#{tenant}#BEGUN` of `audit` | calls that were begun and have not ended |
//! | `identity`, `API_KEY#{digest}` | a copy of an API key, found by the digest of the key that a caller sends |
//! | `identity`, `EMAIL#{digest}` | a person: the tenants that they are a member of |
//! | `billing`, `PLATFORM`, `CUSTOMER#{customer}` | the tenant to which a Stripe customer belongs |
//!
//! The last three are outside of the tenant's partitions, and the tenant's own items name their keys:
//! [`TableKind::linked_key`]. Sign-in links (`identity`, `LINK#{digest}`) belong to an address and not to a tenant, and
//! expire within the hour. The `rates` table holds nothing that outlives an hour either.

use aws_config::SdkConfig;
use cloud::settings::{self, SettingError, TableName};
use cloud::table::types::AttributeValue;
use cloud::table::{Item, ItemPage, Key, Table, TableError};
use serde::{Deserialize, Serialize};
use tenancy::{ContentHash, Partition, TenantId};

/// A table that holds tenants' items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableKind {
    /// Tenants, members, sessions, invitations, API keys.
    Identity,
    /// Usage, holds, grants.
    Metering,
    /// Projects, jobs, steps, films.
    Studio,
    /// Stripe customers and their subscriptions.
    Billing,
    /// The audit log.
    Audit,
    /// What was revoked: members, API keys, invitations.
    Revocations,
}

impl TableKind {
    /// All tables, in the order in which they are exported and erased.
    pub const ALL: [Self; 6] =
        [Self::Identity, Self::Metering, Self::Studio, Self::Billing, Self::Audit, Self::Revocations];

    /// The tables that are backed up and restored, in this order: first the members and their credentials, last the
    /// audit log. Revocations are not restored, because an earlier state of them would let what was revoked since come
    /// back; and they are not backed up, because those before a backup say nothing about what the backup holds.
    pub const RESTORED: [Self; 5] =
        [Self::Identity, Self::Metering, Self::Studio, Self::Billing, Self::Audit];

    /// The table's name in backup files and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Metering => "metering",
            Self::Studio => "studio",
            Self::Billing => "billing",
            Self::Audit => "audit",
            Self::Revocations => "revocations",
        }
    }

    /// The tenant's partitions in this table.
    #[must_use]
    pub fn partitions(self, tenant: &TenantId) -> Vec<Partition> {
        match self {
            Self::Audit => Partition::all_of(tenant).to_vec(),
            _ => vec![tenant.partition()],
        }
    }

    /// The key of the item outside of the tenant's partitions, in the same table, that belongs to one of the tenant's own
    /// items: of a person, of an API key's copy, or of a Stripe customer. None for items without one.
    #[must_use]
    pub fn linked_key(self, own: &Item) -> Option<Key> {
        let text = |name: &str| own.get(name).and_then(|value| value.as_s().ok());
        let sort = text("sk")?;
        match self {
            Self::Identity if sort.starts_with("API_KEY#") => {
                Some(Key::global("API_KEY", &text("digest")?.parse().ok()?))
            }
            Self::Identity if sort.starts_with("USER#") => {
                Some(Key::global("EMAIL", &ContentHash::of(text("email")?.as_bytes())))
            }
            Self::Billing if sort == "ACCOUNT" => {
                let customer = text("customer")?;
                Some(Key::of(&Partition::platform(), format!("CUSTOMER#{customer}")))
            }
            _ => None,
        }
    }
}

/// The tenant in whose partition an item is; none for an item in another partition.
#[must_use]
pub fn tenant_of(item: &Item) -> Option<TenantId> {
    let partition = item.get("pk").and_then(|value: &AttributeValue| value.as_s().ok())?;
    partition.strip_prefix("TENANT#")?.split('#').next()?.parse().ok()
}

/// The names of the tables that hold tenants' items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableNames {
    /// The table of [`TableKind::Identity`].
    pub identity: String,
    /// The table of [`TableKind::Metering`].
    pub metering: String,
    /// The table of [`TableKind::Studio`].
    pub studio: String,
    /// The table of [`TableKind::Billing`].
    pub billing: String,
    /// The table of [`TableKind::Audit`].
    pub audit: String,
    /// The table of [`TableKind::Revocations`].
    pub revocations: String,
}

impl TableNames {
    /// The names of the deployment's tables.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when the variable of one of the tables is not set.
    pub fn from_settings() -> Result<Self, SettingError> {
        Ok(Self {
            identity: settings::text(TableName::Identity)?,
            metering: settings::text(TableName::Metering)?,
            studio: settings::text(TableName::Studio)?,
            billing: settings::text(TableName::Billing)?,
            audit: settings::text(TableName::Audit)?,
            revocations: settings::text(TableName::Revocations)?,
        })
    }

    /// The name of one table.
    #[must_use]
    pub fn of(&self, kind: TableKind) -> &str {
        match kind {
            TableKind::Identity => &self.identity,
            TableKind::Metering => &self.metering,
            TableKind::Studio => &self.studio,
            TableKind::Billing => &self.billing,
            TableKind::Audit => &self.audit,
            TableKind::Revocations => &self.revocations,
        }
    }
}

/// Handles on the tables that hold tenants' items.
#[derive(Clone)]
pub struct Tables([Table; 6]);

impl Tables {
    /// Handles on the tables with these names.
    #[must_use]
    pub fn new(config: &SdkConfig, names: &TableNames) -> Self {
        Self(TableKind::ALL.map(|kind| Table::new(config, names.of(kind).to_owned())))
    }

    /// Handles on the deployment's tables, reached with the credentials of `config`.
    ///
    /// # Errors
    /// [`SettingError::Missing`] when the variable of one of the tables is not set.
    pub fn from_settings(config: &SdkConfig) -> Result<Self, SettingError> {
        Ok(Self::new(config, &TableNames::from_settings()?))
    }

    /// The handle on one table.
    #[must_use]
    pub const fn of(&self, kind: TableKind) -> &Table {
        &self.0[kind as usize]
    }

    /// The tenant's own items in a table, page by page.
    #[must_use]
    pub fn items(&self, kind: TableKind, tenant: &TenantId) -> Items<'_> {
        Items::new(self.of(kind), kind.partitions(tenant))
    }

    /// The items in the platform's partition of a table, page by page.
    #[must_use]
    pub fn platform_items(&self, kind: TableKind) -> Items<'_> {
        Items::new(self.of(kind), vec![Partition::platform()])
    }
}

/// A reader of all items of some partitions of a table, page by page.
pub struct Items<'a> {
    table: &'a Table,
    /// The partitions that are not read yet, the next one last.
    partitions: Vec<Partition>,
    after: Option<Key>,
}

impl<'a> Items<'a> {
    fn new(table: &'a Table, mut partitions: Vec<Partition>) -> Self {
        partitions.reverse();
        Self { table, partitions, after: None }
    }

    /// The next page, which may be empty; none at the end. Partition after partition, in the order of the sort keys. Cost: one query for up to 1 MB, one read for every 4 KB of it.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time or throttles, [`TableError::Refused`] when it
    /// rejects the request.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Item>>, TableError> {
        let Some(partition) = self.partitions.last() else { return Ok(None) };
        let ItemPage { items, next } = self.table.items(partition, self.after.as_ref()).await?;
        self.after = next;
        if self.after.is_none() {
            self.partitions.pop();
        }
        Ok(Some(items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(attributes: &[(&str, &str)]) -> Item {
        attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), AttributeValue::S((*value).to_owned())))
            .collect()
    }

    #[test]
    fn a_table_is_found_where_its_kind_says() {
        for (index, kind) in TableKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
        }
    }

    #[test]
    fn own_items_name_what_lies_elsewhere() {
        let digest = ContentHash::of(b"key").to_string();
        let linked = |kind: TableKind, own: &Item| {
            kind.linked_key(own).map(|key| (key.partition().to_owned(), key.sort().to_owned()))
        };
        assert_eq!(
            linked(TableKind::Identity, &item(&[("sk", "API_KEY#key_1"), ("digest", &digest)])),
            Some((format!("API_KEY#{digest}"), "API_KEY".into()))
        );
        let address = ContentHash::of(b"a@example.com");
        assert_eq!(
            linked(TableKind::Identity, &item(&[("sk", "USER#user_1"), ("email", "a@example.com")])),
            Some((format!("EMAIL#{address}"), "EMAIL".into()))
        );
        let account = item(&[("sk", "ACCOUNT"), ("customer", "cus_1")]);
        assert_eq!(linked(TableKind::Billing, &account), Some(("PLATFORM".into(), "CUSTOMER#cus_1".into())));
        assert_eq!(linked(TableKind::Studio, &account), None);
        assert_eq!(linked(TableKind::Identity, &item(&[("sk", "SESSION#sess_1")])), None);
        assert_eq!(linked(TableKind::Billing, &item(&[("sk", "ACCOUNT")])), None);
    }

    #[test]
    fn the_partition_says_whose_an_item_is() {
        let tenant = TenantId::new();
        for [own, of] in [Partition::all_of(&tenant)] {
            for partition in [own, of] {
                assert_eq!(tenant_of(&item(&[("pk", partition.as_str())])), Some(tenant));
            }
        }
        assert_eq!(tenant_of(&item(&[("pk", "PLATFORM")])), None);
    }
}
