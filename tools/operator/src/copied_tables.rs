//! The copies of tables that restores have left. They hold personal data that no erasure reaches, so that they are to
//! be deleted when the restore is over.

use std::io::Write;

use aws_sdk_dynamodb::Client;
use cloud::cause::sdk_cause;
use cloud::table::types::AttributeValue;
use cloud::table::{Item, Table, TableError};
use protection::{TableKind, TableNames};
use tenancy::{Partition, TenantId};

use crate::deployment::{Deployment, DeploymentError};

/// Why it is not known which copies there are, or what is in them.
#[derive(Debug, thiserror::Error)]
pub enum CopiesError {
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error("the tables cannot be listed: {0}")]
    List(String),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

/// A copy of a table, or a table whose place a copy has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    pub kind: TableKind,
    pub name: String,
}

impl CopiedTable {
    /// How many items of a tenant are in it. Cost: one query for every MB of the tenant's items; of a copy of the
    /// `billing` table also of those of all customers.
    pub async fn items_of(&self, deployment: &Deployment, tenant: &TenantId) -> Result<u64, CopiesError> {
        let table = Table::new(&deployment.config, self.name.clone());
        let mut found = 0;
        for partition in self.kind.partitions(tenant) {
            found += count(&table, &partition, |_| true).await?;
        }
        if self.kind == TableKind::Billing {
            let id = AttributeValue::S(tenant.to_string());
            found += count(&table, &Partition::platform(), |item| item.get("tenant") == Some(&id)).await?;
        }
        Ok(found)
    }
}

/// All copies of the deployment's tables. Cost: one request for every 100 tables of the region.
pub async fn find(deployment: &Deployment) -> Result<Vec<CopiedTable>, CopiesError> {
    let (live, client) = (deployment.tables()?, Client::new(&deployment.config));
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = client.list_tables().set_exclusive_start_table_name(after).send().await;
        let page = page.map_err(|error| CopiesError::List(sdk_cause(&error)))?;
        all.extend(page.table_names.unwrap_or_default());
        after = page.last_evaluated_table_name;
        if after.is_none() {
            return Ok(among(&live, all));
        }
    }
}

/// Prints the copies, and how to delete each.
pub async fn list(deployment: &Deployment, out: &mut dyn Write) -> Result<(), CopiesError> {
    let copies = find(deployment).await?;
    if copies.is_empty() {
        writeln!(out, "there are no copies of tables")?;
    }
    for CopiedTable { kind, name } in copies {
        writeln!(out, "{:<10}{name}", kind.as_str())?;
        writeln!(out, "  aws dynamodb update-table --table-name {name} --no-deletion-protection-enabled")?;
        writeln!(out, "  aws dynamodb delete-table --table-name {name}")?;
    }
    Ok(())
}

/// The copies among tables with these names. Revocations are never copied.
fn among(live: &TableNames, mut all: Vec<String>) -> Vec<CopiedTable> {
    all.sort();
    let mut found = Vec::new();
    for kind in TableKind::RESTORED {
        let is_copy = |name: &&String| is_copy(live.of(kind), name);
        found.extend(all.iter().filter(is_copy).map(|name| CopiedTable { kind, name: name.clone() }));
    }
    found
}

/// Whether a table with this name is a copy of the live one, or the one of which the live one is a copy: it is named
/// alike up to a suffix.
fn is_copy(live: &str, name: &str) -> bool {
    let mut original = live;
    // Each swap adds a time to the name.
    while let Some((before, _)) = original.rsplit_once('-').filter(|(_, suffix)| is_time(suffix)) {
        original = before;
    }
    let rest = name.strip_prefix(original);
    name != live && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether a suffix is a time, as `20261120T100000Z`: that of a table that was restored to it.
fn is_time(suffix: &str) -> bool {
    let form = |(place, byte): (usize, u8)| match place {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    suffix.len() == 16 && suffix.bytes().enumerate().all(form)
}

async fn count(
    table: &Table,
    partition: &Partition,
    is_theirs: impl Fn(&Item) -> bool,
) -> Result<u64, TableError> {
    let (mut found, mut after) = (0, None);
    loop {
        let page = table.items(partition, after.as_ref()).await?;
        found += page.items.iter().filter(|item| is_theirs(item)).count() as u64;
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_named_like_the_live_table_with_a_suffix() {
        let live = "devotional-IdentityTable-1A2B";
        for (name, is) in [
            ("devotional-IdentityTable-1A2B-20261120T100000Z", true),
            ("devotional-IdentityTable-1A2B-look", true),
            ("devotional-IdentityTable-1A2B", false),
            ("devotional-IdentityTable-1A2BC", false),
            ("devotional-StudioTable-1A2B-look", false),
        ] {
            assert_eq!(is_copy(live, name), is, "{name}");
        }
        let twice = "devotional-IdentityTable-1A2B-20261120T100000Z-20261124T080000Z";
        for name in ["devotional-IdentityTable-1A2B", "devotional-IdentityTable-1A2B-20261120T100000Z"] {
            assert!(is_copy(twice, name), "{name}");
        }
        // After the swap the old table is the one that is left.
        let live = "devotional-IdentityTable-1A2B-20261120T100000Z";
        for (name, is) in [
            ("devotional-IdentityTable-1A2B", true),
            ("devotional-IdentityTable-1A2B-20261121T100000Z", true),
            (live, false),
            ("devotional-IdentityTable-9", false),
        ] {
            assert_eq!(is_copy(live, name), is, "{name}");
        }
    }
}
