use std::io::Write;

use cloud::table::{Item, Key};
use jiff::Timestamp;
use protection::{TableKind, Tables};
use tenancy::TenantId;

use super::context::RestoreContext;
use super::copies::{Copies, Origin};
use super::error::RestoreError;
use super::items::Merge;
use super::objects;
use crate::deployment::Deployment;
use crate::options::Restore;

/// Restores out of what DynamoDB remembers: into new tables, which get all that such a restore leaves out; then a
/// tenant's items from there to where they were, or the steps that put all new tables in the place of the old.
pub async fn restore(
    deployment: &Deployment,
    context: &RestoreContext,
    order: &Restore,
    at: Timestamp,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    // Named after the time: what is begun again finds the tables of its own time, and no others.
    let suffix = order.suffix.clone().unwrap_or_else(|| at.strftime("%Y%m%dT%H%M%SZ").to_string());
    let copies = Copies::new(deployment, &context.names, &suffix);
    writeln!(out, "tables as they were at {at}:")?;
    copies.report(out).await?;
    if !order.apply {
        let then = match order.subject.tenant() {
            _ if order.suffix.is_some() => "and stay beside the others".to_owned(),
            Some(tenant) => format!("and the items of {tenant} are copied back"),
            None => "and are ready to be put in the place of the others".to_owned(),
        };
        writeln!(out, "they would be made, lose whatever is of erased tenants, {then}")?;
        return Ok(());
    }
    copies.create(Origin::PointInTime(at)).await?;
    let restored = Tables::new(&deployment.config, &copies.names());
    let gone = erase_again(context, &restored).await?;
    writeln!(out, "{gone} items of erased tenants were deleted from them")?;
    match order.subject.tenant() {
        _ if order.suffix.is_some() => {}
        Some(tenant) => {
            copy_back(context, order, at, &restored, &tenant, out).await?;
            writeln!(out, "the tables of {at} can be deleted when nobody else is copied out of them")?;
        }
        None => steps(&copies, out)?,
    }
    Ok(())
}

/// Deletes what the tables have of erased tenants: their partitions, and what they name outside of them. Cost: one
/// query for each erased tenant and table.
async fn erase_again(context: &RestoreContext, restored: &Tables) -> Result<usize, RestoreError> {
    let mut gone = 0;
    for tenant in context.erased.iter() {
        for kind in TableKind::ALL {
            let table = restored.of(kind);
            let mut items = restored.items(kind, tenant);
            while let Some(page) = items.next_page().await? {
                let linked: Vec<Key> = page.iter().filter_map(|own| kind.linked_key(own)).collect();
                let named: Vec<Item> = table.get_items(&linked).await?.into_iter().flatten().collect();
                let mut keys: Vec<Key> = Vec::new();
                for item in named {
                    let key = Key::of_item(&item);
                    match context.erased.without_erased(item.clone()) {
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

async fn copy_back(
    context: &RestoreContext,
    order: &Restore,
    at: Timestamp,
    restored: &Tables,
    tenant: &TenantId,
    out: &mut dyn Write,
) -> Result<(), RestoreError> {
    writeln!(out, "{tenant}")?;
    for kind in TableKind::ALL {
        let mut merge = Merge::new(context.live.of(kind), &context.erased, at, order.replace, order.apply);
        let mut items = restored.items(kind, tenant);
        while let Some(page) = items.next_page().await? {
            let linked: Vec<Key> = page.iter().filter_map(|own| kind.linked_key(own)).collect();
            let named = restored.of(kind).get_items(&linked).await?;
            for item in page.into_iter().chain(named.into_iter().flatten()) {
                merge.add(item).await?;
            }
        }
        merge.finish().await?.write(kind.as_str(), order.replace, out)?;
    }
    objects::restore_to(&context.media, tenant, at, order.apply).await?.write(out)?;
    Ok(())
}

/// What is left to do by hand: CloudFormation owns the tables' names.
fn steps(copies: &Copies<'_>, out: &mut dyn Write) -> Result<(), RestoreError> {
    let names = copies.names();
    writeln!(out, "To put them in the place of the others (infra/runbooks/restore.md says more):")?;
    writeln!(out, "1. Stop writes: set the functions' reserved concurrency to 0.")?;
    writeln!(out, "2. In template.yaml give each table its new name, and import it instead of the old one:")?;
    for kind in TableKind::ALL {
        writeln!(out, "     {:<10} TableName: {}", kind.as_str(), names.of(kind))?;
    }
    writeln!(
        out,
        "   (remove the old resource, whose DeletionPolicy is Retain; import with the same logical id)"
    )?;
    writeln!(out, "3. Deploy, take the reserved concurrency away, and look at /readyz.")?;
    Ok(())
}
