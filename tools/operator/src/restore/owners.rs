use cloud::table::types::AttributeValue;
use cloud::table::{Item, Key, Table, TableError, conflict_backoff};
use tenancy::{Role, TenantId};

/// How often the owners are counted again while others join and leave.
const MAX_ATTEMPTS: usize = 12;

/// Counts the owners of a tenant, and corrects the count in the tenant's item, which may be that of another time than
/// the members. Gives 1 when there is no such tenant. Cost: one query for every MB, and one write when the count was
/// wrong; again where it changes meanwhile.
pub async fn count(table: &Table, tenant: &TenantId) -> Result<usize, TableError> {
    for _ in 0..MAX_ATTEMPTS {
        let (owners, counted) = read(table, tenant).await?;
        let Some(counted) = counted else { return Ok(1) };
        if counted == owners {
            return Ok(owners);
        }
        let home = table.update(&Key::of(&tenant.partition(), "TENANT")).when("owners", "=", counted);
        match table.transact(vec![home.set("owners", owners).build()?]).await {
            Ok(()) => return Ok(owners),
            Err(TableError::Condition { .. } | TableError::Conflict) => conflict_backoff().await,
            Err(error) => return Err(error),
        }
    }
    Err(TableError::Conflict)
}

/// How many of a tenant's members are owners, and how many its item says.
async fn read(table: &Table, tenant: &TenantId) -> Result<(usize, Option<usize>), TableError> {
    let (mut owners, mut counted, mut after) = (0, None, None);
    loop {
        let page = table.items(&tenant.partition(), after.as_ref()).await?;
        for item in &page.items {
            let key = Key::of_item(item);
            if key.sort() == "TENANT" {
                counted = number(item, "owners");
            } else if key.sort().starts_with("USER#") && is_owner(item) {
                owners += 1;
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok((owners, counted));
        }
    }
}

fn is_owner(item: &Item) -> bool {
    item.get("role").and_then(|role| role.as_s().ok()).is_some_and(|role| role == Role::Owner.as_str())
}

fn number(item: &Item, name: &str) -> Option<usize> {
    item.get(name).and_then(|value: &AttributeValue| value.as_n().ok())?.parse().ok()
}
