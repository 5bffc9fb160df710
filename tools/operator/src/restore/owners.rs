use cloud::table::types::AttributeValue;
use cloud::table::{Item, Key, Table, TableError};
use tenancy::{Role, TenantId};

/// Counts the owners of a tenant, and corrects the count in the tenant's item, which may be that of another time than
/// the members. Gives 1 when there is no such tenant. Cost: one query for every MB, and one write when the count was
/// wrong.
pub async fn count(table: &Table, tenant: &TenantId) -> Result<usize, TableError> {
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
            break;
        }
    }
    match counted {
        None => Ok(1),
        Some(counted) => {
            if counted != owners {
                let tenant = table.update(&Key::of(&tenant.partition(), "TENANT")).when_present();
                table.transact(vec![tenant.set("owners", owners).build()?]).await?;
            }
            Ok(owners)
        }
    }
}

fn is_owner(item: &Item) -> bool {
    item.get("role").and_then(|role| role.as_s().ok()).is_some_and(|role| role == Role::Owner.as_str())
}

fn number(item: &Item, name: &str) -> Option<usize> {
    item.get(name).and_then(|value: &AttributeValue| value.as_n().ok())?.parse().ok()
}
