//! The tables that hold tenants' items, and which items are a tenant's.
//!
//! | where | items |
//! |---|---|
//! | partition `TENANT#{tenant}` of every table | the tenant's own |
//! | partition `TENANT#{tenant}#BEGUN` of `audit` | what was begun and has not ended |
//! | `identity`, `API_KEY#{digest}` | a copy of a key, as whoever is shown it finds it |
//! | `identity`, `EMAIL#{digest}` | a member: the tenants that this person belongs to |
//! | `billing`, `PLATFORM`, `CUSTOMER#{customer}` | whose a customer of Stripe's is |
//!
//! The last three lie elsewhere, and the tenant's own items name them: [`TableKind::linked_key`]. Sign-in links
//! (`identity`, `LINK#{digest}`) belong to an address, and end within the hour. The `rates` table holds nothing
//! that outlives its hour either.

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
    /// What is known of subscriptions.
    Billing,
    /// Who did what, entry by entry.
    Audit,
}

impl TableKind {
    /// All of them, in the order in which they are kept and given back: first who may come in, last what was
    /// done.
    pub const ALL: [Self; 5] = [Self::Identity, Self::Metering, Self::Studio, Self::Billing, Self::Audit];

    /// Its name in settings, files and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Metering => "metering",
            Self::Studio => "studio",
            Self::Billing => "billing",
            Self::Audit => "audit",
        }
    }

    /// The partitions of this table that are a tenant's.
    #[must_use]
    pub fn partitions(self, tenant: &TenantId) -> Vec<Partition> {
        match self {
            Self::Audit => Partition::all_of(tenant).to_vec(),
            _ => vec![tenant.partition()],
        }
    }

    /// The item outside of the tenant's partitions, in the same table, that goes with one of its own items.
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

/// Whose an item is, where its partition says it.
#[must_use]
pub fn tenant_of(item: &Item) -> Option<TenantId> {
    let partition = item.get("pk").and_then(|value: &AttributeValue| value.as_s().ok())?;
    partition.strip_prefix("TENANT#")?.split('#').next()?.parse().ok()
}

/// The tables' names.
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
        })
    }

    /// Of one of them.
    #[must_use]
    pub fn of(&self, kind: TableKind) -> &str {
        match kind {
            TableKind::Identity => &self.identity,
            TableKind::Metering => &self.metering,
            TableKind::Studio => &self.studio,
            TableKind::Billing => &self.billing,
            TableKind::Audit => &self.audit,
        }
    }
}

/// The tables that hold tenants' items.
#[derive(Clone)]
pub struct Tables([Table; 5]);

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

    /// One of them.
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

/// Items of some partitions of a table, read page by page.
pub struct Items<'a> {
    table: &'a Table,
    /// Those that are left, the next one last.
    partitions: Vec<Partition>,
    after: Option<Key>,
}

impl<'a> Items<'a> {
    fn new(table: &'a Table, mut partitions: Vec<Partition>) -> Self {
        partitions.reverse();
        Self { table, partitions, after: None }
    }

    /// The next page, which may be empty; none when there is none left. Partition after partition, in the order
    /// of the sort keys. Cost: one query for up to 1 MB, one read for every 4 KB of it.
    ///
    /// # Errors
    /// [`TableError::Unavailable`], [`TableError::Refused`].
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
